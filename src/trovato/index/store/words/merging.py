"""Postings made of counted words, and several files of postings made one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from trovato.core.shapes import Bool, UInt32, UInt64
from trovato.index.store.words.item_columns import ItemColumns, join_columns
from trovato.index.store.words.word_segment import WordSegment
from trovato.ops import PostingLists

_COLUMNS = (np.uint32(0xFFFF), np.uint32(0xFF0000), np.uint32(0xFF000000))


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
    return _segment(counted.columns, counted.lengths, terms, keys, counted.counts)


def merge(
    parts: Sequence[tuple[WordSegment, Bool[np.ndarray, " _"] | None]],
) -> WordSegment:
    """The postings of several segments in one.

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
    keys, counts = [], []
    for segment, alive in parts:
        lists = segment.lists
        places = columns.places_of(segment.columns.items)
        kept = np.ones(len(places), bool) if alive is None else alive
        lengths[places[kept]] = lists.lengths[kept]
        ranks = np.searchsorted(terms, segment.terms).astype(np.uint64)
        found = _keys(
            np.repeat(ranks, np.diff(lists.starts)), places.astype(np.uint32)[lists.documents]
        )
        if alive is None:
            keys.append(found)
            counts.append(lists.counts)
        else:
            of_kept = alive[lists.documents]
            keys.append(found[of_kept])
            counts.append(lists.counts[of_kept])
    return _segment(columns, lengths, terms, np.concatenate(keys), np.concatenate(counts))


def _keys(
    ranks: UInt64[np.ndarray, " postings"], documents: UInt32[np.ndarray, " postings"]
) -> UInt64[np.ndarray, " postings"]:
    """Numbers that order postings by term, then by document."""
    keys: UInt64[np.ndarray, " postings"] = ranks << np.uint64(32) | documents
    return keys


def _segment(
    columns: ItemColumns,
    lengths: UInt32[np.ndarray, " documents"],
    terms: UInt64[np.ndarray, " terms"],
    keys: UInt64[np.ndarray, " postings"],
    counts: UInt32[np.ndarray, " postings"],
) -> WordSegment:
    # Sorted runs, one after another, are merged and not sorted anew.
    order = np.argsort(keys, kind="stable")
    keys, counts = keys[order], counts[order]
    del order
    ranks = (keys >> np.uint64(32)).astype(np.int64)
    documents = keys.astype(np.uint32)
    held = np.bincount(ranks, minlength=len(terms))
    terms, held = terms[held > 0], held[held > 0]  # those of deleted items alone are gone
    starts = np.concatenate([np.zeros(1, np.int64), np.cumsum(held)])
    firsts = starts[:-1]
    most = np.zeros(len(terms), np.uint32)
    shortest = np.zeros(len(terms), np.uint32)
    if len(terms):
        for column in _COLUMNS:
            most |= np.maximum.reduceat(counts & column, firsts)
        shortest = np.minimum.reduceat(lengths[documents], firsts)
    return WordSegment(
        columns, terms, PostingLists(documents, counts, lengths, starts, most, shortest)
    )
