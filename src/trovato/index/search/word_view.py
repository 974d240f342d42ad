"""What a snapshot says of words: rankings by BM25, and what a question reads as."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property

import numpy as np

from trovato.core import Attribute, InvalidInputError, PathLike, QueryReading
from trovato.core.shapes import Int64
from trovato.index.search.filter_cache import FilterCache
from trovato.index.search.item_view import ItemView
from trovato.index.store.schema import WORD_SEGMENTS_SINCE
from trovato.index.store.words.full_text import (
    Weights,
    best_rows,
    count_matching,
    matching_rows,
    mean_length,
)
from trovato.index.store.words.vocabulary import has_term, read_words
from trovato.index.store.words.word_query import WordQuery
from trovato.index.store.words.word_search import (
    LiveWords,
    WeighedQuery,
    WordCache,
    best_items,
    weigh,
)
from trovato.ops import parse_search_query, top_rows

# BM25's weight of a page's text; of its document's title, name and page number; and of part numbers
# and other codes in any of them.
LEXICAL_WEIGHTS: Weights = (1.0, 0.5, 2.0)


class WordView(ItemView):
    """A collection as it was when the view was made, with its words."""

    def __init__(self, database: PathLike, words: WordCache, filters: FilterCache) -> None:
        super().__init__(database)
        self._word_cache = words
        self._filter_cache = filters
        # Of the last conditions, and of the last question.
        self._last_filter: tuple[str, Int64[np.ndarray, " chosen"] | None] = ("", None)
        self._last: tuple[str, tuple[WordQuery, QueryReading]] | None = None
        self._weighed: tuple[tuple[str, Weights], WeighedQuery | None] | None = None

    def _forget(self) -> None:
        super()._forget()
        self._last = self._weighed = None
        self._last_filter = ("", None)
        self.__dict__.pop("_words", None)

    def search_lexical(
        self,
        text: str,
        k: int,
        filter: str = "",
        weights: Weights = LEXICAL_WEIGHTS,
    ) -> list[tuple[int, float]]:
        """The best pages by BM25 over any of the words in `text`.

        Robertson and Zaragoza 2009, as computed by SQLite's FTS5 (k1 = 1.2, b = 0.75). Words are
        looked up in files of postings, phrases and beginnings of words in FTS5's index.

        Parameters
        ----------
        text
            Any text, with the operators of `trovato.ops.parse_search_query`.
        k
            At most so many pages, at least 1.
        filter
            Conditions, see `parse_where`.
        weights
            Of a word in the page's text; in its document's title, name and page number; and of a
            part number or another code, without its separators.

        Returns
        -------
        Rows and scores, best first, ties by external id.

        Raises
        ------
        InvalidInputError
            If `k` is below 1 or `filter` is not understood.
        """
        check_k(k)
        return self._best(text, k, weights, self._chosen(filter))

    def score_lexical(
        self, text: str, rows: Sequence[int], weights: Weights = LEXICAL_WEIGHTS
    ) -> list[tuple[int, float]]:
        """BM25 of given pages; see `search_lexical`.

        Returns
        -------
        Rows and scores, best first, of those published pages that hold a word of `text`.
        """
        chosen = np.unique(np.array(rows, np.int64))
        return self._best(text, max(len(rows), 1), weights, chosen)

    def _best(
        self, text: str, k: int, weights: Weights, chosen: Int64[np.ndarray, " chosen"] | None
    ) -> list[tuple[int, float]]:
        """The best pages, of all or of some rising rows."""
        asked, _ = self._read(text)
        if not self._has_postings:
            if not asked.expression:
                return []
            selection: tuple[str, list[Attribute]] | None = None
            if chosen is not None:
                selection = "SELECT value FROM json_each(?)", [json.dumps(chosen.tolist())]
            rows, scores = best_rows(self._connection, asked.expression, k, weights, selection)
            return top_rows(rows, scores, k, self.ids_of)
        if self._weighed is None or self._weighed[0] != (text, weights):
            terms, words = self._word_cache.terms, self._words
            weighed = (
                weigh(self._connection, words, terms, asked, weights) if asked.expression else None
            )
            self._weighed = ((text, weights), weighed)
        _, weighed = self._weighed
        if weighed is None:
            return []
        rows, scores = best_items(self._connection, self._words, asked, weighed, k, chosen)
        return top_rows(rows, scores, k, self.ids_of)

    @cached_property
    def _has_postings(self) -> bool:
        return self.format >= WORD_SEGMENTS_SINCE

    @cached_property
    def _words(self) -> list[LiveWords]:
        """The files of postings, none in older formats."""
        return self._word_cache.live(self._connection)

    def ids_of(self, rows: Iterable[int]) -> dict[int, str]:
        """External id of each row that is a published item."""
        if not self._has_postings:
            return super().ids_of(rows)
        return {
            row: held.segment.columns.id_at(place)
            for held, found, places in self._held(rows)
            for row, place in zip(found.tolist(), places.tolist(), strict=True)
        }

    def files_of(self, rows: Iterable[int]) -> dict[int, int]:
        """Number of the file of each row that is a published item."""
        if not self._has_postings:
            return super().files_of(rows)
        return {
            row: file
            for held, found, places in self._held(rows)
            for row, file in zip(
                found.tolist(), held.segment.columns.files[places].tolist(), strict=True
            )
        }

    def _held(
        self, rows: Iterable[int]
    ) -> Iterator[tuple[LiveWords, Int64[np.ndarray, " held"], Int64[np.ndarray, " held"]]]:
        """The files of postings that hold some of the rows: which ones, and their places there."""
        asked = np.unique(np.array(list(rows), np.int64))
        return ((held, *held.held(asked)) for held in self._words if held.may_hold(asked))

    def reading(self, text: str) -> QueryReading:
        """Which words of a question no page holds, and what is asked for in their place."""
        _, reading = self._read(text)
        return reading

    def meeting(self, text: str, rows: Iterable[int]) -> set[int]:
        """Those of some rows that hold the phrases of a question, and no word it excludes."""
        asked, _ = self._read(text)
        meeting = set(rows)
        if asked.wanted:
            meeting &= matching_rows(self._connection, asked.wanted)
        if asked.unwanted:
            meeting -= matching_rows(self._connection, asked.unwanted)
        return meeting

    def count_lexical(self, text: str) -> int:
        """How many pages hold any of the words in `text`."""
        asked, _ = self._read(text)
        expression = asked.expression
        return count_matching(self._connection, expression) if expression else 0

    def mean_length(self) -> tuple[int, float]:
        """How many pages and items the word index has, and their mean length in its terms."""
        return mean_length(self._connection)

    def _read(self, text: str) -> tuple[WordQuery, QueryReading]:
        """A question's words; those of the last question are kept."""
        if self._last is None or self._last[0] != text:
            query = parse_search_query(text)
            self._last = (text, read_words(self._connection, query, self._holds))
        return self._last[1]

    def _holds(self, word: str) -> bool:
        """Whether a published page holds a word, in any form of its stem."""
        numbers = self._word_cache.terms.of([word])[word] if self._has_postings else ()
        if len(numbers) != 1:
            return has_term(self._connection, word)
        term = np.array(numbers, np.uint64)
        return any(held.frequencies(held.segment.places_of(term))[0] for held in self._words)

    def _chosen(self, filter: str) -> Int64[np.ndarray, " chosen"] | None:
        """Rising rows that meet conditions; None for all. Those of the last conditions are kept."""
        if self._last_filter[0] != filter:
            live = self._words if self._has_postings else []
            rows = self._filter_cache.rows(self._connection, live, filter)
            self._last_filter = (filter, rows)
        return self._last_filter[1]


def check_k(k: int) -> None:
    """Refuse a number of hits below 1."""
    if k < 1:
        raise InvalidInputError(f"k must be at least 1, got {k}")
