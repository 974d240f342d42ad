"""Intervals about a forecast, from how far earlier ones were off."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from trovato.core import InvalidInputError
from trovato.core.shapes import Float64

Values = Float64[np.ndarray, " items"]

_FEWEST = 50  # past forecasts in a group


@dataclass(frozen=True, slots=True, eq=False)
class ForecastIntervals:
    """Split conformal intervals of log(1 + count), apart for small and large forecasts.

    The largest forecasts, which are what a list shows, differ most from one another, so their
    groups are finer: half of the one before, as long as 50 past forecasts are in each.

    Source: Lei et al. 2018, JASA 113(523), with the quantiles of both sides, as in conformalised
    quantile regression.

    Parameters
    ----------
    edges
        Borders between groups of forecasts, rising.
    below, above
        What is added to log(1 + forecast) in each group.
    level
        Share of counts that should lie within.
    """

    edges: Float64[np.ndarray, " edges"]
    below: Float64[np.ndarray, " groups"]
    above: Float64[np.ndarray, " groups"]
    level: float

    @staticmethod
    def fit(
        expected: Values, came: Values, level: float = 0.8, groups: int = 10
    ) -> ForecastIntervals:
        """Quantiles of past errors, by size of the forecast.

        Parameters
        ----------
        expected, came
            Of origins that the model was not fitted to.
        level
            Above 0 and below 1.
        groups
            As many of the same size, or fewer where there are under 50 forecasts for each; the
            last is split further.

        Raises
        ------
        InvalidInputError
            If `level` is out of range, or there is nothing to learn from.
        """
        if not 0 < level < 1:
            raise InvalidInputError(f"the level of an interval is above 0 and below 1, got {level}")
        if not len(expected):
            raise InvalidInputError("intervals need past forecasts, got none: give more bins")
        x = np.log1p(expected)
        groups = max(min(groups, len(x) // _FEWEST), 1)
        shares = [at / groups for at in range(1, groups)]
        head = 1 / groups / 2
        while head * len(x) >= _FEWEST:
            shares.append(1 - head)
            head /= 2
        edges = np.unique(np.quantile(x, shares))
        group = np.searchsorted(edges, x, side="right")
        errors = np.log1p(came) - x
        tail = (1 - level) / 2
        below, above = np.zeros(len(edges) + 1), np.zeros(len(edges) + 1)
        for at in range(len(edges) + 1):
            own = errors[group == at]
            # The finite-sample correction of conformal prediction.
            share = min((1 - tail) * (len(own) + 1) / max(len(own), 1), 1.0)
            below[at] = -np.quantile(-own, share, method="higher") if len(own) else 0.0
            above[at] = np.quantile(own, share, method="higher") if len(own) else 0.0
        return ForecastIntervals(edges, below, above, level)

    def around(self, expected: Values) -> tuple[Values, Values]:
        """Lower and upper ends; the forecast itself is always within."""
        x = np.log1p(expected)
        group = np.searchsorted(self.edges, x, side="right")
        low = np.expm1(np.maximum(x + np.minimum(self.below[group], 0), 0))
        return low, np.expm1(x + np.maximum(self.above[group], 0))
