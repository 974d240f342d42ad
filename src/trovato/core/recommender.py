"""What every recommender offers: scores of items for people's histories, in parts."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

import numpy as np

from trovato.core.records.sequences import Sequences
from trovato.core.shapes import Float32, Int64


@runtime_checkable
class UserScores(Protocol):
    """Scores for a block of users, worked out as they are asked for."""

    def tile(self, first: int, last: int) -> Float32[np.ndarray, "users tile"]:
        """Scores of all users of the block for the items from `first` to before `last`."""

    def pairs(
        self, users: Int64[np.ndarray, " pairs"], items: Int64[np.ndarray, " pairs"]
    ) -> Float32[np.ndarray, " pairs"]:
        """Scores of single users (places in the block) and items."""


@runtime_checkable
class Recommender(Protocol):
    """Scores every item of a catalogue for anyone whose history is known.

    Laws (`trovato.testing.check_recommender`): a user's scores do not depend on the neighbours in
    the block; tiles and pairs agree; no score is NaN; an empty history is answered.
    """

    @property
    def items(self) -> int:
        """How many items the catalogue has."""

    def score(self, histories: Sequences) -> UserScores:
        """Scores for a block of users."""
