"""Scores that are dot products of a user's vector with items' vectors."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from trovato.core.shapes import Float32, Int64


@dataclass(frozen=True, slots=True, eq=False)
class Products:
    """A vector for each user of a block, against all items."""

    users: Float32[np.ndarray, "users dim"]
    vectors: Float32[np.ndarray, "items dim"]

    def tile(self, first: int, last: int) -> Float32[np.ndarray, "users tile"]:
        """Scores of all users of the block for the items from `first` to before `last`."""
        scores: Float32[np.ndarray, "users tile"] = self.users @ self.vectors[first:last].T
        return scores

    def pairs(
        self, users: Int64[np.ndarray, " pairs"], items: Int64[np.ndarray, " pairs"]
    ) -> Float32[np.ndarray, " pairs"]:
        """Scores of single users (places in the block) and items."""
        scores: Float32[np.ndarray, " pairs"] = np.einsum(
            "pd,pd->p", self.users[users], self.vectors[items]
        )
        return scores
