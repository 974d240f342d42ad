"""What a beam search misses of what exact scoring finds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from trovato.core import Sequences
from trovato.generate.decoding.beam_recommender import BeamRecommender
from trovato.ops import best_in_tiles
from trovato.retrieve.recommenders import GenerativeRetrieval


@dataclass(frozen=True, slots=True)
class SearchLoss:
    """A search beside exact scoring.

    Parameters
    ----------
    overlap
        Mean share of the exact best `k` that the search has among its best `k`.
    same_first
        Share of users whose best item is the same.
    probability
        Mean probability of the search's best `k` items over that of the exact ones.
    """

    overlap: float
    same_first: float
    probability: float


def search_loss(
    model: GenerativeRetrieval, histories: Sequences, *, beams: int = 50, k: int = 10
) -> SearchLoss:
    """Rank some users' items by beam search and exactly, and compare.

    Parameters
    ----------
    model
        What scores codes.
    histories
        Of the users; what they have seen may come again.
    beams
        Of the search.
    k
        Items of each user.
    """
    ranked = [
        best_in_tiles(one.score(histories).tile, len(histories), model.items, k)
        for one in (model, BeamRecommender(model, beams))
    ]
    (exact, best), (found, reached) = ranked
    there = [len(np.intersect1d(*pair)) for pair in zip(exact, found, strict=True)]
    mass = np.exp(reached.astype(np.float64)).sum(axis=1) / np.exp(best.astype(np.float64)).sum(
        axis=1
    )
    return SearchLoss(
        float(np.mean(there)) / min(k, model.items),
        float((exact[:, 0] == found[:, 0]).mean()),
        float(mass.mean()),
    )
