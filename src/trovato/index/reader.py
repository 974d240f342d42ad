"""A view of a collection that does not change while others write."""

from __future__ import annotations

import weakref
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np

from trovato.core import InvalidInputError, Item, PathLike, TextLayout, TokenVectors
from trovato.core.shapes import Float32, Int32
from trovato.index.search.snapshot import LiveSegment, SegmentCache, segment_of
from trovato.index.search.vector_search import PageSearch, SegmentSearch
from trovato.index.store import tables
from trovato.index.store.blobs import unpack_layout, unpack_token_spans
from trovato.index.store.contents import (
    EXTERNAL_ID,
    FILE_COLUMNS,
    Content,
    of_rows,
    read_contents,
    stored_file,
)
from trovato.index.store.filters import select_items
from trovato.index.store.full_text import best_rows, match_expression
from trovato.index.store.records import Failure, StoredFile, StoredPage, VectorHits
from trovato.index.store.schema import connect, format_of, wanted_vector_format
from trovato.index.vectors.format import VectorFormat
from trovato.index.vectors.ivf_codec import SearchProfile
from trovato.ops import top_rows

# BM25's weight of a page's text, and of its document's title, name and page number.
LEXICAL_WEIGHTS = (1.0, 0.5)


class Reader:
    """Searches a collection as it was when the reader was made; see `Collection.reader`.

    Pages are named by their row, an integer that never changes its meaning. A reader is used by one
    thread at a time. While it is open, files that a writer no longer needs stay on the disk, so
    close it, or let it go, when the question is answered.
    """

    def __init__(self, database: PathLike, dim: int, cache: SegmentCache) -> None:
        self._dim = dim
        self._cache = cache
        self._connection = connect(Path(database))
        self._close = weakref.finalize(self, self._connection.close)
        self._connection.execute("PRAGMA query_only = ON")
        self._connection.execute("BEGIN")
        # The view is taken by the first read, not by BEGIN.
        self._connection.execute("SELECT value FROM meta").fetchone()

    def __enter__(self) -> Reader:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the view."""
        self._close()

    def search_lexical(
        self,
        text: str,
        k: int,
        filter: str = "",
        weights: tuple[float, float] = LEXICAL_WEIGHTS,
    ) -> list[tuple[int, float]]:
        """The best pages by BM25 over any of the words in `text`.

        Robertson and Zaragoza 2009, as computed by SQLite's FTS5 (k1 = 1.2, b = 0.75).

        Parameters
        ----------
        text
            Any text; nothing in it is syntax.
        k
            At most so many pages, at least 1.
        filter
            Conditions, see `parse_where`.
        weights
            Of a word in the page's text, and in its document's title, name and page number.

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
        expression = match_expression(text)
        if not expression:
            return []
        found = best_rows(self._connection, expression, k, weights, selection)
        rows = np.array([row for row, _ in found], np.int64)
        scores = np.array([score for _, score in found], np.float64)
        return top_rows(rows, scores, k, self.ids_of)

    def search_vectors(
        self,
        query: Float32[np.ndarray, "query dim"],
        k: int,
        filter: str = "",
        threads: int = 1,
        *,
        exact: bool = False,
        candidates: int | None = None,
    ) -> VectorHits:
        """The best pages by MaxSim.

        Every page is scored while that is fast, or `exact` is asked for. In a large collection
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

        Returns
        -------
        Rows and scores, best first, ties by external id, as many as `k` or as there are pages with
        vectors that meet the conditions; and how they were found.

        Raises
        ------
        InvalidInputError
            If `k` or `candidates` is below 1, `filter` is not understood, or the query has another
            dimension or components that are not finite.
        CorruptCollectionError
            If a vector file is not what was written.
        """
        _check_k(k)
        if candidates is not None and candidates < 1:
            raise InvalidInputError(f"candidates must be at least 1, got {candidates}")
        selection = select_items(self._connection, filter)
        items = None
        if selection is not None:
            found = self._connection.execute(*selection)
            items = np.sort(np.array([item for (item,) in found], np.int64))
        self._check_query(query)
        search = self._search(threads)
        card, wanted = None if exact else self.card(), None
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

    def card(self) -> SearchProfile | None:
        """What was measured when the centroids were made; None where there are none."""
        return self._cache.card(self._connection)

    def score_vectors(
        self, query: Float32[np.ndarray, "query dim"], items: Sequence[int], threads: int = 1
    ) -> list[tuple[int, float]]:
        """MaxSim of given pages.

        Parameters
        ----------
        query
            `(query, dim)` vectors of the question.
        items
            Rows; those that are no published page are passed over.
        threads
            Processors to use.

        Returns
        -------
        Rows, rising, and scores of those pages that have vectors.

        Raises
        ------
        InvalidInputError
            If the query has another dimension, or components that are not finite.
        CorruptCollectionError
            If a vector file is not what was written.
        """
        self._check_query(query)
        rows, none = np.unique(np.array(items, np.int64)), np.zeros(0, np.int64)
        live = self._cache.live(self._connection)
        published = np.concatenate([none, *(held.published(rows) for held in live)])
        scored = self._search(threads).exact(query, published)
        return list(zip(scored.rows.tolist(), scored.scores.tolist(), strict=True))

    def item(self, row: int) -> Item:
        """The page in that row.

        Raises
        ------
        InvalidInputError
            If no published page has that row.
        """
        return self._contents([row])[row].item

    def items(self, rows: Sequence[int]) -> list[Item]:
        """The pages in those rows, as `item` gives one, in one read."""
        contents = self._contents(rows)
        return [contents[row].item for row in rows]

    def pages(self, rows: Sequence[int]) -> Iterator[StoredPage]:
        """The pages in those rows, in their order: texts in one read, vectors one at a time.

        Raises
        ------
        InvalidInputError
            If one of them is no published page.
        CorruptCollectionError
            If a vector file is not what was written.
        """
        contents, segments = self._contents(rows), self._cache.live(self._connection)
        return (
            StoredPage(
                contents[row].item,
                unpack_layout(contents[row].layout),
                TokenVectors(
                    self._values(segments, row, of_tokens=True),
                    unpack_token_spans(contents[row].spans),
                ),
            )
            for row in rows
        )

    def layout_of(self, row: int) -> TextLayout:
        """Where the words of that page stand."""
        return unpack_layout(self._row("pages.layout", row)[0])

    def token_spans_of(self, row: int) -> Int32[np.ndarray, "tokens 2"] | None:
        """Characters of that page's text that each of its vectors stands for, if known."""
        return unpack_token_spans(self._row("pages.spans", row)[0])

    def vectors_of(self, row: int) -> Float32[np.ndarray, "vectors dim"]:
        """The vectors of that page that are compared: fewer than its tokens where it is pooled.

        Where they are stored in fewer dimensions, these are the same points in the whole space:
        their dot products with a question are those that searches use.
        """
        self._row("items.item", row)
        return self._values(self._cache.live(self._connection), row)

    def token_vectors_of(self, row: int) -> TokenVectors:
        """The vector that stands for each token of that page, with their spans."""
        return next(self.pages([row])).vectors

    def file_of(self, row: int) -> StoredFile:
        """The file that the page in that row belongs to."""
        return stored_file(self._connection, self._row(FILE_COLUMNS, row))

    def has(self, item_id: str) -> bool:
        """Whether a page with that external id is published."""
        return tables.find_item(self._connection, item_id) is not None

    def row_of(self, item_id: str) -> int:
        """The row of the page with that external id.

        Raises
        ------
        InvalidInputError
            If there is none.
        """
        row = tables.find_item(self._connection, item_id)
        if row is None:
            raise InvalidInputError(
                f"the collection has no page {item_id!r}; an id is a file's name, # and a page, "
                "such as 'reports/annual.pdf#12', or that of an item which was added with an id"
            )
        return row

    def ids_of(self, rows: Iterable[int]) -> dict[int, str]:
        """External id of each row that is a published page."""
        return dict(of_rows(self._connection, f"items.item, {EXTERNAL_ID}", rows))

    def names_of(self, rows: Iterable[int]) -> dict[int, str]:
        """Name of the file of each row that is a published page."""
        return dict(of_rows(self._connection, "items.item, name", rows))

    def files_of(self, rows: Iterable[int]) -> dict[int, int]:
        """Number of the file of each row that is a published page."""
        return dict(of_rows(self._connection, "items.item, files.file", rows))

    def rows(self) -> Iterator[int]:
        """Rows of all published pages, rising, one at a time."""
        found = self._connection.execute(
            "SELECT item FROM items JOIN files USING (file) WHERE live ORDER BY item"
        )
        return (row for (row,) in found)

    def files(self) -> list[StoredFile]:
        """All published files, by name."""
        rows = self._connection.execute(
            f"SELECT {FILE_COLUMNS} FROM files WHERE live ORDER BY name"  # noqa: S608
        )
        return [stored_file(self._connection, row) for row in rows.fetchall()]

    def failures(self) -> list[Failure]:
        """All files that could not be read, by name."""
        rows = self._connection.execute("SELECT name, digest, reason FROM failures ORDER BY name")
        return [Failure(*row) for row in rows]

    def counts(self) -> tuple[int, int, int, int, int, int]:
        """Published files, their pages and tokens; failures; vectors and bytes of all segments."""
        row: tuple[int, int, int, int, int, int] = self._connection.execute(
            "SELECT count(*), ifnull(sum(pages), 0), ifnull(sum(tokens), 0), "
            "(SELECT count(*) FROM failures), (SELECT ifnull(sum(rows), 0) FROM segments), "
            "(SELECT ifnull(sum(bytes), 0) FROM segments) FROM files WHERE live"
        ).fetchone()
        return row

    def vector_format(self) -> VectorFormat:
        """How new vectors are stored, and the others where they were not coarser already."""
        return wanted_vector_format(self._connection)

    @property
    def format(self) -> int:
        """Version of the format of the collection."""
        return format_of(self._connection)

    def _values(
        self, segments: list[LiveSegment], row: int, *, of_tokens: bool = False
    ) -> Float32[np.ndarray, "vectors dim"]:
        """The vectors of a published page; of its tokens also where several share one."""
        held = segment_of(segments, row)
        segment = self._cache.mapped(held)
        start, end = segment.offsets[row - held.first_item :][:2].tolist()
        values = self._cache.projection.move(segment.values(start, end), self._dim)
        pooled = of_tokens and held.vector_format.pooling > 1
        owners = tables.owners_of(self._connection, row) if pooled else None
        return values if owners is None else values[owners]

    def _search(self, threads: int) -> PageSearch:
        """What scores the pages of this view."""
        codebook = partial(self._cache.codebook, self._connection)
        return SegmentSearch(self._cache.live(self._connection), self._cache, codebook, threads)

    def _check_query(self, query: Float32[np.ndarray, "query dim"]) -> None:
        if query.shape[1] != self._dim:
            raise InvalidInputError(
                f"the collection holds vectors of {self._dim} components, the query has "
                f"{query.shape[1]}: encode it with the collection's encoder"
            )

    def _row(self, columns: str, row: int) -> tuple[Any, ...]:
        found: tuple[Any, ...] | None = self._connection.execute(
            f"SELECT {columns} FROM items JOIN files USING (file) JOIN pages USING (item) "  # noqa: S608
            "WHERE items.item = ? AND files.live",
            [row],
        ).fetchone()
        if found is None:
            raise _unknown(row)
        return found

    def _contents(self, rows: Sequence[int]) -> dict[int, Content]:
        found = read_contents(self._connection, rows)
        for row in rows:
            if row not in found:
                raise _unknown(row)
        return found


def _unknown(row: int) -> InvalidInputError:
    return InvalidInputError(f"no published page has row {row}; `row_of` finds rows by id")


def _check_k(k: int) -> None:
    if k < 1:
        raise InvalidInputError(f"k must be at least 1, got {k}")
