"""Gradient-boosted trees on the signals of past origins."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from trovato.core import InvalidInputError
from trovato.retrieve.forecasts import BoostedForecast, Origin, SimpleForecast, lightgbm
from trovato.train.forecasts.targets import Truth

_MOST_FACTOR = 20.0  # a single jump must not bend everything


def fit_boosted(
    past: Sequence[tuple[Origin, Truth]],
    *,
    base: str = "last",
    rounds: int = 120,
    learning_rate: float = 0.05,
    seed: int = 0,
) -> BoostedForecast:
    """Learn by which factor counts differ from a simple forecast.

    The loss is that of Poisson regression, so that the mean is learned, which is what a ranking by
    expected count wants, not the median. Rows weigh as the square root of the base.

    Parameters
    ----------
    past
        Origins, and what came after them.
    base
        The simple forecast that is multiplied; see `trovato.retrieve.forecasts.BASELINES`.
    rounds, learning_rate
        Trees, and how much each counts.
    seed
        The same seed gives the same trees.

    Raises
    ------
    InvalidInputError
        If no origin has an item whose count came to be known.
    MissingExtraError
        If LightGBM is not installed.
    """
    package = lightgbm()
    simple = SimpleForecast(base)
    features, factors, weights = [], [], []
    for origin, truth in past:
        known = ~np.isnan(truth.counts)
        expected = simple.predict(origin)[known] + 1
        features.append(origin.features()[known].astype(np.float32))
        factors.append(np.minimum(truth.counts[known] / expected, _MOST_FACTOR))
        weights.append(np.sqrt(expected))
    rows = sum(map(len, factors))
    if not rows:
        raise InvalidInputError("boosting needs past counts to learn from, got none")
    settings = {
        "objective": "poisson",
        "poisson_max_delta_step": 0.3,
        "learning_rate": learning_rate,
        "num_leaves": 31 if rows > 50_000 else 15,
        "min_data_in_leaf": 50 if rows > 50_000 else 100,
        "lambda_l2": 1.0,
        "seed": seed,
        "deterministic": True,
        "force_col_wise": True,
        "num_threads": 1,
        "verbosity": -1,
    }
    data = package.Dataset(
        np.concatenate(features), np.concatenate(factors), weight=np.concatenate(weights)
    )
    return BoostedForecast(package.train(settings, data, rounds).model_to_string(), base)
