"""The same for everybody: popularity, conversion and their like."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from trovato.core import Sequences
from trovato.core.shapes import Float32, Int64


@dataclass(frozen=True, slots=True, eq=False)
class ItemScores:
    """Recommends by one score for each item."""

    values: Float32[np.ndarray, " items"]

    @property
    def items(self) -> int:
        """How many items the catalogue has."""
        return len(self.values)

    def score(self, histories: Sequences) -> _Same:
        """The same scores for each user of the block."""
        return _Same(self.values, len(histories))


@dataclass(frozen=True, slots=True, eq=False)
class _Same:
    values: Float32[np.ndarray, " items"]
    users: int

    def tile(self, first: int, last: int) -> Float32[np.ndarray, "users tile"]:
        return np.broadcast_to(self.values[first:last], (self.users, last - first))

    def pairs(
        self,
        users: Int64[np.ndarray, " pairs"],  # noqa: ARG002 (all users are alike)
        items: Int64[np.ndarray, " pairs"],
    ) -> Float32[np.ndarray, " pairs"]:
        scores: Float32[np.ndarray, " pairs"] = self.values[items]
        return scores
