"""What training keeps apart, to know its best round."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from trovato.core import Sequences, generator
from trovato.core.shapes import Int64

_MOST = 1000  # users


@dataclass(frozen=True, slots=True, eq=False)
class HeldBack:
    """The last item of some users, and what came before it.

    Parameters
    ----------
    users
        Rising places.
    before
        Their histories without the last item.
    last
        That item.
    """

    users: Int64[np.ndarray, " held"]
    before: Sequences
    last: Int64[np.ndarray, " held"]

    @staticmethod
    def of(histories: Sequences, seed: int) -> HeldBack:
        """Draw a tenth of the users who have two items or more, at most 1000."""
        able = np.flatnonzero(histories.lengths > 1)
        count = min(_MOST, len(able) // 10)
        # The name that the draw has had from the first, so that fitted weights stay what they were.
        drawn = generator(seed, "SASRec, held back").choice(able, count, replace=False)
        users = np.sort(drawn).astype(np.int64)
        whole = histories.take(users)
        ends = whole.offsets[1:] - 1
        kept = np.ones(len(whole.items), bool)
        kept[ends] = False
        before = Sequences(whole.items[kept], whole.offsets - np.arange(len(whole) + 1))
        return HeldBack(users, before, whole.items[ends].astype(np.int64))

    def __len__(self) -> int:
        return len(self.users)
