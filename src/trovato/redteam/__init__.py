"""Attacks on one's own answers, and whose answer comes out."""

from trovato.redteam.experiment.generated_targets import with_written_poison
from trovato.redteam.experiment.outcomes import ExperimentCondition, Outcome, PoisonPlacement
from trovato.redteam.experiment.run import run_red_team
from trovato.redteam.experiment.scenarios import AttackScenario, Placement
from trovato.redteam.experiment.wrong_answers import with_wrong_answers
from trovato.redteam.report import BASELINE, RedTeamReport, Row, summarise
from trovato.redteam.thresholds import (
    ThresholdRule,
    ThresholdViolation,
    parse_thresholds,
    threshold_violations,
)

__all__ = [
    "BASELINE",
    "AttackScenario",
    "ExperimentCondition",
    "Outcome",
    "Placement",
    "PoisonPlacement",
    "RedTeamReport",
    "Row",
    "ThresholdRule",
    "ThresholdViolation",
    "parse_thresholds",
    "run_red_team",
    "summarise",
    "threshold_violations",
    "with_written_poison",
    "with_wrong_answers",
]
