"""What is about to rise: a ranking of its own, for what is popular next is mostly popular now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np

from trovato.core.shapes import Float64
from trovato.retrieve.forecasts.boosted_trees import BoostedTrees
from trovato.retrieve.forecasts.models import ForecastModel
from trovato.retrieve.forecasts.origin import Origin

Scores = Float64[np.ndarray, " items"]


@runtime_checkable
class GrowthModel(Protocol):
    """Ranks the items of an origin by how likely they are to rise most.

    Laws: nothing after the origin changes it; the same origin gives the same numbers; none is NaN.
    """

    def score(self, origin: Origin) -> Scores:
        """Larger for what is likelier to be among those that grow most."""


@dataclass(frozen=True, slots=True, eq=False)
class ExpectedGrowth:
    """By the growth of log(1 + count) that a forecast expects over the newest bin.

    Parameters
    ----------
    model
        The forecast.
    """

    model: ForecastModel

    def score(self, origin: Origin) -> Scores:
        """log(1 + expected) less log(1 + newest count)."""
        return growth_of(self.model.predict(origin), origin)


@dataclass(frozen=True, eq=False)
class RiserTrees(BoostedTrees):
    """By boosted trees that learned what grows most.

    An item may be a likely riser though no growth is expected of it in the mean: its counts may
    only vary much.
    """

    def score(self, origin: Origin) -> Scores:
        """What the trees say: a chance, or a quantile of growth.

        Raises
        ------
        MissingExtraError
            If LightGBM is not installed.
        """
        return self.predicted(origin)


def growth_of(expected: Scores, origin: Origin) -> Scores:
    """The growth of log(1 + count) from the newest bin to what is expected."""
    grown: Scores = np.log1p(expected) - np.log1p(origin.counts[:, -1])
    return grown
