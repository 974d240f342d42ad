"""Matrix factorisation: a history becomes the vector that explains it best."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from trovato.core import Sequences
from trovato.core.shapes import Float32, Float64
from trovato.retrieve.recommenders.dot_product import Products


@dataclass(frozen=True, slots=True, eq=False)
class Factors:
    """Recommends by item factors that were fitted to implicit feedback.

    A user's vector is solved for from the history alone, as one half-step of alternating least
    squares does, so anyone with a history is answered, known in training or not.

    Source: Hu, Koren and Volinsky, "Collaborative filtering for implicit feedback datasets", 2008,
    equation 4.

    Parameters
    ----------
    vectors
        One for each item.
    confidence
        Weight of an item in the history, against 1 for all others.
    regularisation
        Added to the diagonal.
    """

    vectors: Float32[np.ndarray, "items dim"]
    confidence: float = 1.0
    regularisation: float = 0.01

    @property
    def items(self) -> int:
        """How many items the catalogue has."""
        return len(self.vectors)

    def score(self, histories: Sequences) -> Products:
        """Predicted preferences; 0 for an empty history."""
        dim = self.vectors.shape[1]
        everything = (self.vectors.T @ self.vectors).astype(np.float64)
        everything += self.regularisation * np.eye(dim)
        wanted = np.zeros((len(histories), dim))
        np.add.at(wanted, histories.users, self.vectors[histories.items])
        return Products(
            self._solved(histories, everything, self.confidence * wanted).astype(np.float32),
            self.vectors,
        )

    def _solved(
        self,
        histories: Sequences,
        everything: Float64[np.ndarray, "dim dim"],
        wanted: Float64[np.ndarray, "users dim"],
    ) -> Float64[np.ndarray, "users dim"]:
        if self.confidence == 1:  # then all users share one system
            return np.linalg.solve(everything, wanted.T).T
        users = np.empty_like(wanted)
        for user, items in enumerate(histories):
            own = self.vectors[items].astype(np.float64)
            users[user] = np.linalg.solve(
                everything + (self.confidence - 1) * own.T @ own, wanted[user]
            )
        return users
