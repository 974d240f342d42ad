"""Forecasts of the next bin by one line of arithmetic for each item.

All take counts (items, bins), oldest bin first, without NaN, and give one expected count an item.
"""

from __future__ import annotations

import numpy as np

from trovato.core import InvalidInputError
from trovato.core.shapes import Float64

Counts = Float64[np.ndarray, "items bins"]
Forecasts = Float64[np.ndarray, " items"]


def last_count(counts: Counts) -> Forecasts:
    """The newest count again (the naive forecast)."""
    last: Forecasts = counts[:, -1].copy()
    return last


def moving_average(counts: Counts, bins: int) -> Forecasts:
    """The mean of the newest `bins` counts.

    Raises
    ------
    InvalidInputError
        If `bins` is below 1.
    """
    if bins < 1:
        raise InvalidInputError(f"a moving average takes at least 1 bin, got {bins}")
    mean: Forecasts = counts[:, -bins:].mean(axis=1)
    return mean


def exponential_smoothing(counts: Counts, alpha: float = 0.5) -> Forecasts:
    """Simple exponential smoothing (EWMA): each level is alpha · count + (1 − alpha) · level.

    Raises
    ------
    InvalidInputError
        If `alpha` is not above 0 and at most 1.
    """
    _check_share("alpha", alpha)
    level: Forecasts = counts[:, 0].copy()
    for column in counts.T[1:]:
        level += alpha * (column - level)
    return level


def drift(counts: Counts) -> Forecasts:
    """The newest count, and the mean step from the first one; never below 0."""
    steps = max(counts.shape[1] - 1, 1)
    line: Forecasts = np.maximum(counts[:, -1] + (counts[:, -1] - counts[:, 0]) / steps, 0)
    return line


def seasonal_naive(counts: Counts, period: int) -> Forecasts:
    """The count of the bin that is `period` bins before the next; the newest where there is none.

    Raises
    ------
    InvalidInputError
        If `period` is below 1.
    """
    if period < 1:
        raise InvalidInputError(f"a period is at least 1 bin, got {period}")
    return last_count(counts) if period > counts.shape[1] else counts[:, -period].copy()


def croston(counts: Counts, alpha: float = 0.1) -> Forecasts:
    """Croston's method for intermittent demand: smoothed sizes over smoothed intervals.

    Source: Croston 1972, Operational Research Quarterly 23(3). Starts at the first demand, with the
    interval up to it; 0 where there was none.

    Raises
    ------
    InvalidInputError
        If `alpha` is not above 0 and at most 1.
    """
    _check_share("alpha", alpha)
    size, interval = np.zeros(len(counts)), np.zeros(len(counts))
    waited = np.ones(len(counts))
    for column in counts.T:
        demand = column > 0
        first = demand & (size == 0)
        later = demand & ~first
        size[first], interval[first] = column[first], waited[first]
        size[later] += alpha * (column[later] - size[later])
        interval[later] += alpha * (waited[later] - interval[later])
        waited = np.where(demand, 1, waited + 1)
    return np.divide(size, interval, out=np.zeros(len(counts)), where=interval > 0)


def tsb(counts: Counts, alpha: float = 0.1, beta: float = 0.1) -> Forecasts:
    """Smoothed demand size times smoothed probability, which also fades while nothing happens.

    Source: Teunter, Syntetos and Babai 2011, European Journal of Operational Research 214(3). The
    first size is that of the first demand, the first probability the share of bins up to it.

    Parameters
    ----------
    counts
        Oldest bin first.
    alpha, beta
        Of sizes, and of the probability.

    Raises
    ------
    InvalidInputError
        If either is not above 0 and at most 1.
    """
    _check_share("alpha", alpha)
    _check_share("beta", beta)
    size, probability = np.zeros(len(counts)), np.zeros(len(counts))
    for at, column in enumerate(counts.T, start=1):
        demand = column > 0
        first = demand & (size == 0)
        later = demand & ~first
        probability += beta * (demand - probability)
        probability[first], size[first] = 1 / at, column[first]
        size[later] += alpha * (column[later] - size[later])
    return np.where(size > 0, size * probability, 0.0)


def _check_share(name: str, value: float) -> None:
    if not 0 < value <= 1:
        raise InvalidInputError(f"{name} is above 0 and at most 1, got {value}")
