"""Postings made of counted words, and several files of postings made one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from trovato.core.shapes import Bool, Int64, UInt32, UInt64
from trovato.index.store.words.item_columns import ItemColumns, join_columns
from trovato.index.store.words.word_segment import WordSegment
from trovato.ops import PostingLists

_COLUMNS = (np.uint32(0xFFFF), np.uint32(0xFF0000), np.uint32(0xFF000000))
# Postings that are merged at a time, of whole terms: what is sorted takes some 40 bytes for each.
_BLOCK = 1 << 18


@dataclass(frozen=True, slots=True, eq=False)
class CountedTerms:
    """Terms of items, one after another.

    Parameters
    ----------
    columns, lengths
        The items, and how many terms each has.
    documents, terms, counts
        Each term of each item: the place of the item, its number, and its packed count.
    """

    columns: ItemColumns
    lengths: UInt32[np.ndarray, " items"]
    documents: UInt32[np.ndarray, " postings"]
    terms: UInt64[np.ndarray, " postings"]
    counts: UInt32[np.ndarray, " postings"]


def invert(counted: CountedTerms) -> WordSegment:
    """Postings of counted terms."""
    terms, ranks = np.unique(counted.terms, return_inverse=True)
    keys = _keys(ranks.astype(np.uint64), counted.documents)
    lists = _Growing(len(keys))
    lists.add(len(terms), keys, counted.counts, counted.lengths)
    return lists.segment(counted.columns, terms, counted.lengths)


def merge(
    parts: Sequence[tuple[WordSegment, Bool[np.ndarray, " _"] | None]],
) -> WordSegment:
    """The postings of several segments in one, some terms at a time.

    Parameters
    ----------
    parts
        Segments, and which of their items are left; None where all are. An item is left in at most
        one of them.
    """
    columns = join_columns(
        [
            segment.columns if alive is None else segment.columns.take(np.flatnonzero(alive))
            for segment, alive in parts
        ]
    )
    terms = np.unique(np.concatenate([segment.terms for segment, _ in parts]))
    lengths = np.zeros(len(columns), np.uint32)
    held = np.zeros(len(terms), np.int64)
    moved = []
    for segment, alive in parts:
        places = columns.places_of(segment.columns.items)
        kept = np.ones(len(places), bool) if alive is None else alive
        lengths[places[kept]] = segment.lists.lengths[kept]
        ranks = np.searchsorted(terms, segment.terms)
        held[ranks] += np.diff(segment.lists.starts)
        moved.append(_Moved(segment.lists, ranks, places.astype(np.uint32), alive))
    lists = _Growing(int(held.sum()))
    for first, last in _stretches(held):
        found = [part.postings(first, last) for part in moved]
        keys = np.concatenate([keys for keys, _ in found])
        counts = np.concatenate([counts for _, counts in found])
        lists.add(last - first, keys, counts, lengths)
    return lists.segment(columns, terms, lengths)


@dataclass(frozen=True, slots=True, eq=False)
class _Moved:
    """Postings on their way into a larger segment: where their terms and documents will be."""

    lists: PostingLists
    ranks: Int64[np.ndarray, " terms"]
    places: UInt32[np.ndarray, " documents"]
    alive: Bool[np.ndarray, " documents"] | None

    def postings(
        self, first: int, last: int
    ) -> tuple[UInt64[np.ndarray, " found"], UInt32[np.ndarray, " found"]]:
        """Keys and counts of what is left of the terms from one rank to before another."""
        start, end = np.searchsorted(self.ranks, [first, last])
        starts = self.lists.starts[start : end + 1]
        documents = self.lists.documents[starts[0] : starts[-1]]
        counts = self.lists.counts[starts[0] : starts[-1]]
        ranks = np.repeat((self.ranks[start:end] - first).astype(np.uint64), np.diff(starts))
        keys = _keys(ranks, self.places[documents])
        if self.alive is None:
            return keys, counts
        left = self.alive[documents]
        return keys[left], counts[left]


def _stretches(held: Int64[np.ndarray, " terms"]) -> list[tuple[int, int]]:
    """Neighbouring terms that together have a block of postings, or one term that has more."""
    ends = np.cumsum(held)
    found, first = [], 0
    while first < len(held):
        before = int(ends[first]) - int(held[first])
        last = max(first + 1, int(np.searchsorted(ends, before + _BLOCK, "right")))
        found.append((first, last))
        first = last
    return found


def _keys(
    ranks: UInt64[np.ndarray, " postings"], documents: UInt32[np.ndarray, " postings"]
) -> UInt64[np.ndarray, " postings"]:
    """Numbers that order postings by term, then by document."""
    keys: UInt64[np.ndarray, " postings"] = ranks << np.uint64(32) | documents
    return keys


class _Growing:
    """Lists of postings, to which those of the next terms are added.

    Parameters
    ----------
    most
        Postings there may be.
    """

    def __init__(self, most: int) -> None:
        self._documents = np.zeros(most, np.uint32)
        self._counts = np.zeros(most, np.uint32)
        self._end = 0
        self._held = [np.zeros(0, np.int64)]
        self._most = [np.zeros(0, np.uint32)]
        self._shortest = [np.zeros(0, np.uint32)]

    def add(
        self,
        terms: int,
        keys: UInt64[np.ndarray, " postings"],
        counts: UInt32[np.ndarray, " postings"],
        lengths: UInt32[np.ndarray, " documents"],
    ) -> None:
        """Add the postings of so many terms, in any order; keys count terms from 0."""
        # Sorted runs, one after another, are merged and not sorted anew.
        order = np.argsort(keys, kind="stable")
        keys, counts = keys[order], counts[order]
        documents = keys.astype(np.uint32)
        held = np.bincount((keys >> np.uint64(32)).astype(np.int64), minlength=terms)
        self._held.append(held)
        own = held[held > 0]
        if not len(own):
            return
        firsts = np.cumsum(own) - own
        most = np.zeros(len(own), np.uint32)
        for column in _COLUMNS:
            most |= np.maximum.reduceat(counts & column, firsts)
        self._most.append(most)
        self._shortest.append(np.minimum.reduceat(lengths[documents], firsts))
        start, self._end = self._end, self._end + len(keys)
        self._documents[start : self._end] = documents
        self._counts[start : self._end] = counts

    def segment(
        self,
        columns: ItemColumns,
        terms: UInt64[np.ndarray, " terms"],
        lengths: UInt32[np.ndarray, " documents"],
    ) -> WordSegment:
        """The segment of all that was added; terms of deleted items alone are gone."""
        held = np.concatenate(self._held)
        starts = np.concatenate([np.zeros(1, np.int64), np.cumsum(held[held > 0])])
        lists = PostingLists(
            self._documents[: self._end],
            self._counts[: self._end],
            lengths,
            starts,
            np.concatenate(self._most),
            np.concatenate(self._shortest),
        )
        return WordSegment(columns, terms[held > 0], lists)
