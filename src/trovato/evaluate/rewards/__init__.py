"""How good an agent's run was: its outcome, its process, and whether it was honest."""

from trovato.evaluate.rewards.firewall import FirewallReport, check_trace
from trovato.evaluate.rewards.model_judge import RUBRIC, FactorJudge
from trovato.evaluate.rewards.outcome import (
    exact_bin,
    interval_score,
    near_bin,
    near_log,
    strict_months,
)
from trovato.evaluate.rewards.process import judge_factors, listed_factors, parse_judge_score
from trovato.evaluate.rewards.total import sentencing_rewards

__all__ = [
    "RUBRIC",
    "FactorJudge",
    "FirewallReport",
    "check_trace",
    "exact_bin",
    "interval_score",
    "judge_factors",
    "listed_factors",
    "near_bin",
    "near_log",
    "parse_judge_score",
    "sentencing_rewards",
    "strict_months",
]
