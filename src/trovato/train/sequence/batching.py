"""Pieces of histories, and batches of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from trovato.core import Sequences
from trovato.core.shapes import Int64

_POOL = 64  # batches whose windows are put together by length

PADDING = -1  # stands in targets after the end of a window


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """Windows of a like length: what is read, and what comes next after the start and each item."""

    items: Int64[np.ndarray, "windows length_minus_1"]
    targets: Int64[np.ndarray, "windows length"]


@dataclass(frozen=True, slots=True, eq=False)
class Windows:
    """Where pieces of histories begin, and their lengths; each row is in one of them.

    Only these two numbers for each piece are held; rows are read as batches are made, so the
    histories may be mapped from a file.
    """

    histories: Sequences
    starts: Int64[np.ndarray, " windows"]
    lengths: Int64[np.ndarray, " windows"]

    @staticmethod
    def of(histories: Sequences, without: Int64[np.ndarray, " users"], longest: int) -> Windows:
        """Cut histories from their ends.

        Parameters
        ----------
        histories
            Of all users.
        without
            How many of each user's newest rows to leave out.
        longest
            Most rows in a window; only the oldest window of a user is shorter.
        """
        rows = histories.lengths - without
        counts = -(-rows // longest)
        # How many windows of the same user come after each.
        after = np.repeat(np.cumsum(counts), counts) - 1 - np.arange(int(counts.sum()))
        begin = np.repeat(histories.offsets[:-1], counts)
        stops = np.repeat(histories.offsets[:-1] + rows, counts) - after * longest
        starts = np.maximum(stops - longest, begin)
        return Windows(histories, starts, stops - starts)

    def batches(self, size: int, random: np.random.Generator) -> Iterator[Batch]:
        """All windows in a drawn order, those of like length together, padded to the longest."""
        drawn = random.permutation(len(self.starts))
        pools = np.arange(len(drawn)) // (size * _POOL)
        order = drawn[np.lexsort((self.lengths[drawn], pools))]
        for number in random.permutation(-(-len(order) // size)):
            yield self._batch(order[number * size : (number + 1) * size])

    def _batch(self, some: Int64[np.ndarray, " some"]) -> Batch:
        lengths = self.lengths[some]
        columns = np.arange(int(lengths.max()))
        there = columns[None, :] < lengths[:, None]
        rows = (self.starts[some][:, None] + columns)[there]
        targets = np.full(there.shape, PADDING, np.int64)
        targets[there] = self.histories.items[rows]
        return Batch(np.maximum(targets[:, :-1], 0), targets)

    def __len__(self) -> int:
        return len(self.starts)
