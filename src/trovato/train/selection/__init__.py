"""Choosing what is worth learning from, for any trainer."""

from trovato.train.selection.budget import examples_for_rollouts, parse_budget
from trovato.train.selection.config import METHODS, Learnability, SelectionConfig
from trovato.train.selection.cost_ledger import Cost, CostLedger, Stage
from trovato.train.selection.online import OnlineSelectionConfig, OnlineSelector
from trovato.train.selection.plots import selection_plots
from trovato.train.selection.report import SelectionReport
from trovato.train.selection.reward_table import RewardTable, read_rewards
from trovato.train.selection.select import curriculum, learnability, select_examples

__all__ = [
    "METHODS",
    "Cost",
    "CostLedger",
    "Learnability",
    "OnlineSelectionConfig",
    "OnlineSelector",
    "RewardTable",
    "SelectionConfig",
    "SelectionReport",
    "Stage",
    "curriculum",
    "examples_for_rollouts",
    "learnability",
    "parse_budget",
    "read_rewards",
    "select_examples",
    "selection_plots",
]
