"""Which rows may be learnt from by whom, so that nothing learns what it is asked."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from trovato.core import Sequences
from trovato.core.shapes import Int64

_LEAST = 3  # rows of a user who is asked


@dataclass(frozen=True, slots=True, eq=False)
class NextItemSplit:
    """Leave one out twice: the last item of a user tests, the one before validates.

    What makes ids of behaviour takes this object, and reads `tokenizer` alone: no click that the
    generator is validated or tested on. Users with fewer than three rows are learnt from and not
    asked.

    Parameters
    ----------
    tokenizer
        Without the last two rows of those who are asked: for what makes ids.
    generator
        Without the last row: for what recommends.
    asked
        Users who are asked, rising.
    targets
        The last item of each of them.
    """

    tokenizer: Sequences
    generator: Sequences
    asked: Int64[np.ndarray, " asked"]
    targets: Int64[np.ndarray, " asked"]

    @staticmethod
    def of(histories: Sequences) -> NextItemSplit:
        """Split whole histories, oldest first."""
        lengths = histories.lengths
        asked = np.flatnonzero(lengths >= _LEAST)
        drop = (lengths >= _LEAST).astype(np.int64)
        return NextItemSplit(
            _without(histories, 2 * drop),
            _without(histories, drop),
            asked,
            histories.items[histories.offsets[1:][asked] - 1],
        )


def _without(histories: Sequences, drop: Int64[np.ndarray, " users"]) -> Sequences:
    age = np.repeat(histories.offsets[1:], histories.lengths) - np.arange(len(histories.items))
    kept = age > np.repeat(drop, histories.lengths)
    offsets = np.concatenate([[0], np.cumsum(histories.lengths - drop)]).astype(np.int64)
    return Sequences(histories.items[kept], offsets)
