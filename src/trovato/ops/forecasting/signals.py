"""Signals of a window of counts: what a forecast rests on, and what an explanation may cite.

Column `t` is the newest bin. x is log(1 + count). Nothing here sees a later bin.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from trovato.core.shapes import Float64, Int64

SHORT, LONG, WINDOW = 2, 6, 8
LEVEL_BINS = 4

Counts = Float64[np.ndarray, "items bins"]
Values = Float64[np.ndarray, " items"]


def trend(counts: Counts) -> Values:
    """Slope of the least-squares line through x over the newest 8 bins, per bin."""
    x = np.log1p(counts[:, -WINDOW:])
    at = np.arange(x.shape[1]) - (x.shape[1] - 1) / 2
    if len(at) < 2:
        return np.zeros(len(x))
    slope: Values = x @ at / (at @ at)
    return slope


def momentum(counts: Counts) -> Values:
    """Mean of x over the newest 2 bins, less that over the 6 before them."""
    x = np.log1p(counts[:, -WINDOW:])
    if x.shape[1] <= SHORT:
        return np.zeros(len(x))
    change: Values = x[:, -SHORT:].mean(axis=1) - x[:, :-SHORT].mean(axis=1)
    return change


def acceleration(counts: Counts) -> Values:
    """The newest step of x, less the step before it."""
    x = np.log1p(counts[:, -3:])
    if x.shape[1] < 3:
        return np.zeros(len(x))
    change: Values = x[:, 2] - 2 * x[:, 1] + x[:, 0]
    return change


def burst(counts: Counts) -> tuple[Values, Values]:
    """Largest count over the mean of the newest 8 bins (1 where all are 0), and its age in bins."""
    recent = counts[:, -WINDOW:]
    mean = recent.mean(axis=1)
    ratio = np.divide(recent.max(axis=1), mean, out=np.ones(len(recent)), where=mean > 0)
    return ratio, np.argmax(recent[:, ::-1], axis=1).astype(np.float64)


def excess(counts: Counts) -> Values:
    """The newest x, less the mean of x over the 7 bins before it: far above 0 at a peak."""
    x = np.log1p(counts[:, -WINDOW:])
    if x.shape[1] < 2:
        return np.zeros(len(x))
    above: Values = x[:, -1] - x[:, :-1].mean(axis=1)
    return above


def autocorrelation(counts: Counts, lag: int) -> Values:
    """Autocorrelation of x at a lag; 0 where x is constant or there are fewer than 2 lags."""
    x = np.log1p(counts)
    if x.shape[1] < 2 * lag:
        return np.zeros(len(x))
    centred = x - x.mean(axis=1, keepdims=True)
    variance = (centred**2).sum(axis=1)
    product = (centred[:, lag:] * centred[:, :-lag]).sum(axis=1)
    found: Values = np.divide(product, variance, out=np.zeros(len(x)), where=variance > 1e-12)
    return found


def seasonal_change(counts: Counts, lag: int) -> Values:
    """The step of x a season ago that corresponds to the one from the newest bin to the next."""
    if not 0 < lag < counts.shape[1]:
        return np.zeros(len(counts))
    step: Values = np.log1p(counts[:, -lag]) - np.log1p(counts[:, -lag - 1])
    return step


def ranks(values: Values) -> Int64[np.ndarray, " items"]:
    """1 for the largest; equal ones by their place."""
    found = np.empty(len(values), np.int64)
    found[np.argsort(-values, kind="stable")] = np.arange(1, len(values) + 1)
    return found


def rank_gain(counts: Counts) -> Values:
    """Places that an item rose over the newest 4 steps among those given; below 0 for a fall."""
    before = counts[:, max(counts.shape[1] - 1 - LEVEL_BINS, 0)]
    gain: Values = (ranks(before) - ranks(counts[:, -1])).astype(np.float64)
    return gain


def category_mean(values: Values, categories: Int64[np.ndarray, " items"]) -> Values:
    """Mean over the other items of a category; 0 where an item is alone, or has none (−1)."""
    known = categories >= 0
    size = max(int(categories.max(initial=-1)) + 1, 1)
    sums = np.bincount(categories[known], values[known], size)
    others = np.bincount(categories[known], minlength=size)[categories] - 1.0
    alone = ~known | (others < 1)
    rest = sums[categories] - values
    mean: Values = np.divide(rest, others, out=np.zeros(len(values)), where=~alone)
    return mean


def signal_table(
    counts: Counts,
    *,
    observed: Values,
    support: Values,
    ages: Values,
    lags: Sequence[int] = (),
    categories: Int64[np.ndarray, " items"] | None = None,
) -> Mapping[str, Values]:
    """All signals of all items, by name.

    Parameters
    ----------
    counts
        Oldest bin first, without NaN.
    observed
        In how many of the newest 8 bins something was counted.
    support
        Sum of what was counted in them.
    ages
        Bins since the first count.
    lags
        Candidate periods, in bins.
    categories
        A number for each category, −1 for none.
    """
    x_last = np.log1p(counts[:, -1])
    level = counts[:, -LEVEL_BINS:].mean(axis=1)
    peak, since_peak = burst(counts)
    total = counts[:, -1].sum()
    strength, period, seasonal = (np.zeros(len(counts)) for _ in range(3))
    for lag in lags:
        found = autocorrelation(counts, lag)
        better = found > strength
        strength[better], period[better] = found[better], lag
        seasonal = np.where(better, seasonal_change(counts, lag), seasonal)
    moved = momentum(counts)
    warm = np.zeros(len(counts)) if categories is None else category_mean(moved, categories)
    return {
        "last": counts[:, -1],
        "level": level,
        "level_rank": ranks(level).astype(np.float64),
        "trend": trend(counts),
        "momentum": moved,
        "acceleration": acceleration(counts),
        "burst": peak,
        "excess": excess(counts),
        "since_peak": since_peak,
        "autocorrelation": strength,
        "period": period,
        "seasonal_change": seasonal,
        "age": ages,
        "share": np.expm1(x_last) / total if total > 0 else np.zeros(len(counts)),
        "rank_gain": rank_gain(counts),
        "season_step": seasonal_change(counts, max(lags, default=0)),
        "category_momentum": warm,
        "observed": observed,
        "support": support,
    }
