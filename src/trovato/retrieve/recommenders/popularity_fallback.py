"""What is recommended to somebody who has cared for nothing yet: what most people cared for."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from trovato.core import Sequences, UserScores
from trovato.core.shapes import Bool, Float32, Int64

_LARGEST = 1e-6  # below what a single item of a history is worth


def popularity_scores(histories: Sequences, items: int) -> Float32[np.ndarray, " items"]:
    """How many histories hold each item, as scores from 0 to 10⁻⁶."""
    distinct = histories.distinct()
    counts = np.bincount(distinct.items, minlength=items)
    scores: Float32[np.ndarray, " items"] = (
        _LARGEST * counts / max(counts.max(initial=0), 1)
    ).astype(np.float32)
    return scores


def popular_for_empty(
    scores: UserScores, histories: Sequences, popularity: Float32[np.ndarray, " items"] | None
) -> UserScores:
    """The scores, with popularity in place of those for empty histories."""
    empty = histories.lengths == 0
    if popularity is None or not empty.any():
        return scores
    return _WithPopular(scores, empty, popularity)


@dataclass(frozen=True, slots=True, eq=False)
class _WithPopular:
    scores: UserScores
    empty: Bool[np.ndarray, " users"]
    popularity: Float32[np.ndarray, " items"]

    def tile(self, first: int, last: int) -> Float32[np.ndarray, "users tile"]:
        found = self.scores.tile(first, last)
        return np.where(self.empty[:, None], self.popularity[first:last], found)

    def pairs(
        self, users: Int64[np.ndarray, " pairs"], items: Int64[np.ndarray, " pairs"]
    ) -> Float32[np.ndarray, " pairs"]:
        found = self.scores.pairs(users, items)
        return np.where(self.empty[users], self.popularity[items], found)
