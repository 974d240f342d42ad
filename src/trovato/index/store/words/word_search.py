"""The best items by BM25: words from postings, phrases and beginnings of words from FTS5."""

from __future__ import annotations

import math
import re
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from trovato.core.shapes import Bool, Float64, Int64, UInt8, UInt32, UInt64
from trovato.index.store.words.full_text import Weights, count_terms, matching_rows
from trovato.index.store.words.records import alive_in, word_segments
from trovato.index.store.words.terms import TermNumbers
from trovato.index.store.words.word_query import WordQuery
from trovato.index.store.words.word_segment import (
    WordSegment,
    WordSegmentRecord,
    map_word_segment,
)
from trovato.ops import SCORE_STEPS, Bm25Settings, top_postings

# Of a term that half of all items have, as FTS5 weighs it.
_LEAST_IDF = 1e-6
_ONE_WORD = re.compile(r'"([^" ]+)"')


@dataclass(frozen=True, slots=True, eq=False)
class Conditions:
    """Rising rows of which an item must be one, and of which it must be none; None for any."""

    chosen: Int64[np.ndarray, " chosen"] | None = None
    unwanted: Int64[np.ndarray, " unwanted"] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class LiveWords:
    """A mapped file of postings, and which of its items hold; None where all do."""

    record: WordSegmentRecord
    segment: WordSegment
    alive: Bool[np.ndarray, " documents"] | None

    def frequencies(self, places: Int64[np.ndarray, " asked"]) -> Int64[np.ndarray, " asked"]:
        """How many items have each of the terms at those places; 0 for -1."""
        lists = self.segment.lists
        known = np.maximum(places, 0)
        counted = np.where(places < 0, 0, lists.starts[known + 1] - lists.starts[known])
        if self.alive is not None:
            for at in np.flatnonzero(counted):
                start, end = lists.starts[places[at]], lists.starts[places[at] + 1]
                counted[at] = np.count_nonzero(self.alive[lists.documents[start:end]])
        return counted

    def wanted(self, among: Conditions) -> UInt8[np.ndarray, " documents"] | None:
        """1 for items that hold and meet conditions; None where all do."""
        if among.chosen is None and among.unwanted is None:
            return None if self.alive is None else self.alive.view(np.uint8)
        found = (
            np.ones(len(self.segment.columns), bool) if self.alive is None else self.alive.copy()
        )
        if among.chosen is not None:
            found &= self._among(among.chosen)
        if among.unwanted is not None:
            found &= ~self._among(among.unwanted)
        return found.view(np.uint8)

    def may_hold(self, rows: Int64[np.ndarray, " rows"]) -> bool:
        """Whether one of some rising rows lies between the first item and the last."""
        first, last = self.record.first_item, self.record.last_item
        return bool(np.searchsorted(rows, first) < np.searchsorted(rows, last, side="right"))

    def held(
        self, rows: Int64[np.ndarray, " rows"]
    ) -> tuple[Int64[np.ndarray, " held"], Int64[np.ndarray, " held"]]:
        """Those of some rows that hold here, and their places."""
        places = self.segment.columns.places_of(rows)
        there, places = rows[places >= 0], places[places >= 0]
        if self.alive is not None:
            there, places = there[self.alive[places]], places[self.alive[places]]
        return there, places

    def _among(self, rows: Int64[np.ndarray, " rows"]) -> Bool[np.ndarray, " documents"]:
        """Which of the items are among the rising rows."""
        places = self.segment.columns.places_of(rows)
        mask: Bool[np.ndarray, " documents"] = np.zeros(len(self.segment.columns), bool)
        mask[places[places >= 0]] = True
        return mask


class WordCache:
    """Mapped files of postings of the states that readers see; shared by a process's readers.

    Parameters
    ----------
    folder
        The directory of segments.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._live: dict[int, LiveWords] = {}
        self.terms = TermNumbers()

    def live(self, connection: sqlite3.Connection) -> list[LiveWords]:
        """The files of postings in the connection's snapshot."""
        records = word_segments(connection)
        known = self._live
        found = []
        for record in records:
            held = known.get(record.number)
            if held is None or held.record != record:
                segment = (
                    map_word_segment(self._folder / record.file_name, record)
                    if held is None
                    else held.segment
                )
                held = LiveWords(record, segment, alive_in(connection, segment, record))
            found.append(held)
        # Replaced as a whole: other threads may look at the one before.
        self._live = {held.record.number: held for held in found}
        return found

    def clear(self) -> None:
        """Let go of all mapped files."""
        self._live = {}


@dataclass(frozen=True, slots=True, eq=False)
class WeighedQuery:
    """A question as some files of postings are asked it, however many times.

    Parameters
    ----------
    places
        By file, the places of its terms; -1 for those that it does not hold.
    idf
        Of the terms.
    settings
        What BM25 knows beside counts.
    scored
        Rising rows, and what phrases add to their scores in steps.
    """

    places: list[Int64[np.ndarray, " terms"]]
    idf: Float64[np.ndarray, " terms"]
    settings: Bm25Settings
    scored: tuple[Int64[np.ndarray, " rows"], Int64[np.ndarray, " rows"]]


