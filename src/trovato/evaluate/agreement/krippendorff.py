"""Krippendorff's alpha: agreement of any number of people, with gaps."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import numpy as np

from trovato.core import InvalidInputError
from trovato.core.shapes import Float64

Level = Literal["nominal", "ordinal", "interval", "ratio"]


def krippendorff_alpha(
    ratings: Float64[np.ndarray, "raters units"], level: Level = "ordinal"
) -> float:
    """1 − observed over expected disagreement: 1 is perfect, 0 is chance.

    Parameters
    ----------
    ratings
        Each person's value of each unit; NaN where they gave none. Units with fewer than two values
        count nowhere.
    level
        What the distance of two values means.

    Returns
    -------
    Alpha; NaN where all values are the same, for then agreement by chance is not defined.

    Raises
    ------
    InvalidInputError
        If the level is unknown, no unit has two values, or a ratio is of a value below 0.

    Source: Krippendorff, "Computing Krippendorff's alpha-reliability", 2011.
    """
    if level not in _DISTANCES:
        raise InvalidInputError(f"a level is one of {', '.join(_DISTANCES)}, got {level!r}")
    there = ~np.isnan(ratings)
    paired = ratings[:, there.sum(axis=0) >= 2]
    if not paired.size:
        raise InvalidInputError("no unit has values of two people: have some judged twice")
    values = np.unique(paired[~np.isnan(paired)])
    if level == "ratio" and values[0] < 0:
        raise InvalidInputError(f"ratios are of values of 0 or more, got {values[0]}")
    counts = (paired[None] == values[:, None, None]).sum(axis=1).astype(np.float64)
    return _alpha(counts, values, level)


def _alpha(
    counts: Float64[np.ndarray, "values units"], values: Float64[np.ndarray, "values"], level: Level
) -> float:
    sizes = counts.sum(axis=0)
    # Coincidences: pairs of values within a unit, each unit weighing as many values as it has.
    together = (counts / (sizes - 1)) @ counts.T
    together -= np.diag((counts / (sizes - 1)).sum(axis=1))
    totals = together.sum(axis=1)
    distance = _DISTANCES[level](values, totals)
    expected = (np.outer(totals, totals) * distance).sum() / (totals.sum() - 1)
    if expected == 0:
        return float("nan")
    return float(1 - (together * distance).sum() / expected)


def _nominal(
    values: Float64[np.ndarray, "values"], _totals: Float64[np.ndarray, "values"]
) -> Float64[np.ndarray, "values values"]:
    return np.asarray(values[:, None] != values, np.float64)


def _ordinal(
    values: Float64[np.ndarray, "values"], totals: Float64[np.ndarray, "values"]
) -> Float64[np.ndarray, "values values"]:
    # Values between the two, themselves counted half.
    middle = np.cumsum(totals) - totals / 2
    return np.asarray(np.square(middle[:, None] - middle) * (values[:, None] != values))


def _interval(
    values: Float64[np.ndarray, "values"], _totals: Float64[np.ndarray, "values"]
) -> Float64[np.ndarray, "values values"]:
    return np.asarray(np.square(values[:, None] - values))


def _ratio(
    values: Float64[np.ndarray, "values"], _totals: Float64[np.ndarray, "values"]
) -> Float64[np.ndarray, "values values"]:
    sums = values[:, None] + values
    with np.errstate(invalid="ignore"):
        return np.asarray(np.where(sums == 0, 0.0, np.square((values[:, None] - values) / sums)))


_DISTANCES: dict[Level, Callable[..., Float64[np.ndarray, "values values"]]] = {
    "nominal": _nominal,
    "ordinal": _ordinal,
    "interval": _interval,
    "ratio": _ratio,
}
