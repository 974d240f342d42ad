"""Gradient-boosted trees on the signals of past origins."""

from __future__ import annotations

import numpy as np

from trovato.core import InvalidInputError
from trovato.retrieve.forecasts import BoostedForecast
from trovato.train.forecasts.fit_trees import fit_trees
from trovato.train.forecasts.rows import BASES, TrainingRows

_MOST_FACTOR = 20.0  # a single jump must not bend everything


def fit_boosted(
    rows: TrainingRows,
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
    rows
        Of past origins.
    base
        The simple forecast that is multiplied: "last" or "ma-4".
    rounds, learning_rate
        Trees, and how much each counts.
    seed
        The same seed gives the same trees.

    Raises
    ------
    InvalidInputError
        If there are no rows, or all counts are 0, or the base is another.
    MissingExtraError
        If LightGBM is not installed.
    """
    if base not in BASES:
        raise InvalidInputError(f"trees multiply one of {', '.join(BASES)}, got {base!r}")
    if not len(rows):
        raise InvalidInputError("boosting needs past counts to learn from, got none")
    if not rows.counts.any():
        raise InvalidInputError("every count to learn from is 0: there is nothing to rank")
    expected = rows.bases[base] + 1
    many = len(rows) > 50_000
    settings: dict[str, str | float] = {
        "objective": "poisson",
        "poisson_max_delta_step": 0.3,
        "learning_rate": learning_rate,
        "num_leaves": 31 if many else 15,
        "min_data_in_leaf": 50 if many else 100,
        "seed": seed,
    }
    factors = np.minimum(rows.counts / expected, _MOST_FACTOR)
    trees = fit_trees(rows.features, factors, settings, rounds, np.sqrt(expected))
    return BoostedForecast(trees, base)
