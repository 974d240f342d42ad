"""Which items a recommender takes to be alike."""

from __future__ import annotations

import numpy as np

from trovato.core import InvalidInputError, Recommender, Sequences
from trovato.core.shapes import Float32, Int64
from trovato.ops import NO_ITEM, l2_normalize
from trovato.retrieve.recommenders.content_based import ContentNeighbours
from trovato.retrieve.recommenders.factors.asymmetric_factors import AsymmetricFactors
from trovato.retrieve.recommenders.factors.matrix_factorization import Factors
from trovato.retrieve.recommenders.item_knn import ItemNeighbours
from trovato.retrieve.recommenders.item_weights import ItemWeights, SparseItemWeights
from trovato.retrieve.recommenders.sequential.sasrec import SelfAttention


def similar_items(
    recommender: Recommender, item: int, k: int
) -> tuple[Int64[np.ndarray, " hits"], Float32[np.ndarray, " hits"]]:
    """The `k` items most like one: places, the most similar first, and similarities.

    Alike are the neighbours of `item-knn`, the items that one weighs for (`ease`, `slim`), and
    items whose vectors have a large cosine where a recommender has vectors. The item itself is left
    out.

    Parameters
    ----------
    recommender
        One with neighbours or vectors.
    item
        The place of the item in the catalogue.
    k
        How many, at least 1; fewer come back only where there are fewer.

    Raises
    ------
    InvalidInputError
        If `k` is below 1, or the recommender compares no items, as popularity does.
    """
    if k < 1:
        raise InvalidInputError(f"k must be at least 1, got {k}")
    if isinstance(recommender, ItemNeighbours):
        places, scores = recommender.neighbours[item], recommender.similarities[item]
        places, scores = places[places != NO_ITEM], scores[places != NO_ITEM]
    elif isinstance(recommender, ItemWeights | SparseItemWeights):
        alone = Sequences(np.array([item]), np.array([0, 1]))
        scores = recommender.score(alone).tile(0, recommender.items)[0]
        places = np.flatnonzero(scores > 0)
        scores = scores[places]
    elif isinstance(recommender, AsymmetricFactors | Factors | ContentNeighbours | SelfAttention):
        vectors = l2_normalize(recommender.vectors)
        places, scores = np.arange(len(vectors)), vectors @ vectors[item]
    else:
        raise InvalidInputError(
            f"{type(recommender).__name__} does not compare items: use a recommender that has "
            "vectors or neighbours, such as ials or item-knn"
        )
    others = places != item
    places, scores = places[others], scores[others]
    best = np.argsort(-scores, kind="stable")[:k]
    return places[best], scores[best]
