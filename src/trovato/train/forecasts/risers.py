"""Boosted trees that tell what rises most."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np

from trovato.core import InvalidInputError
from trovato.retrieve.forecasts import RiserTrees
from trovato.train.forecasts.fit_trees import fit_trees
from trovato.train.forecasts.rows import TrainingRows

# What rises most is what may rise far: the chance to be among the first, or a high quantile.
RISER_OBJECTIVES: Mapping[str, Mapping[str, str | float]] = MappingProxyType(
    {
        "riser chance": {"objective": "binary"},
        "growth quantile": {"objective": "quantile", "alpha": 0.9},
    }
)


def fit_risers(
    rows: TrainingRows,
    *,
    by: str = "riser chance",
    rounds: int = 150,
    learning_rate: float = 0.05,
    seed: int = 0,
) -> RiserTrees:
    """Learn which items are among those of their origin that grow most.

    Parameters
    ----------
    rows
        Of past origins.
    by
        One of `RISER_OBJECTIVES`: the chance to be among the first 20, or the .9 quantile of
        growth.
    rounds, learning_rate
        Trees, and how much each counts.
    seed
        The same seed gives the same trees.

    Raises
    ------
    InvalidInputError
        If no growth is known, or there is no such objective.
    MissingExtraError
        If LightGBM is not installed.
    """
    if by not in RISER_OBJECTIVES:
        raise InvalidInputError(f"risers are told by {', '.join(RISER_OBJECTIVES)}, got {by!r}")
    known = ~np.isnan(rows.grew)
    if not known.any():
        raise InvalidInputError("telling what rises needs past growth, got none: give more bins")
    settings: dict[str, str | float] = {
        **RISER_OBJECTIVES[by],
        "learning_rate": learning_rate,
        "num_leaves": 15,
        "min_data_in_leaf": 100,
        "seed": seed,
    }
    labels = rows.rose if by == "riser chance" else rows.grew
    learnt = labels[known].astype(np.float32)
    return RiserTrees(fit_trees(rows.features[known], learnt, settings, rounds))
