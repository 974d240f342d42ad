"""Items like those that someone cared for, by what they are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from trovato.core import Sequences, UserScores
from trovato.core.shapes import Float32
from trovato.retrieve.recommenders.dot_product import Products
from trovato.retrieve.recommenders.popularity_fallback import popular_for_empty


@dataclass(frozen=True, slots=True, eq=False)
class ContentNeighbours:
    """Recommends by cosine with the mean content vector of the newest items of a history.

    Parameters
    ----------
    vectors
        Of length 1; zero for an item whose content is not known, which then scores 0.
    max_sequence_length
        How many items of a history count.
    popularity
        What an empty history gets; see `popularity_scores`. None for scores of 0.
    """

    vectors: Float32[np.ndarray, "items dim"]
    max_sequence_length: int = 50
    popularity: Float32[np.ndarray, " items"] | None = None

    @property
    def items(self) -> int:
        """How many items the catalogue has."""
        return len(self.vectors)

    def score(self, histories: Sequences) -> UserScores:
        """Cosines, in [−1, 1]; 0 for a history without content."""
        recent = histories.last(self.max_sequence_length)
        means = np.zeros((len(recent), self.vectors.shape[1]), np.float32)
        np.add.at(means, recent.users, self.vectors[recent.items])
        lengths = np.linalg.norm(means, axis=1, keepdims=True)
        users = means / np.where(lengths > 0, lengths, np.float32(1))
        return popular_for_empty(Products(users, self.vectors), histories, self.popularity)
