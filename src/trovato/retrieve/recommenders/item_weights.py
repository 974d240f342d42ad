"""Items weighed by the items of a history, each with each."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from trovato.core import Sequences, UserScores
from trovato.core.shapes import Float32, Int64
from trovato.retrieve.recommenders.dot_product import Products
from trovato.retrieve.recommenders.popularity_fallback import popular_for_empty
from trovato.retrieve.recommenders.sparse_scores import SparseScores


@dataclass(frozen=True, slots=True, eq=False)
class ItemWeights:
    """Recommends by the sum of the weights that a history's different items give.

    Parameters
    ----------
    weights
        Row: an item of a history; column: what it weighs for each item.
    popularity
        What an empty history gets; see `popularity_scores`. None for scores of 0.
    """

    weights: Float32[np.ndarray, "items items"]
    popularity: Float32[np.ndarray, " items"] | None = None

    @property
    def items(self) -> int:
        """How many items the catalogue has."""
        return len(self.weights)

    def score(self, histories: Sequences) -> UserScores:
        """Sums of weights."""
        seen = np.zeros((len(histories), self.items), np.float32)
        seen[histories.users, histories.items] = 1
        found = Products(seen, self.weights.T)
        return popular_for_empty(found, histories, self.popularity)


@dataclass(frozen=True, slots=True, eq=False)
class SparseItemWeights:
    """The same, where most weights are 0 and are not kept.

    Parameters
    ----------
    offsets, targets, weights
        Item `i` of a history weighs `weights[offsets[i]:offsets[i + 1]]` for the items of the same
        places in `targets`.
    popularity
        What an empty history gets; see `popularity_scores`. None for scores of 0.
    """

    offsets: Int64[np.ndarray, " items_plus_1"]
    targets: Int64[np.ndarray, " weights"]
    weights: Float32[np.ndarray, " weights"]
    popularity: Float32[np.ndarray, " items"] | None = None

    @property
    def items(self) -> int:
        """How many items the catalogue has."""
        return len(self.offsets) - 1

    def score(self, histories: Sequences) -> UserScores:
        """Sums of weights; 0 for an item that nothing in the history weighs."""
        different = histories.distinct()
        rows = Sequences(np.arange(len(self.targets)), self.offsets).take(different.items)
        users = different.users[rows.users]
        found = SparseScores.of(
            users, self.targets[rows.items], self.weights[rows.items], len(histories)
        )
        return popular_for_empty(found, histories, self.popularity)
