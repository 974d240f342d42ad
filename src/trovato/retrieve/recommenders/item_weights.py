"""Items weighed by the items of a history, each with each."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from trovato.core import Sequences
from trovato.core.shapes import Float32
from trovato.retrieve.recommenders.dot_product import Products


@dataclass(frozen=True, slots=True, eq=False)
class ItemWeights:
    """Recommends by the sum of the weights that a history's different items give.

    Parameters
    ----------
    weights
        Row: an item of a history; column: what it weighs for each item.
    """

    weights: Float32[np.ndarray, "items items"]

    @property
    def items(self) -> int:
        """How many items the catalogue has."""
        return len(self.weights)

    def score(self, histories: Sequences) -> Products:
        """Sums of weights."""
        seen = np.zeros((len(histories), self.items), np.float32)
        seen[histories.users, histories.items] = 1
        return Products(seen, self.weights.T)
