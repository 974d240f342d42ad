"""Which items the same people cared for."""

from __future__ import annotations

import numpy as np

from trovato.core import InvalidInputError, Sequences
from trovato.core.shapes import Int64
from trovato.retrieve.recommenders import ItemNeighbours, popularity_scores

_TOGETHER = 1 << 22  # pairs of items counted together: a few hundred MB while they are sorted


def item_neighbours(
    histories: Sequences,
    items: int,
    *,
    neighbours: int = 50,
    shrinkage: float = 10.0,
    max_sequence_length: int = 100,
) -> ItemNeighbours:
    """Find each item's neighbours by the cosine of who cared for both.

    The similarity of two items is the number of people who cared for both, over the root of the
    product of their audiences, with `shrinkage` added below: pairs seen by few count less.

    Parameters
    ----------
    histories
        What each user cared for, oldest first, no item twice.
    items
        Size of the catalogue.
    neighbours
        How many to keep for each item.
    shrinkage
        At least 0.
    max_sequence_length
        How many items of each user count, in training and later. Work grows with its square.

    Raises
    ------
    InvalidInputError
        If a number is out of range.
    """
    if neighbours < 1 or max_sequence_length < 1 or shrinkage < 0:
        raise InvalidInputError(
            "neighbours and max_sequence_length must be at least 1 and shrinkage at least 0, got "
            f"{neighbours}, {max_sequence_length} and {shrinkage}"
        )
    recent = histories.last(max_sequence_length)
    audience = np.bincount(recent.items, minlength=items).astype(np.float64)
    viewers = Sequences.of(recent.items, recent.users, items)
    near = np.full((items, neighbours), -1, np.int64)
    similar = np.zeros((items, neighbours), np.float32)
    work = np.zeros(items + 1, np.int64)
    np.cumsum(np.bincount(recent.items, recent.lengths[recent.users], items), out=work[1:])
    first = 0
    while first < items:
        # At least one item; as many as their pairs fit.
        last = max(int(np.searchsorted(work, work[first] + _TOGETHER, side="right")) - 1, first + 1)
        block = np.arange(first, last)
        rows, others, both = _pairs(block, viewers, recent, items)
        below = np.sqrt(audience[rows + first] * audience[others]) + shrinkage
        found = (both / below).astype(np.float32)
        order = np.lexsort((others, -found, rows))
        counts = np.bincount(rows, minlength=len(block))
        slots = np.arange(len(order)) - np.repeat(np.cumsum(counts) - counts, counts)
        kept = order[slots < neighbours]
        slots = slots[slots < neighbours]
        near[rows[kept] + first, slots] = others[kept]
        similar[rows[kept] + first, slots] = found[kept]
        first = last
    return ItemNeighbours(near, similar, max_sequence_length, popularity_scores(histories, items))


def _pairs(
    block: Int64[np.ndarray, " block"], viewers: Sequences, recent: Sequences, items: int
) -> tuple[Int64[np.ndarray, " pairs"], Int64[np.ndarray, " pairs"], Int64[np.ndarray, " pairs"]]:
    """Places in the block, other items, and how many people cared for both, where anyone did."""
    who = viewers.take(block)
    theirs = recent.take(who.items)
    rows = np.repeat(who.users, theirs.lengths)
    others = theirs.items != block[rows]
    keys, both = np.unique(rows[others] * items + theirs.items[others], return_counts=True)
    return keys // items, keys % items, both.astype(np.int64)
