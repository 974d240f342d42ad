"""Matrix factorisation whose users are sums over what they cared for."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from trovato.core import Sequences, UserScores
from trovato.core.shapes import Float32
from trovato.retrieve.recommenders.dot_product import Products
from trovato.retrieve.recommenders.popularity_fallback import popular_for_empty


@dataclass(frozen=True, slots=True, eq=False)
class AsymmetricFactors:
    """Recommends by item vectors, to the sum of what a history's different items give.

    A user's vector is the sum of `inputs` over the root of how many they are, so anyone with a
    history is answered.

    Source: Koren, "Factorization meets the neighborhood", 2008, section 4.

    Parameters
    ----------
    vectors
        One for each item.
    inputs
        What each item of a history adds to a user's vector.
    popularity
        What an empty history gets; see `popularity_scores`. None for scores of 0.
    """

    vectors: Float32[np.ndarray, "items dim"]
    inputs: Float32[np.ndarray, "items dim"]
    popularity: Float32[np.ndarray, " items"] | None = None

    @property
    def items(self) -> int:
        """How many items the catalogue has."""
        return len(self.vectors)

    def score(self, histories: Sequences) -> UserScores:
        """Dot products of users and items."""
        different = histories.distinct()
        users = np.zeros((len(different), self.vectors.shape[1]), np.float32)
        np.add.at(users, different.users, self.inputs[different.items])
        users /= np.sqrt(np.maximum(different.lengths, 1))[:, None].astype(np.float32)
        return popular_for_empty(Products(users, self.vectors), histories, self.popularity)
