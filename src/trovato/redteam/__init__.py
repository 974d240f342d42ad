"""Attacks on one's own answers, and whose answer comes out."""

from trovato.redteam.experiment.generated_targets import with_written_poison
from trovato.redteam.experiment.outcomes import Cell, Place, Trial
from trovato.redteam.experiment.run import run_red_team
from trovato.redteam.experiment.scenarios import Placement, Scene
from trovato.redteam.experiment.wrong_answers import with_wrong_answers
from trovato.redteam.report import BASELINE, RedTeamReport, Row, summarise
from trovato.redteam.thresholds import Breach, Clause, breaches, parse_gate

__all__ = [
    "BASELINE",
    "Breach",
    "Cell",
    "Clause",
    "Place",
    "Placement",
    "RedTeamReport",
    "Row",
    "Scene",
    "Trial",
    "breaches",
    "parse_gate",
    "run_red_team",
    "summarise",
    "with_written_poison",
    "with_wrong_answers",
]
