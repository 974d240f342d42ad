"""Items that the same people cared for."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from trovato.core import Sequences, UserScores
from trovato.core.shapes import Float32, Int64
from trovato.retrieve.recommenders.popularity_fallback import popular_for_empty
from trovato.retrieve.recommenders.sparse_scores import SparseScores


@dataclass(frozen=True, slots=True, eq=False)
class ItemNeighbours:
    """Recommends by the sum of similarities to the newest items of a history.

    Source: Sarwar et al., "Item-based collaborative filtering recommendation algorithms", 2001.

    Parameters
    ----------
    neighbours
        Places of the most similar items of each item; −1 where there are fewer.
    similarities
        Their similarities, 0 where there is no neighbour.
    max_sequence_length
        How many items of a history count.
    popularity
        What an empty history gets; see `popularity_scores`. None for scores of 0.
    """

    neighbours: Int64[np.ndarray, "items neighbours"]
    similarities: Float32[np.ndarray, "items neighbours"]
    max_sequence_length: int = 50
    popularity: Float32[np.ndarray, " items"] | None = None

    @property
    def items(self) -> int:
        """How many items the catalogue has."""
        return len(self.neighbours)

    def score(self, histories: Sequences) -> UserScores:
        """Sums of similarities; 0 for an item that is near nothing in the history."""
        recent = histories.last(self.max_sequence_length)
        near = self.neighbours[recent.items]
        there = near >= 0
        users = np.broadcast_to(recent.users[:, None], near.shape)[there]
        weights = self.similarities[recent.items][there]
        found = SparseScores.of(users, near[there], weights, len(recent))
        return popular_for_empty(found, histories, self.popularity)
