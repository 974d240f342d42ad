"""Trees of LightGBM, the same on every run."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from trovato.core.shapes import Float32, Float64
from trovato.retrieve.forecasts import lightgbm


def fit_trees(
    features: Float32[np.ndarray, "rows signals"],
    labels: Float32[np.ndarray, " rows"] | Float64[np.ndarray, " rows"],
    settings: Mapping[str, str | float],
    rounds: int,
    weight: Float64[np.ndarray, " rows"] | None = None,
) -> str:
    """A model of LightGBM as text; leaves, rate and seed are among its `settings`.

    Raises
    ------
    MissingExtraError
        If LightGBM is not installed.
    """
    package = lightgbm()
    always: dict[str, str | float] = {
        "lambda_l2": 1.0,
        "deterministic": True,
        "force_col_wise": True,
        "num_threads": 1,
        "verbosity": -1,
    }
    data = package.Dataset(features, labels, weight=weight)
    return str(package.train({**settings, **always}, data, rounds).model_to_string())
