"""Sparse 32-bit ids: counted and found by their place in a sorted list, and gathered."""

from __future__ import annotations

import numpy as np

from trovato.core import InvalidInputError
from trovato.core.shapes import Bool, Int32, Int64, UInt32, UInt64
from trovato.ops import _kernels
from trovato.ops.arguments import check_array

# Possible ids that share an entry of those known, and a word of those seen.
_ENTRY, _WORD = 32, 64
# Words of a set that are read at a time.
_BLOCK = 1 << 16


class SortedIdSet:
    """A set of 32-bit ids that answers for millions of rows per second.

    Takes 8 bytes for each 32 possible ids up to the largest, whatever their number: a bit for each
    possible id, and the number of ids before them (a bit vector with rank; Jacobson 1989).

    Parameters
    ----------
    ids
        Rising, none twice.

    Raises
    ------
    InvalidInputError
        If they are not of type uint32, or do not rise.
    """

    def __init__(self, ids: UInt32[np.ndarray, " known"]) -> None:
        ids = _checked(ids)
        if len(ids) > 1 and not (ids[1:] > ids[:-1]).all():
            raise InvalidInputError("known ids must rise, and none may come twice: sort them first")
        self.ids = ids
        entries = int(ids[-1]) // _ENTRY + 1 if len(ids) else 0
        self._entries: UInt64[np.ndarray, " entries"] = np.zeros(entries, np.uint64)
        _kernels.index_ids(self._entries, ids)

    def __len__(self) -> int:
        return len(self.ids)

    def count(self, ids: UInt32[np.ndarray, " rows"], counts: Int64[np.ndarray, " known"]) -> int:
        """Add one to `counts` at the place of each row's id.

        Returns
        -------
        How many rows have an id that is not known.

        Raises
        ------
        InvalidInputError
            If ids are not of type uint32, or `counts` has another length than the list of ids,
            another type than int64, or cannot be written in place.
        """
        self._check("counts", counts, written=True)
        return _kernels.count_ids(self._entries, _checked(ids), counts)

    def places(self, ids: UInt32[np.ndarray, " rows"]) -> Int32[np.ndarray, " rows"]:
        """The place of each id in the list, or −1.

        Raises
        ------
        InvalidInputError
            If ids are not of type uint32.
        """
        ids = _checked(ids)
        places = np.empty(len(ids), np.int32)
        _kernels.find_ids(self._entries, ids, places)
        return places

    def has(self, ids: UInt32[np.ndarray, " rows"]) -> Bool[np.ndarray, " rows"]:
        """Which ids are in the list.

        Raises
        ------
        InvalidInputError
            If ids are not of type uint32.
        """
        ids = _checked(ids)
        found = np.empty(len(ids), np.uint8)
        _kernels.known_ids(self._entries, ids, found)
        return found.view(np.bool_)

    def last_slots(
        self,
        ids: UInt32[np.ndarray, " rows"],
        starts: Int64[np.ndarray, " known"],
        following: Int64[np.ndarray, " known"],
    ) -> Int64[np.ndarray, " rows"]:
        """Where rows go when only the last ones of each id are kept, in their order.

        Parameters
        ----------
        ids
            Of the next rows of a log.
        starts
            Where the first kept row of each known id goes.
        following
            Where the next row of each known id goes: before the first, `starts` less the rows that
            are not kept. Moved on by these rows.

        Returns
        -------
        −1 for rows that are not kept, or whose id is not known.

        Raises
        ------
        InvalidInputError
            If ids are not of type uint32, or `starts` or `following` has another length than the
            list of ids, another type than int64, or strides.
        """
        self._check("starts", starts)
        self._check("following", following, written=True)
        ids = _checked(ids)
        slots = np.empty(len(ids), np.int64)
        _kernels.last_slots(self._entries, ids, starts, following, slots)
        return slots

    def _check(
        self, name: str, values: Int64[np.ndarray, " known"], *, written: bool = False
    ) -> None:
        check_array(name, values, np.int64, 1, written=written)
        if len(values) != len(self.ids):
            raise InvalidInputError(
                f"{len(self.ids)} ids are known, got values for {len(values)} of them"
            )


class SeenIds:
    """Gathers the different ones among 32-bit ids, at hundreds of millions of rows per second.

    Takes a bit for each possible id up to the largest: at most 512 MB.
    """

    def __init__(self) -> None:
        self._words: UInt64[np.ndarray, " words"] = np.zeros(0, np.uint64)

    def add(self, ids: UInt32[np.ndarray, " rows"]) -> None:
        """Add the ids of these rows.

        Raises
        ------
        InvalidInputError
            If they are not of type uint32.
        """
        ids = _checked(ids)
        needed = int(ids.max(initial=0)) // _WORD + 1
        if needed > len(self._words):
            grown = np.zeros(max(needed, len(self._words) * 3 // 2), np.uint64)
            grown[: len(self._words)] = self._words
            self._words = grown
        _kernels.mark_ids(self._words, ids)

    def ids(self) -> UInt32[np.ndarray, " ids"]:
        """All ids that were added, rising."""
        found = [np.zeros(0, np.uint32)]
        filled = np.flatnonzero(self._words)
        for words in np.split(filled, range(_BLOCK, len(filled), _BLOCK)):
            bits = self._words[words].astype("<u8", copy=False).view(np.uint8)
            places = np.flatnonzero(np.unpackbits(bits, bitorder="little"))
            found.append((words[places // _WORD] * _WORD + places % _WORD).astype(np.uint32))
        return np.concatenate(found)


def _checked(ids: UInt32[np.ndarray, " rows"]) -> UInt32[np.ndarray, " rows"]:
    """Ids as kernels read them: other types are refused, strides copied."""
    ids = np.ascontiguousarray(ids)
    check_array("ids", ids, np.uint32, 1)
    return ids
