"""Matrix factorisation: a history becomes the vector that explains it best."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from trovato.core import Sequences, UserScores
from trovato.core.shapes import Float32
from trovato.retrieve.recommenders.dot_product import Products
from trovato.retrieve.recommenders.popularity_fallback import popular_for_empty


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
        Weight of each time that an item comes in the history, against 1 for all others.
    regularisation
        Added to the diagonal.
    popularity
        What an empty history gets; see `popularity_scores`. None for scores of 0.
    """

    vectors: Float32[np.ndarray, "items dim"]
    confidence: float = 1.0
    regularisation: float = 0.01
    popularity: Float32[np.ndarray, " items"] | None = None

    @property
    def items(self) -> int:
        """How many items the catalogue has."""
        return len(self.vectors)

    def score(self, histories: Sequences) -> UserScores:
        """Predicted preferences."""
        found = Products(self.fold_in(histories), self.vectors)
        return popular_for_empty(found, histories, self.popularity)

    def fold_in(self, histories: Sequences) -> Float32[np.ndarray, "users dim"]:
        """The vectors that explain histories best; zeros for an empty one.

        Each time that an item comes counts.
        """
        dim = self.vectors.shape[1]
        everything = (self.vectors.T @ self.vectors).astype(np.float64)
        everything += self.regularisation * np.eye(dim)
        pairs, times = np.unique(histories.users * self.items + histories.items, return_counts=True)
        who, what = np.divmod(pairs, max(self.items, 1))
        confidence = self.confidence * times
        wanted = np.zeros((len(histories), dim))
        np.add.at(wanted, who, confidence[:, None] * self.vectors[what])
        users = np.linalg.solve(everything, wanted.T).T  # right where each confidence is 1
        for user in np.unique(who[confidence != 1]):
            mine = slice(*np.searchsorted(who, [user, user + 1]))
            own = self.vectors[what[mine]].astype(np.float64)
            more = (confidence[mine] - 1)[:, None] * own
            users[user] = np.linalg.solve(everything + own.T @ more, wanted[user])
        solved: Float32[np.ndarray, "users dim"] = users.astype(np.float32)
        return solved
