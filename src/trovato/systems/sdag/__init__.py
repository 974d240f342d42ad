"""SDAG: answers that one poisoned document cannot talk down, and a bench that attacks them."""

from trovato.systems.sdag.asked import AskedLibrary
from trovato.systems.sdag.build import build, sample_texts
from trovato.systems.sdag.gate import Breach, Clause, breaches, parse_gate
from trovato.systems.sdag.models import LLM_HELP, MODEL_HELP, open_model
from trovato.systems.sdag.published import Reproduction, reproduce
from trovato.systems.sdag.redteam import run_red_team
from trovato.systems.sdag.report import BASELINE, RedTeamReport, Row, summarise
from trovato.systems.sdag.scenes import Placement, Scene
from trovato.systems.sdag.trials import Cell, Place, Trial
from trovato.systems.sdag.written_poison import with_written_poison
from trovato.systems.sdag.wrong_answers import with_wrong_answers

__all__ = [
    "BASELINE",
    "LLM_HELP",
    "MODEL_HELP",
    "AskedLibrary",
    "Breach",
    "Cell",
    "Clause",
    "Place",
    "Placement",
    "RedTeamReport",
    "Reproduction",
    "Row",
    "Scene",
    "Trial",
    "breaches",
    "build",
    "open_model",
    "parse_gate",
    "reproduce",
    "run_red_team",
    "sample_texts",
    "summarise",
    "with_written_poison",
    "with_wrong_answers",
]
