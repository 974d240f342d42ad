"""A view of a collection that does not change while others write."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from functools import partial

import numpy as np

from trovato.core import (
    Attribute,
    CorruptCollectionError,
    InvalidInputError,
    PathLike,
    QueryReading,
    TokenVectors,
)
from trovato.core.shapes import Float32, Int64
from trovato.index.graph import Level, StoredGraph
from trovato.index.search.item_view import ItemView
from trovato.index.search.snapshot import FieldCaches, segment_of
from trovato.index.search.vector_search import PageSearch, SegmentSearch
from trovato.index.store.blobs import unpack_layout, unpack_token_spans
from trovato.index.store.fields import DEFAULT_FIELD, StoredField, read_fields
from trovato.index.store.filters import select_items
from trovato.index.store.records import StoredPage, VectorHits
from trovato.index.store.schema import WORD_SEGMENTS_SINCE
from trovato.index.store.segments import owners_of
from trovato.index.store.words.full_text import (
    Weights,
    best_rows,
    count_matching,
    matching_rows,
    mean_length,
)
from trovato.index.store.words.vocabulary import read_words
from trovato.index.store.words.word_query import WordQuery
from trovato.index.store.words.word_search import best_items
from trovato.index.vectors.format import VectorFormat
from trovato.index.vectors.ivf_codec import SearchProfile
from trovato.ops import parse_search_query, top_rows

# BM25's weight of a page's text; of its document's title, name and page number; and of part numbers
# and other codes in any of them.
LEXICAL_WEIGHTS: Weights = (1.0, 0.5, 2.0)


class Reader(ItemView):
    """Searches a collection as it was when the reader was made; see `Collection.reader`.

    Pages are named by their row, an integer that never changes its meaning. A reader is used by one
    thread at a time. While it is open, files that a writer no longer needs stay on the disk, so
    close it, or let it go, when the question is answered.
    """

    def __init__(self, database: PathLike, caches: FieldCaches) -> None:
        super().__init__(database)
        self._caches = caches
        self._fields = read_fields(self._connection)
        self._last: tuple[str, tuple[WordQuery, QueryReading]] | None = None

    @property
    def fields(self) -> dict[str, StoredField]:
        """The vector fields by name, the default one first."""
        return dict(self._fields)

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
        _check_k(k)
        selection = select_items(self._connection, filter)
        asked, _ = self._read(text)
        if not asked.expression:
            return []
        if self.format >= WORD_SEGMENTS_SINCE:
            chosen = self._chosen(selection)
            rows, scores = best_items(
                self._connection, self._caches.words, asked, k, weights, chosen
            )
        else:
            rows, scores = best_rows(self._connection, asked.expression, k, weights, selection)
        return top_rows(rows, scores, k, self.ids_of)

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

    def filtered(self, rows: Iterable[int], filter: str) -> set[int]:
        """Those of some rows that meet conditions, see `parse_where`.

        Raises
        ------
        InvalidInputError
            If `filter` is not understood.
        """
        selection = select_items(self._connection, filter)
        if selection is None:
            return set(rows)
        query, parameters = selection
        among = json.dumps([int(row) for row in rows])
        query += " AND items.item IN (SELECT value FROM json_each(?))"
        return {row for (row,) in self._connection.execute(query, [*parameters, among])}

    def graph(self, level: Level = "part") -> StoredGraph:
        """What is linked to what, read as it is asked for; see `StoredGraph`."""
        return StoredGraph(self._connection, level)

    def _read(self, text: str) -> tuple[WordQuery, QueryReading]:
        """A question's words; those of the last question are kept."""
        if self._last is None or self._last[0] != text:
            self._last = (text, read_words(self._connection, parse_search_query(text)))
        return self._last[1]

    def search(
        self,
        query: Float32[np.ndarray, "query dim"],
        k: int,
        filter: str = "",
        *,
        field: str | None = None,
    ) -> list[tuple[str, float]]:
        """External ids and MaxSim of the best items in a vector field; see `search_vectors`."""
        found = self.search_vectors(query, k, filter, field=field).best
        ids = self.ids_of(row for row, _ in found)
        return [(ids[row], score) for row, score in found]

    def search_vectors(
        self,
        query: Float32[np.ndarray, "query dim"],
        k: int,
        filter: str = "",
        threads: int = 1,
        *,
        exact: bool = False,
        candidates: int | None = None,
        field: str | None = None,
    ) -> VectorHits:
        """The best items by MaxSim in one vector field.

        Every item is scored while that is fast, or `exact` is asked for. In a large collection
        that has centroids (see `Writer.centre`), all pages are compared by the cells of their
        tokens, and the best of them are scored; what comes back says so.

        Parameters
        ----------
        query
            `(query, dim)` vectors of the question.
        k
            At most so many pages, at least 1.
        filter
            Conditions, see `parse_where`; they are applied before scoring.
        threads
            Processors to use.
        exact
            Whether to score every page however many there are.
        candidates
            Pages to score in a collection with centroids, whatever its size; by default as its
            card says (`SearchProfile.candidates_for`), or all of them where that saves little. At
            least `k` are scored.
        field
            Its name; the default field where none is named.

        Returns
        -------
        Rows and scores, best first, ties by external id, as many as `k` or as there are pages with
        vectors that meet the conditions; and how they were found.

        Raises
        ------
        InvalidInputError
            If `k` or `candidates` is below 1, `filter` is not understood, there is no such field,
            or the query has another dimension or components that are not finite.
        CorruptCollectionError
            If a vector file is not what was written.
        """
        _check_k(k)
        if candidates is not None and candidates < 1:
            raise InvalidInputError(f"candidates must be at least 1, got {candidates}")
        items = self._chosen(select_items(self._connection, filter))
        asked = self._field(field)
        _check_query(query, asked)
        search = self._search(asked, threads)
        card, wanted = None if exact else self.card(field), None
        if card is not None and candidates is not None:
            wanted = max(k, candidates)
        elif card is not None:
            few = card.candidates_for(k)
            wanted = None if few is None or search.is_small(items, few) else few
        if card is None or wanted is None:
            scored, recall = search.exact(query, items), 1.0
        else:
            scored = search.through_candidates(query, items, wanted)
            recall = 1.0 if scored.exact else card.recall_of(wanted)
        best = top_rows(scored.rows, scored.scores, k, self.ids_of)
        return VectorHits(best, len(scored.rows), scored.eligible, scored.exact, recall)

    def card(self, field: str | None = None) -> SearchProfile | None:
        """What was measured when a field's centroids were made; None where there are none."""
        return self._caches.of(self._field(field)).card(self._connection)

    def score_vectors(
        self,
        query: Float32[np.ndarray, "query dim"],
        items: Sequence[int],
        threads: int = 1,
        *,
        field: str | None = None,
    ) -> list[tuple[int, float]]:
        """MaxSim of given items in one vector field.

        Parameters
        ----------
        query
            `(query, dim)` vectors of the question.
        items
            Rows; those that are no published page are passed over.
        threads
            Processors to use.
        field
            Its name; the default field where none is named.

        Returns
        -------
        Rows, rising, and scores of those items that have vectors.

        Raises
        ------
        InvalidInputError
            If the query has another dimension, or components that are not finite.
        CorruptCollectionError
            If a vector file is not what was written.
        """
        asked = self._field(field)
        _check_query(query, asked)
        rows, none = np.unique(np.array(items, np.int64)), np.zeros(0, np.int64)
        live = self._caches.of(asked).live(self._connection)
        published = np.concatenate([none, *(held.published(rows) for held in live)])
        scored = self._search(asked, threads).exact(query, published)
        return list(zip(scored.rows.tolist(), scored.scores.tolist(), strict=True))

    def pages(self, rows: Sequence[int]) -> Iterator[StoredPage]:
        """The pages in those rows, in their order: texts in one read, vectors one at a time.

        Raises
        ------
        InvalidInputError
            If one of them is no published page.
        CorruptCollectionError
            If a vector file is not what was written.
        """
        contents, field = self._contents(rows), self._field(None)
        return (
            StoredPage(
                contents[row].item,
                unpack_layout(contents[row].layout),
                TokenVectors(
                    self._values(field, row, of_tokens=True),
                    unpack_token_spans(contents[row].spans),
                ),
            )
            for row in rows
        )

    def vectors_of(
        self, row: int, *, field: str | None = None
    ) -> Float32[np.ndarray, "vectors dim"]:
        """The vectors of that item that are compared: fewer than its tokens where it is pooled.

        Where they are stored in fewer dimensions, these are the same points in the whole space:
        their dot products with a question are those that searches use.
        """
        self._row("items.item", row)
        return self._values(self._field(field), row)

    def token_vectors_of(self, row: int) -> TokenVectors:
        """The vector that stands for each token of that page, with their spans."""
        return next(self.pages([row])).vectors

    def counts(self) -> tuple[int, int, int, int, int, int]:
        """Published files, their pages and tokens; failures; vectors and bytes of all segments."""
        row: tuple[int, int, int, int, int, int] = self._connection.execute(
            "SELECT count(*), ifnull(sum(pages), 0), (SELECT ifnull(sum(tokens), 0) FROM tokens "
            "JOIN files USING (file) WHERE live AND field = 1), (SELECT count(*) FROM failures), "
            "(SELECT ifnull(sum(rows), 0) FROM segments WHERE field = 1), "
            "(SELECT ifnull(sum(bytes), 0) FROM segments) + (SELECT ifnull(sum(bytes), 0) FROM "
            "word_segments) FROM files WHERE live"
        ).fetchone()
        return row

    def vector_format(self, field: str | None = None) -> VectorFormat:
        """How new vectors are stored, and the others where they were not coarser already."""
        return self._field(field).vector_format

    def _chosen(
        self, selection: tuple[str, list[Attribute]] | None
    ) -> Int64[np.ndarray, " chosen"] | None:
        """Rising rows that meet the conditions of `select_items`; None for all."""
        if selection is None:
            return None
        found = self._connection.execute(*selection).fetchall()
        return np.sort(np.array([item for (item,) in found], np.int64))

    def _field(self, name: str | None) -> StoredField:
        found = self._fields.get(DEFAULT_FIELD if name is None else name)
        if found is None:
            raise InvalidInputError(
                f"the collection has no vector field {name!r}; it has {', '.join(self._fields)}"
            )
        return found

    def _values(
        self, field: StoredField, row: int, *, of_tokens: bool = False
    ) -> Float32[np.ndarray, "vectors dim"]:
        """The vectors of a published item; of its tokens also where several share one."""
        cache = self._caches.of(field)
        held = segment_of(cache.live(self._connection), row)
        if held is None:
            if row > field.since:
                raise CorruptCollectionError(
                    f"the vectors of row {row} are in no segment: restore the collection from a "
                    "copy, or index into a new one"
                )
            return np.zeros((0, field.dim), np.float32)  # not encoded yet
        segment = cache.mapped(held)
        start, end = segment.offsets[row - held.first_item :][:2].tolist()
        values = cache.projection.move(segment.values(start, end), field.dim)
        pooled = of_tokens and held.vector_format.pooling > 1
        owners = owners_of(self._connection, field.number, row) if pooled else None
        return values if owners is None else values[owners]

    def _search(self, field: StoredField, threads: int) -> PageSearch:
        """What scores the items of this view."""
        cache = self._caches.of(field)
        codebook = partial(cache.codebook, self._connection)
        return SegmentSearch(cache.live(self._connection), cache, codebook, threads)


def _check_query(query: Float32[np.ndarray, "query dim"], field: StoredField) -> None:
    if query.shape[1] != field.dim:
        raise InvalidInputError(
            f"the field {field.name!r} holds vectors of {field.dim} components, the query has "
            f"{query.shape[1]}: encode it with the encoder of that field"
        )


def _check_k(k: int) -> None:
    if k < 1:
        raise InvalidInputError(f"k must be at least 1, got {k}")
