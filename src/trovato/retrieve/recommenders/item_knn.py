"""Items that the same people cared for."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from trovato.core import Sequences, UserScores
from trovato.core.shapes import Float32, Int64
from trovato.retrieve.recommenders.popularity_fallback import popular_for_empty


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
        keys = near[there] * len(recent) + users
        order = np.argsort(keys, kind="stable")
        distinct, starts = np.unique(keys[order], return_index=True)
        weights = self.similarities[recent.items][there][order].astype(np.float64)
        sums = np.add.reduceat(weights, starts) if len(starts) else weights
        found = _Sums(distinct, sums.astype(np.float32), len(recent))
        return popular_for_empty(found, histories, self.popularity)


@dataclass(frozen=True, slots=True, eq=False)
class _Sums:
    """The scores that are not 0, by rising `item × users + user`."""

    keys: Int64[np.ndarray, " sums"]
    sums: Float32[np.ndarray, " sums"]
    users: int

    def tile(self, first: int, last: int) -> Float32[np.ndarray, "users tile"]:
        scores = np.zeros((self.users, last - first), np.float32)
        low, high = np.searchsorted(self.keys, [first * self.users, last * self.users])
        if high > low:
            items, users = np.divmod(self.keys[low:high], self.users)
            scores[users, items - first] = self.sums[low:high]
        return scores

    def pairs(
        self, users: Int64[np.ndarray, " pairs"], items: Int64[np.ndarray, " pairs"]
    ) -> Float32[np.ndarray, " pairs"]:
        if not len(self.keys):
            return np.zeros(len(users), np.float32)
        wanted = items * self.users + users
        places = np.minimum(np.searchsorted(self.keys, wanted), len(self.keys) - 1)
        return np.where(self.keys[places] == wanted, self.sums[places], np.float32(0))