def weigh(
    connection: sqlite3.Connection,
    live: Sequence[LiveWords],
    numbers: TermNumbers,
    asked: WordQuery,
    weights: Weights,
) -> WeighedQuery:
    """What each term of a question counts for.

    Parameters
    ----------
    connection, live
        A state of the collection, and its files of postings.
    numbers
        Tells the terms of words.
    asked
        The question.
    weights
        BM25's weight of the page's text, of its context and of its codes.
    """
    terms, phrases = _taken_apart(asked, numbers)
    total, length = count_terms(connection)
    places = [held.segment.places_of(terms) for held in live]
    counted = sum(
        (held.frequencies(at) for held, at in zip(live, places, strict=True)),
        np.zeros(len(terms), np.int64),
    )
    return WeighedQuery(
        places,
        np.array([_idf(total, count) for count in counted.tolist()]),
        Bm25Settings(weights, length / max(total, 1)),
        _phrase_scores(connection, phrases, weights),
    )


def best_items(
    connection: sqlite3.Connection,
    live: Sequence[LiveWords],
    asked: WordQuery,
    weighed: WeighedQuery,
    k: int,
    chosen: Int64[np.ndarray, " chosen"] | None,
) -> tuple[Int64[np.ndarray, " found"], Float64[np.ndarray, " found"]]:
    """Rows that score at least as well as the `k`-th best, ties included, and their scores.

    The scores are those of FTS5's `bm25` to rounding.

    Parameters
    ----------
    connection, live
        A state of the collection, and its files of postings.
    asked, weighed
        The question, and what `weigh` made of it.
    k
        At least 1.
    chosen
        Rising rows to choose from; None for all.
    """
    among = _conditions(connection, asked, chosen)
    found = [(np.zeros(0, np.int64), np.zeros(0, np.int64))]
    floor = 0
    # The largest first: what it reaches need not be looked for below in the others.
    for number in sorted(range(len(live)), key=lambda one: -live[one].record.postings):
        held, at = live[number], weighed.places[number]
        if chosen is not None and not held.may_hold(chosen):
            continue
        documents, scores = top_postings(
            held.segment.lists,
            at[at >= 0],
            weighed.idf[at >= 0],
            weighed.settings,
            k,
            floor=floor,
            wanted=held.wanted(among),
            scored=_in_segment(held.segment, weighed.scored),
        )
        found.append((held.segment.columns.items[documents], scores))
        reached = np.concatenate([scores for _, scores in found])
        if len(reached) >= k:
            floor = int(np.partition(reached, len(reached) - k)[len(reached) - k])
    items = np.concatenate([items for items, _ in found])
    scores = np.concatenate([scores for _, scores in found])
    kept = scores >= floor
    return items[kept], scores[kept] / SCORE_STEPS


def _taken_apart(
    asked: WordQuery, numbers: TermNumbers
) -> tuple[UInt64[np.ndarray, " terms"], list[str]]:
    """What is in the postings, by number, and what FTS5 has to find."""
    terms, phrases = [], []
    for one in asked.scored:
        word = _ONE_WORD.fullmatch(one)
        held = numbers.of([word[1]])[word[1]] if word else ()
        if len(held) == 1:
            terms.append(held[0])
        else:
            phrases.append(one)
    return np.array(terms, np.uint64), phrases


def _idf(total: int, count: int) -> float:
    weight = math.log((total - count + 0.5) / (count + 0.5))
    return weight if weight > 0 else _LEAST_IDF


def _phrase_scores(
    connection: sqlite3.Connection, phrases: list[str], weights: Weights
) -> tuple[Int64[np.ndarray, " rows"], Int64[np.ndarray, " rows"]]:
    """Rising rows, and what phrases add to their scores in steps.

    BM25 is a sum over words and phrases, so each may be found by itself.
    """
    found = [
        row
        for phrase in phrases
        for row in connection.execute(
            "SELECT rowid, -bm25(words, ?, ?, ?) FROM words WHERE words MATCH ?",
            [*weights, phrase],
        ).fetchall()
    ]
    rows, inverse = np.unique(np.array([row for row, _ in found], np.int64), return_inverse=True)
    steps = np.rint(np.array([score for _, score in found]) * SCORE_STEPS).astype(np.int64)
    scores = np.zeros(len(rows), np.int64)
    np.add.at(scores, inverse, steps)
    return rows, scores


def _in_segment(
    segment: WordSegment, scored: tuple[Int64[np.ndarray, " rows"], Int64[np.ndarray, " rows"]]
) -> tuple[UInt32[np.ndarray, " found"], Int64[np.ndarray, " found"]]:
    """Those rows that are in a segment, by their places, and their scores."""
    rows, scores = scored
    places = segment.columns.places_of(rows)
    there = places >= 0
    return places[there].astype(np.uint32), scores[there]


def _conditions(
    connection: sqlite3.Connection, asked: WordQuery, chosen: Int64[np.ndarray, " chosen"] | None
) -> Conditions:
    unwanted = _matching(connection, asked.unwanted)
    wanted = _matching(connection, asked.wanted)
    if chosen is not None and wanted is not None:
        chosen = np.intersect1d(chosen, wanted, assume_unique=True)
    return Conditions(wanted if chosen is None else chosen, unwanted)


def _matching(connection: sqlite3.Connection, expression: str) -> Int64[np.ndarray, " rows"] | None:
    if not expression:
        return None
    return np.sort(np.array(list(matching_rows(connection, expression)), np.int64))
