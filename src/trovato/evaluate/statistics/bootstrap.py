"""How sure a mean is: percentile intervals from resampled queries."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from trovato.core import InvalidInputError, generator
from trovato.core.shapes import Float64


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean over queries and the interval that holds it at the report's level."""

    mean: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.mean:.3f} [{self.low:.3f}, {self.high:.3f}]"


def resampled_means(
    values: Float64[np.ndarray, "queries measures"], resamples: int, seed: int
) -> Float64[np.ndarray, "resamples measures"]:
    """Means of queries drawn with replacement: each row is one draw of as many queries.

    A draw takes whole queries, so measures (or the two sides of a comparison) stay paired.

    Raises
    ------
    InvalidInputError
        If there are no queries, or `resamples` is below 1.
    """
    if not len(values):
        raise InvalidInputError("a mean over no queries is not defined; pass at least one query")
    if resamples < 1:
        raise InvalidInputError(f"resamples must be at least 1, got {resamples}")
    random = generator(seed, "bootstrap")
    means = np.empty((resamples, values.shape[1]))
    for row in means:
        row[:] = values[random.integers(len(values), size=len(values))].mean(axis=0)
    return means


def estimates(
    values: Float64[np.ndarray, "queries measures"],
    means: Float64[np.ndarray, "resamples measures"],
    level: float,
) -> list[Estimate]:
    """The mean of each column and its percentile interval.

    Source: Efron and Tibshirani, "An introduction to the bootstrap", 1993, chapter 13.

    Raises
    ------
    InvalidInputError
        If `level` is not between 0 and 1.
    """
    if not 0 < level < 1:
        raise InvalidInputError(f"a level lies between 0 and 1, such as 0.95, got {level}")
    tail = (1 - level) / 2
    low, high = np.quantile(means, [tail, 1 - tail], axis=0)
    return [
        Estimate(float(mean), float(below), float(above))
        for mean, below, above in zip(values.mean(axis=0), low, high, strict=True)
    ]
