"""All ids of a catalogue as sorted whole numbers, level by level."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

import numpy as np

from trovato.core import InvalidInputError
from trovato.core.shapes import Bool, Int64, Shaped, UInt32


@dataclass(frozen=True, slots=True, eq=False)
class IdTrie:
    """An exact prefix tree: what may follow a prefix is what follows it in some id.

    A prefix is a whole number, its codes as digits; each level holds its different prefixes sorted,
    so that what follows one is a range that two binary searches find. A million ids of four levels
    with 256 codes take 16 MB.

    Parameters
    ----------
    sizes
        Codes of each level.
    keys
        Of each level but the last, its prefixes, rising; of the last, the id of each item, rising.
    items
        Places of items in the order of the last keys; in a bucket, in the order of places.
    """

    sizes: tuple[int, ...]
    keys: tuple[Shaped[np.ndarray, " _"], ...]
    items: UInt32[np.ndarray, " items"]

    @staticmethod
    def of(codes: Int64[np.ndarray, "items levels"], sizes: tuple[int, ...]) -> IdTrie:
        """The tree of the ids of items 0, 1, ….

        Raises
        ------
        InvalidInputError
            If there are no ids, codes do not fit the sizes, or ids do not fit 63 bits.
        """
        if not len(codes) or codes.shape[1] != len(sizes):
            raise InvalidInputError(
                f"wanted at least one id of {len(sizes)} levels, got an array of {codes.shape}"
            )
        if prod(sizes) >= 1 << 63:
            raise InvalidInputError(
                f"ids of the sizes {sizes} do not fit 63 bits: take fewer levels"
            )
        if (codes < 0).any() or (codes >= np.array(sizes)).any():
            raise InvalidInputError(f"codes must be from 0 to below the sizes {sizes}")
        whole = np.zeros(len(codes), np.int64)
        levels: list[Shaped[np.ndarray, " _"]] = []
        for level, size in enumerate(sizes):
            whole = whole * size + codes[:, level]
            if level < len(sizes) - 1:
                levels.append(np.unique(whole).astype(_narrow(sizes[: level + 1])))
        order = np.argsort(whole, kind="stable")
        levels.append(whole[order].astype(_narrow(sizes)))
        return IdTrie(sizes, tuple(levels), order.astype(np.uint32))

    @property
    def levels(self) -> int:
        """Digits of an id."""
        return len(self.sizes)

    @property
    def nbytes(self) -> int:
        """Bytes of all arrays."""
        return sum(level.nbytes for level in self.keys) + self.items.nbytes

    def allowed(
        self, prefixes: Int64[np.ndarray, "beams depth"]
    ) -> Bool[np.ndarray, "beams codes"]:
        """Which codes may follow prefixes; none after what is no prefix.

        Parameters
        ----------
        prefixes
            Codes of less than all levels, of one length.
        """
        keys, size, whole, first, last = self._spans(prefixes)
        mask = np.zeros((len(prefixes), size), bool)
        shift = (np.arange(len(prefixes)) - whole) * size
        mask.reshape(-1)[keys[_ranges(first, last)] + np.repeat(shift, last - first)] = True
        return mask

    def children(
        self, prefixes: Int64[np.ndarray, "beams depth"]
    ) -> tuple[Int64[np.ndarray, " edges"], Int64[np.ndarray, " edges"]]:
        """The same as pairs of a prefix's row and a code, by rising row, then code.

        In the last level a code comes once for each item that has it.

        Raises
        ------
        InvalidInputError
            If prefixes have as many codes as ids, or more.
        """
        keys, size, whole, first, last = self._spans(prefixes)
        rows = np.repeat(np.arange(len(prefixes)), last - first)
        return rows, keys[_ranges(first, last)].astype(np.int64) - whole[rows] * size

    def _spans(
        self, prefixes: Int64[np.ndarray, "beams depth"]
    ) -> tuple[
        Shaped[np.ndarray, " keys"],
        int,
        Int64[np.ndarray, " beams"],
        Int64[np.ndarray, " beams"],
        Int64[np.ndarray, " beams"],
    ]:
        """Keys of the next level, its size, prefixes as numbers, and where their keys lie."""
        depth = prefixes.shape[1]
        if depth >= self.levels:
            raise InvalidInputError(
                f"nothing follows a whole id: wanted fewer than {self.levels} codes, got {depth}"
            )
        size, keys = self.sizes[depth], self.keys[depth]
        whole = self._numbers(prefixes)
        first = np.searchsorted(keys, (whole * size).astype(keys.dtype))
        last = np.searchsorted(keys, (whole * size + size - 1).astype(keys.dtype), side="right")
        return keys, size, whole, first, last

    def prefixes(self, depth: int) -> Int64[np.ndarray, "nodes depth"]:
        """All different prefixes of so many codes, in rising order."""
        keys = np.unique(self.keys[depth - 1]).astype(np.int64) if depth else np.zeros(1, np.int64)
        found = np.empty((len(keys), depth), np.int64)
        for level in reversed(range(depth)):
            keys, found[:, level] = np.divmod(keys, self.sizes[level])
        return found

    def members(
        self, ids: Int64[np.ndarray, "ids levels"]
    ) -> tuple[Int64[np.ndarray, " rows"], Int64[np.ndarray, " rows"]]:
        """Items of whole ids, as pairs of an id's row and an item, by rising row, then item."""
        whole = self._numbers(ids).astype(self.keys[-1].dtype)
        first = np.searchsorted(self.keys[-1], whole)
        last = np.searchsorted(self.keys[-1], whole, side="right")
        rows = np.repeat(np.arange(len(ids)), last - first)
        return rows, self.items[_ranges(first, last)].astype(np.int64)

    def _numbers(self, prefixes: Int64[np.ndarray, "beams depth"]) -> Int64[np.ndarray, " beams"]:
        whole = np.zeros(len(prefixes), np.int64)
        for level in range(prefixes.shape[1]):
            whole = whole * self.sizes[level] + prefixes[:, level]
        return whole


def _narrow(sizes: tuple[int, ...]) -> type[np.uint32] | type[np.int64]:
    return np.uint32 if prod(sizes) <= 1 << 32 else np.int64


def _ranges(
    first: Int64[np.ndarray, " rows"], last: Int64[np.ndarray, " rows"]
) -> Int64[np.ndarray, " places"]:
    """The places from each first to before each last, one range after the other."""
    lengths = last - first
    shift = np.repeat(first - (np.cumsum(lengths) - lengths), lengths)
    places: Int64[np.ndarray, " places"] = np.arange(len(shift)) + shift
    return places
