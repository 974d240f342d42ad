"""The best items of a whole catalogue, without ever holding users × items."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from trovato.core import InvalidInputError, Sequences
from trovato.core.shapes import Bool, Float32, Int64, UInt64

# Scores of all users of a block for the items from the first to before the second number.
Tiles = Callable[[int, int], Float32[np.ndarray, "users tile"]]

NO_ITEM = -1  # stands where there are fewer items than were asked for
# Scores at once, 4 MB: memory that goes back to the system and is asked for again costs most.
_SCORES, _FEWEST = 1 << 20, 1024
_EMPTY = np.uint64(0xFFFFFFFFFFFFFFFF)


def best_in_tiles(
    tiles: Tiles,
    users: int,
    items: int,
    k: int,
    *,
    seen: Sequences | None = None,
    tile: int | None = None,
) -> tuple[Int64[np.ndarray, "users k"], Float32[np.ndarray, "users k"]]:
    """Places and scores of the best `k` items of each user: by falling score, ties by rising place.

    The outcome is that of a full sort of all scores. Memory is `users` × (`tile` + `k`) scores.

    Parameters
    ----------
    tiles
        Gives the scores, tile by tile; asked once for each, in rising order. −∞ leaves an item out,
        ∞ comes first.
    users, items
        Users of this block and items of the whole catalogue.
    k
        At least 1. Where fewer items are left, `NO_ITEM` with −∞ fills the row.
    seen
        Items that a user must not get again.
    tile
        Items scored together; None for a million scores, and at least 1024 items.

    Raises
    ------
    InvalidInputError
        If `k` or `tile` is below 1, there are 2³² items or more, a score is NaN, or a tile has
        another shape than was asked for.
    """
    if tile is None:
        tile = max(_FEWEST, _SCORES // max(users, 1))
    if k < 1 or tile < 1:
        raise InvalidInputError(f"k and tile must be at least 1, got {k} and {tile}")
    if items >> 32:
        raise InvalidInputError(f"a catalogue has fewer than 2³² items, got {items}")
    best = np.full((users, k), _EMPTY, np.uint64)
    masked = _by_item(seen)
    for first in range(0, items, tile):
        last = min(first + tile, items)
        scores = tiles(first, last)
        if scores.shape != (users, last - first):
            raise InvalidInputError(
                f"a tile of {users} users and {last - first} items was wanted, got {scores.shape}"
            )
        if scores.size and bool(np.isnan(scores.min())):
            raise InvalidInputError("scores must be numbers; find where NaN comes from")
        low, high = np.searchsorted(masked[1], [first, last])
        hidden = masked[0][low:high], masked[1][low:high] - first
        best = _merged(best, scores, _above(scores, hidden, _scores(best[:, -1]), k), first)
    places = (best & np.uint64(0xFFFFFFFF)).astype(np.int64)
    return np.where(best == _EMPTY, NO_ITEM, places), _scores(best)


def _by_item(
    seen: Sequences | None,
) -> tuple[Int64[np.ndarray, " rows"], Int64[np.ndarray, " rows"]]:
    """Users and items of what was seen, by rising item."""
    if seen is None:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    order = np.argsort(seen.items, kind="stable")
    return seen.users[order], seen.items[order]


def _above(
    scores: Float32[np.ndarray, "users tile"],
    hidden: tuple[Int64[np.ndarray, " rows"], Int64[np.ndarray, " rows"]],
    border: Float32[np.ndarray, " users"],
    k: int,
) -> Bool[np.ndarray, "users tile"]:
    """Which scores may be among the best: a later item must beat the border, not just meet it."""
    above: Bool[np.ndarray, "users tile"] = scores > border[:, None]
    above[hidden] = False
    if k < scores.shape[1] and np.count_nonzero(above) > 4 * k * len(scores):
        shown = scores.copy()
        shown[hidden] = -np.inf
        above &= scores >= np.partition(shown, -k, axis=1)[:, -k, None]
    return above


def _merged(
    best: UInt64[np.ndarray, "users k"],
    scores: Float32[np.ndarray, "users tile"],
    above: Bool[np.ndarray, "users tile"],
    first: int,
) -> UInt64[np.ndarray, "users k"]:
    """The best of the best so far and of what is new."""
    found = np.flatnonzero(above)
    if not len(found):
        return best
    rows, columns = np.divmod(found, scores.shape[1])
    counts = np.bincount(rows, minlength=len(best))
    width = best.shape[1]
    keys = np.full((len(best), width + int(counts.max())), _EMPTY, np.uint64)
    keys[:, :width] = best
    slots = np.arange(len(rows)) - np.repeat(np.cumsum(counts) - counts, counts)
    keys[rows, width + slots] = _keys(scores[rows, columns], columns + first)
    keys.sort(axis=1)
    return keys[:, :width]


def _keys(
    scores: Float32[np.ndarray, " rows"], places: Int64[np.ndarray, " rows"]
) -> UInt64[np.ndarray, " rows"]:
    """Numbers that rise as scores fall and, where these are equal, as places rise.

    Bits of floating-point numbers order like whole numbers once those of negative ones are flipped.
    """
    bits = (scores + np.float32(0)).view(np.uint32)  # −0 and 0 are one score
    falling = np.where(bits >> 31, bits, ~bits & np.uint32(0x7FFFFFFF))
    return (falling.astype(np.uint64) << np.uint64(32)) | places.astype(np.uint64)


def _scores(keys: UInt64[np.ndarray, "*shape"]) -> Float32[np.ndarray, "*shape"]:
    """The scores that keys were made of."""
    falling = (keys >> np.uint64(32)).astype(np.uint32)
    bits = np.where(falling >> 31, falling, ~falling & np.uint32(0x7FFFFFFF))
    return np.where(keys == _EMPTY, np.float32(-np.inf), bits.view(np.float32))
