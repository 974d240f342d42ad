"""Boosted trees that were learned from the signals of past origins."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from trovato.core import MissingExtraError
from trovato.core.shapes import Float64
from trovato.retrieve.forecasts.origin import Origin


@dataclass(frozen=True, eq=False)
class BoostedTrees:
    """What trees say of the items of an origin.

    Parameters
    ----------
    trees
        A model of LightGBM as text.
    """

    trees: str

    @cached_property
    def _booster(self) -> Any:
        return lightgbm().Booster(model_str=self.trees)

    def predicted(self, origin: Origin) -> Float64[np.ndarray, " items"]:
        """By the signals of each item.

        Raises
        ------
        MissingExtraError
            If LightGBM is not installed.
        """
        if not len(origin.places):
            return np.zeros(0)
        return np.asarray(self._booster.predict(origin.features(), num_threads=1), np.float64)


def lightgbm() -> Any:
    """The package of boosted trees.

    Raises
    ------
    MissingExtraError
        If it is not installed.
    """
    try:
        import lightgbm as found
    except ImportError as error:
        raise MissingExtraError("lightgbm", "forecast", "A boosted forecast") from error
    return found
