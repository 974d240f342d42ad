"""A sparse linear model of items by items."""

from __future__ import annotations

import numpy as np

from trovato.core import (
    ProgressCallback,
    Sequences,
    no_progress,
)
from trovato.ops import nonnegative_elastic_net
from trovato.retrieve.recommenders import SparseItemWeights, popularity_scores
from trovato.train.interaction_matrix import interaction_matrix

_TOGETHER = 64  # items between two tellings


def fit_slim(
    histories: Sequences,
    items: int,
    *,
    l1: float = 5.0,
    l2: float = 100.0,
    progress: ProgressCallback = no_progress,
) -> SparseItemWeights:
    """Fit few weights, none below 0, that predict each history best from itself (SLIM).

    An item can weigh only for items that somebody cared for together with it. Memory follows these
    pairs, and so does time for each item.

    Source: Ning and Karypis, "SLIM: sparse linear methods for top-n recommender systems", 2011,
    equation 3; its β is `l2` and its λ is `l1`.

    Parameters
    ----------
    histories
        What each user cared for.
    items
        Size of the catalogue.
    l1, l2
        Penalties on weights and on their squares, in users; at least 0, and together above 0. More
        `l1` leaves fewer weights.
    progress
        Told of items.

    Raises
    ------
    InvalidInputError
        If nobody cared for anything, or a penalty is out of range.
    MissingExtraError
        If scipy is not installed.
    """
    matrix = interaction_matrix(histories.distinct(), items, "SLIM")
    gram = (matrix.T @ matrix).tocsr()
    gram.sort_indices()
    offsets, columns = gram.indptr.astype(np.int64), gram.indices.astype(np.int32)
    products = gram.data.astype(np.float32)
    weights = np.zeros(len(products), np.float32)
    for first in range(0, items, _TOGETHER):
        last = min(first + _TOGETHER, items)
        weights[offsets[first] : offsets[last]] = nonnegative_elastic_net(
            offsets, columns, products, first, last, l1=l1, l2=l2
        )
        progress("items", last, items)
    by_target = type(matrix)((weights, columns, offsets), (items, items))
    by_target.eliminate_zeros()
    found = by_target.T.tocsr()
    found.sort_indices()
    return SparseItemWeights(
        found.indptr.astype(np.int64),
        found.indices.astype(np.int64),
        found.data,
        popularity_scores(histories, items),
    )
