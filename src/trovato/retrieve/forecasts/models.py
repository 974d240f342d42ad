"""Forecasts of the counts of the next bins: simple lines, boosted trees, and blends of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

import numpy as np

from trovato.core import InvalidInputError
from trovato.core.shapes import Float64
from trovato.ops.forecasting import (
    croston,
    drift,
    exponential_smoothing,
    last_count,
    moving_average,
    seasonal_naive,
    tsb,
)
from trovato.retrieve.forecasts.boosted_trees import BoostedTrees
from trovato.retrieve.forecasts.origin import Origin

Expected = Float64[np.ndarray, " items"]


@runtime_checkable
class ForecastModel(Protocol):
    """Expects a count for each item of an origin.

    Laws: nothing after the origin changes it; the same origin gives the same numbers, in whatever
    company an item comes as far as its signals allow; no count is below 0 or NaN.
    """

    def predict(self, origin: Origin) -> Expected:
        """The expected count of each item in the next bin; a mean where bins are many."""


def _seasonal(origin: Origin) -> Expected:
    return seasonal_naive(origin.counts, max(origin.periods, default=1))


BASELINES: dict[str, Callable[[Origin], Expected]] = {
    "last": lambda origin: last_count(origin.counts),
    "ma-2": lambda origin: moving_average(origin.counts, 2),
    "ma-4": lambda origin: moving_average(origin.counts, 4),
    "ma-8": lambda origin: moving_average(origin.counts, 8),
    "ewma": lambda origin: exponential_smoothing(origin.counts),
    "drift": lambda origin: drift(origin.counts[:, -8:]),
    "seasonal-naive": _seasonal,
    "croston": lambda origin: croston(origin.counts),
    "tsb": lambda origin: tsb(origin.counts),
}


@dataclass(frozen=True, slots=True)
class SimpleForecast:
    """One of `BASELINES`.

    Raises
    ------
    InvalidInputError
        If none has that name.
    """

    name: str

    def __post_init__(self) -> None:
        if self.name not in BASELINES:
            raise InvalidInputError(
                f"no simple forecast is called {self.name!r}; use one of {', '.join(BASELINES)}"
            )

    def predict(self, origin: Origin) -> Expected:
        """By its line of arithmetic."""
        return BASELINES[self.name](origin)


@dataclass(frozen=True, eq=False)
class BoostedForecast(BoostedTrees):
    """Gradient-boosted trees that say by which factor the count differs from a simple forecast.

    Parameters
    ----------
    trees
        A model of LightGBM as text.
    base
        The simple forecast that is multiplied, plus 1.
    """

    base: str
    name: str = field(default="boosting", init=False)

    def predict(self, origin: Origin) -> Expected:
        """The factor times the base.

        Raises
        ------
        MissingExtraError
            If LightGBM is not installed.
        """
        base = SimpleForecast(self.base).predict(origin) + 1
        expected: Expected = np.maximum(self.predicted(origin) * base, 0.0)
        return expected


@dataclass(frozen=True, slots=True, eq=False)
class BlendedForecast:
    """A weighted mean of forecasts, of their log(1 + count).

    Parameters
    ----------
    parts
        Other forecasts.
    weights
        One for each, that sum to 1.

    Raises
    ------
    InvalidInputError
        If they do not.
    """

    parts: tuple[ForecastModel, ...]
    weights: tuple[float, ...]

    def __post_init__(self) -> None:
        if len(self.parts) != len(self.weights) or abs(sum(self.weights) - 1) > 1e-9:
            raise InvalidInputError(
                f"weights of {len(self.parts)} forecasts must sum to 1, got {self.weights}"
            )

    def predict(self, origin: Origin) -> Expected:
        """The mean."""
        return log_mean([part.predict(origin) for part in self.parts], self.weights)


def log_mean(forecasts: Sequence[Expected], weights: Sequence[float]) -> Expected:
    """The weighted mean on the scale of log(1 + count), by which no single jump decides."""
    logs = [w * np.log1p(one) for one, w in zip(forecasts, weights, strict=True)]
    expected: Expected = np.maximum(np.expm1(np.sum(logs, axis=0)), 0.0)
    return expected
