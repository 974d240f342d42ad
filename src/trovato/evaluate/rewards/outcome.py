"""A predicted term against the pronounced one."""

from __future__ import annotations

import math

from trovato.core import InvalidInputError
from trovato.ops import parse_term, term_bin

_BINS = 9
_LONGEST = 216  # months: a distance of its logarithm is worth nothing


def strict_months(answer: str) -> float | None:
    """The term an answer names, in months; None for a range or anything that is no term."""
    term = parse_term(answer)
    return term.months if term else None


def exact_bin(predicted: int | float | None, gold: int | float) -> float:
    """1 where both lie in one of the ten bins, else 0; the reward of Chen et al. 2026."""
    return float(predicted is not None and term_bin(predicted) == term_bin(gold))


def near_bin(predicted: int | float | None, gold: int | float) -> float:
    """1 less a ninth for each bin between; 0 without a prediction."""
    return 0.0 if predicted is None else 1 - abs(term_bin(predicted) - term_bin(gold)) / _BINS


def near_log(predicted: int | float | None, gold: int | float) -> float:
    """LawBench's score: 1 - |log(predicted + 1) - log(gold + 1)| / log 216, at least 0."""
    if predicted is None:
        return 0.0
    return max(0.0, 1 - abs(math.log1p(predicted) - math.log1p(gold)) / math.log(_LONGEST))


def interval_score(
    low: int | float,
    high: int | float,
    gold: int | float,
    *,
    alpha: float = 0.2,
    scale: float = 10.0,
) -> float:
    """1 / (1 + S / scale), S the interval score of Winkler 1972: width plus 2/alpha times the miss.

    Parameters
    ----------
    low, high
        Months.
    gold
        The pronounced term.
    alpha
        1 less the share of terms that the interval is to hold.
    scale
        Months at which the reward is a half.

    Raises
    ------
    InvalidInputError
        If `low` is above `high`.
    """
    if low > high:
        raise InvalidInputError(f"an interval needs low <= high, got {low} and {high}")
    miss = max(low - gold, gold - high, 0)
    return float(1 / (1 + (high - low + 2 / alpha * miss) / scale))
