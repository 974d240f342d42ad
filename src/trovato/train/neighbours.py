"""Which items the same people cared for."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float32, Float64, Int64

from trovato.core import Histories, InvalidInputError
from trovato.ops import best_in_tiles
from trovato.retrieve.recommenders import ItemNeighbours

_CELLS = 1 << 24  # similarities worked out together: 128 MB


def item_neighbours(
    histories: Histories,
    items: int,
    *,
    neighbours: int = 50,
    shrinkage: float = 10.0,
    newest: int = 100,
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
    newest
        How many items of each user count, in training and later. Work grows with its square.

    Raises
    ------
    InvalidInputError
        If a number is out of range.
    """
    if neighbours < 1 or newest < 1 or shrinkage < 0:
        raise InvalidInputError(
            "neighbours and newest must be at least 1 and shrinkage at least 0, got "
            f"{neighbours}, {newest} and {shrinkage}"
        )
    recent = histories.last(newest)
    audience = np.bincount(recent.items, minlength=items).astype(np.float64)
    viewers = Histories.of(recent.items, recent.users, items)
    near = np.full((items, neighbours), -1, np.int64)
    similar = np.zeros((items, neighbours), np.float32)
    together = max(_CELLS // max(items, 1), 1)
    for first in range(0, items, together):
        block = np.arange(first, min(first + together, items))
        found = _similarities(block, viewers, recent, audience, shrinkage)
        places, scores = best_in_tiles(
            lambda low, high, found=found: found[:, low:high],  # type: ignore[misc]
            len(block),
            items,
            min(neighbours, items),
        )
        kept = places.shape[1]
        near[block, :kept] = places
        similar[block, :kept] = np.where(places >= 0, scores, np.float32(0))
    return ItemNeighbours(near, similar, newest)


def _similarities(
    block: Int64[np.ndarray, " block"],
    viewers: Histories,
    recent: Histories,
    audience: Float64[np.ndarray, " items"],
    shrinkage: float,
) -> Float32[np.ndarray, "block items"]:
    """Similarities of some items with all; −∞ where nobody cared for both, and with itself."""
    items = len(audience)
    who = viewers.take(block)
    theirs = recent.take(who.items)
    rows = np.repeat(who.users, theirs.lengths)
    both = np.bincount(rows * items + theirs.items, minlength=len(block) * items)
    both = both.reshape(len(block), items)
    below = np.sqrt(audience[block, None] * audience[None, :]) + shrinkage
    found = np.where(both > 0, both / np.where(below > 0, below, 1.0), -np.inf)
    found[np.arange(len(block)), block] = -np.inf
    return found.astype(np.float32)
