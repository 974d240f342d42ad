"""Do two ways to answer differ: paired tests and intervals for outcomes of 0 and 1."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TypeVar

import numpy as np

from trovato.core import InvalidInputError, MissingExtraError
from trovato.evaluate.statistics.bootstrap import Estimate, estimates, resampled_means

_T = TypeVar("_T")


def mcnemar(first: Sequence[bool], second: Sequence[bool]) -> float:
    """Two-sided p-value of the exact McNemar test: changes one way as likely as the other.

    Source: McNemar 1947; exact form by the binomial distribution over the questions whose outcome
    differs. 1 where none does.

    Raises
    ------
    InvalidInputError
        If there are not as many outcomes on both sides.

    Examples
    --------
    >>> mcnemar([True, True, False, True], [False, True, False, False])
    0.5
    """
    pairs = _pairs(first, second)
    won = sum(1 for before, after in pairs if after and not before)
    lost = sum(1 for before, after in pairs if before and not after)
    changed = won + lost
    tail = sum(math.comb(changed, count) for count in range(min(won, lost) + 1))
    p: float = 2 * tail / 2**changed
    return min(1.0, p)


def holm(p_values: Sequence[float]) -> list[float]:
    """p-values adjusted for testing them all, in the same order.

    Source: Holm 1979: the smallest times m, the next times m − 1, …, never falling, at most 1.

    Raises
    ------
    InvalidInputError
        If a value is outside 0…1.

    Examples
    --------
    >>> holm([0.01, 0.04])
    [0.02, 0.04]
    """
    if not all(0 <= p <= 1 for p in p_values):
        raise InvalidInputError(f"p-values lie between 0 and 1, got {list(p_values)}")
    adjusted = [0.0] * len(p_values)
    largest = 0.0
    for passed, place in enumerate(sorted(range(len(p_values)), key=lambda at: p_values[at])):
        largest = max(largest, min(1.0, (len(p_values) - passed) * p_values[place]))
        adjusted[place] = largest
    return adjusted


def rate(
    outcomes: Sequence[bool], *, resamples: int = 1000, seed: int = 0, level: float = 0.95
) -> Estimate:
    """Share of questions with that outcome, with its bootstrap interval over questions.

    Raises
    ------
    InvalidInputError
        If there are no questions.

    Examples
    --------
    >>> rate([True, False, True, True]).mean
    0.75
    """
    values = np.array(outcomes, np.float64)[:, None]
    return estimates(values, resampled_means(values, resamples, seed), level)[0]


def paired_difference(
    first: Sequence[bool],
    second: Sequence[bool],
    *,
    resamples: int = 1000,
    seed: int = 0,
    level: float = 0.95,
) -> Estimate:
    """Mean of second − first over questions, with its paired bootstrap interval.

    Raises
    ------
    InvalidInputError
        If there are no questions, or not as many outcomes on both sides.

    Examples
    --------
    >>> paired_difference([True, True, False], [True, False, False]).mean
    -0.3333333333333333
    """
    values = np.array([[float(b) - float(a)] for a, b in _pairs(first, second)]).reshape(-1, 1)
    return estimates(values, resampled_means(values, resamples, seed), level)[0]


def paired_t_test(first: Sequence[float], second: Sequence[float]) -> float:
    """Two-sided p-value of Student's paired t-test.

    Kept for comparison with papers that report it: outcomes of 0 and 1 are not normal, and
    `mcnemar` needs no such assumption. 1 where nothing differs.

    Raises
    ------
    InvalidInputError
        If there are fewer than two pairs, or not as many values on both sides.
    MissingExtraError
        If scipy is not installed.

    Examples
    --------
    >>> round(paired_t_test([0.2, 0.4, 0.5], [0.3, 0.6, 0.5]), 3)
    0.225
    """
    gaps = np.array([after - before for before, after in _pairs(first, second)], np.float64)
    if len(gaps) < 2:
        raise InvalidInputError(f"a t-test needs at least two pairs, got {len(gaps)}")
    if not gaps.any():
        return 1.0
    try:
        from scipy.stats import ttest_1samp
    except ImportError as error:
        raise MissingExtraError("scipy", "statistics", "a t-test") from error
    if gaps.var() == 0:
        return 0.0
    return float(ttest_1samp(gaps, 0.0).pvalue)


def _pairs(first: Sequence[_T], second: Sequence[_T]) -> list[tuple[_T, _T]]:
    if len(first) != len(second):
        raise InvalidInputError(
            f"both sides must answer the same questions, got {len(first)} and {len(second)}"
        )
    return list(zip(first, second, strict=True))
