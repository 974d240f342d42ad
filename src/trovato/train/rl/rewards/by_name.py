"""Reward functions by name."""

from __future__ import annotations

from trovato.train.rl.protocol import RewardFunction
from trovato.train.rl.rewards.answers import contains_answer, exact_match
from trovato.train.rl.rewards.sentencing import factor_f1, term_bin_match

REWARDS: dict[str, RewardFunction] = {
    "exact_match": exact_match,
    "contains_answer": contains_answer,
    "term_bin_match": term_bin_match,
    "factor_f1": factor_f1,
}
