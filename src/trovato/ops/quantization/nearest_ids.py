"""The ids that are nearest to vectors, by a beam over the levels."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from trovato.core.shapes import Float, Int64

_NUMBERS = 1 << 22  # items × beams × codes at once

Errors = Callable[..., Float[np.ndarray, "rows codes"]]
Remainders = Callable[..., Float[np.ndarray, "rows dim"]]


def search_ids(
    inputs: Float[np.ndarray, "items dim"],
    sizes: tuple[int, ...],
    errors: Errors,
    remainders: Remainders,
    beams: int,
) -> tuple[Int64[np.ndarray, "items found levels"], Float[np.ndarray, "items found"]]:
    """The ids with the least squared error, nearest first, and their errors.

    After each level the `beams` prefixes that leave least over are kept, so with as many beams as
    ids the search is exact.

    Parameters
    ----------
    inputs
        Of the first level.
    sizes
        Codes of each level.
    errors
        Of `(inputs, level)`: squared length of what each code would leave over.
    remainders
        Of `(inputs, codes, level)`: what these codes leave over, the inputs of the next level.
    beams
        How many to keep, and to find.
    """
    block = max(1, _NUMBERS // (beams * max(sizes)))
    parts = [
        _search(inputs[first : first + block], sizes, errors, remainders, beams)
        for first in range(0, max(len(inputs), 1), block)
    ]
    return np.concatenate([part[0] for part in parts]), np.concatenate([part[1] for part in parts])


def _search(
    inputs: Float[np.ndarray, "items dim"],
    sizes: tuple[int, ...],
    errors: Errors,
    remainders: Remainders,
    beams: int,
) -> tuple[Int64[np.ndarray, "items found levels"], Float[np.ndarray, "items found"]]:
    items, dim = inputs.shape
    left, gaps = inputs[:, None], np.zeros((items, 1), inputs.dtype)
    codes = np.zeros((items, 1, 0), np.int64)
    for level, size in enumerate(sizes):
        open_beams = left.shape[1]
        each = errors(left.reshape(-1, dim), level).reshape(items, open_beams * size)
        best = _smallest(each, min(beams, open_beams * size))
        beam, code = np.divmod(best, size)
        gaps = np.take_along_axis(each, best, axis=1)
        chosen = np.take_along_axis(left, beam[..., None], axis=1)
        left = remainders(chosen.reshape(-1, dim), code.reshape(-1), level).reshape(chosen.shape)
        before = np.take_along_axis(codes, beam[..., None], axis=1)
        codes = np.concatenate([before, code[..., None]], axis=2)
    return codes, gaps


def _smallest(
    values: Float[np.ndarray, "rows many"], count: int
) -> Int64[np.ndarray, "rows count"]:
    """Places of the smallest of each row, rising."""
    some = np.argpartition(values, count - 1, axis=1)[:, :count]
    some.sort(axis=1)
    order = np.argsort(np.take_along_axis(values, some, axis=1), axis=1, kind="stable")
    found: Int64[np.ndarray, "rows count"] = np.take_along_axis(some, order, axis=1)
    return found


def squared_errors(
    inputs: Float[np.ndarray, "items dim"],
    codes: Int64[np.ndarray, "items levels"],
    remainders: Remainders,
) -> Float[np.ndarray, " items"]:
    """Squared length of what ids leave over."""
    left = inputs
    for level, own in enumerate(codes.T):
        left = remainders(left, own, level)
    found: Float[np.ndarray, " items"] = np.einsum("id,id->i", left, left)
    return found
