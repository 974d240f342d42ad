"""A view of a collection that does not change while others write."""

from __future__ import annotations

import json
import sqlite3
import weakref
from collections.abc import Iterable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
from jaxtyping import Float32, Int32, Int64

from trovato.core import (
    Attribute,
    InvalidInputError,
    Item,
    Location,
    TextLayout,
    TokenVectors,
)
from trovato.index.arrays import unpack_layout, unpack_spans
from trovato.index.lexical import best_rows, match_expression
from trovato.index.records import Failure, StoredFile
from trovato.index.schema import connect
from trovato.index.snapshot import SegmentCache, segment_of
from trovato.index.where import select_items
from trovato.ops import Int8Vectors, maxsim, top_k

# BM25's weight of a page's text, and of its document's title, name and page number.
LEXICAL_WEIGHTS = (1.0, 0.5)
_FILE_COLUMNS = "file, name, digest, kind, bytes, files.pages, tokens"


class Reader:
    """Searches a collection as it was when the reader was made; see `Collection.reader`.

    Pages are named by their row, an integer that never changes its meaning. A reader is used by one
    thread at a time. While it is open, files that a writer no longer needs stay on the disk, so
    close it, or let it go, when the question is answered.
    """

    def __init__(self, database: Path, dim: int, cache: SegmentCache) -> None:
        self._dim = dim
        self._cache = cache
        self._connection = connect(database)
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
        where: str = "",
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
        where
            Conditions, see `parse_where`.
        weights
            Of a word in the page's text, and in its document's title, name and page number.

        Returns
        -------
        Rows and scores, best first, ties by external id.

        Raises
        ------
        InvalidInputError
            If `k` is below 1 or `where` is not understood.
        """
        _check_k(k)
        selection = select_items(self._connection, where)
        expression = match_expression(text)
        if not expression:
            return []
        found = best_rows(self._connection, expression, k, weights, selection)
        rows = np.array([row for row, _ in found], np.int64)
        return self._best(rows, np.array([score for _, score in found], np.float64), k)

    def search_vectors(
        self,
        query: Float32[np.ndarray, "query dim"],
        k: int,
        where: str = "",
        threads: int = 1,
    ) -> list[tuple[int, float]]:
        """The best pages by MaxSim: every published page is scored, none is approximated.

        Parameters
        ----------
        query
            `(query, dim)` vectors of the question.
        k
            At most so many pages, at least 1.
        where
            Conditions, see `parse_where`; they are applied before scoring.
        threads
            Processors to use.

        Returns
        -------
        Rows and scores, best first, ties by external id. Pages without vectors are never found.

        Raises
        ------
        InvalidInputError
            If `k` is below 1, `where` is not understood, or the query has another dimension.
        CorruptCollectionError
            If a vector file is not what was written.
        """
        _check_k(k)
        selection = select_items(self._connection, where)
        items = None
        if selection is not None:
            found = self._connection.execute(*selection)
            items = np.sort(np.array([item for (item,) in found], np.int64))
        return self._best(*self._scores(query, items, threads), k)

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
            If the query has another dimension.
        CorruptCollectionError
            If a vector file is not what was written.
        """
        published = np.array(sorted(self.files_of(items)), np.int64)
        rows, scores = self._scores(query, published, threads)
        return list(zip(rows.tolist(), scores.tolist(), strict=True))

    def item(self, row: int) -> Item:
        """The page in that row.

        Raises
        ------
        InvalidInputError
            If no published page has that row.
        """
        file, name, kind, page, text = self._row(
            "files.file, files.name, files.kind, items.page, pages.text", row
        )
        own = self._connection.execute(
            "SELECT key, value FROM page_attributes WHERE item = ?", [row]
        )
        attributes = {**self._file_attributes(file), **dict(own)}
        return Item(f"{name}#{page}", kind, text, Location(name, page), attributes)

    def layout_of(self, row: int) -> TextLayout:
        """Where the words of that page stand."""
        return unpack_layout(self._row("pages.layout", row)[0])

    def token_spans_of(self, row: int) -> Int32[np.ndarray, "tokens 2"]:
        """Characters of that page's text that each of its vectors stands for."""
        return unpack_spans(self._row("pages.spans", row)[0])

    def vectors_of(self, row: int) -> Int8Vectors:
        """Vectors of that page as they are stored."""
        self._row("items.item", row)
        held = segment_of(self._cache.live(self._connection), row)
        segment = self._cache.mapped(held)
        start, end = segment.offsets[row - held.first_item :][:2].tolist()
        return Int8Vectors(segment.vectors.codes[start:end], segment.vectors.scales[start:end])

    def token_vectors_of(self, row: int) -> TokenVectors:
        """Vectors of that page as floating-point numbers, with their spans."""
        return TokenVectors(self.vectors_of(row).dequantise(), self.token_spans_of(row))

    def file_of(self, row: int) -> StoredFile:
        """The file that the page in that row belongs to."""
        return self._stored(self._row(_FILE_COLUMNS, row))

    def has(self, item_id: str) -> bool:
        """Whether a page with that external id is published."""
        return self._find(item_id) is not None

    def row_of(self, item_id: str) -> int:
        """The row of the page with that external id.

        Raises
        ------
        InvalidInputError
            If there is none.
        """
        row = self._find(item_id)
        if row is None:
            raise InvalidInputError(
                f"the collection has no page {item_id!r}; an id is a file's name, # and a page, "
                "such as 'reports/annual.pdf#12'"
            )
        return row

    def ids_of(self, rows: Iterable[int]) -> dict[int, str]:
        """External id of each row that is a published page."""
        return dict(self._of_rows("items.item, files.name || '#' || items.page", rows))

    def files_of(self, rows: Iterable[int]) -> dict[int, int]:
        """Number of the file of each row that is a published page."""
        return dict(self._of_rows("items.item, files.file", rows))

    def files(self) -> list[StoredFile]:
        """All published files, by name."""
        rows = self._connection.execute(
            f"SELECT {_FILE_COLUMNS} FROM files WHERE live ORDER BY name"  # noqa: S608
        )
        return [self._stored(row) for row in rows.fetchall()]

    def failures(self) -> list[Failure]:
        """All files that could not be read, by name."""
        rows = self._connection.execute("SELECT name, digest, reason FROM failures ORDER BY name")
        return [Failure(*row) for row in rows]

    def counts(self) -> tuple[int, int, int, int, int]:
        """Published files, their pages and tokens; failures; bytes of all segments."""
        row: tuple[int, int, int, int, int] = self._connection.execute(
            "SELECT count(*), ifnull(sum(pages), 0), ifnull(sum(tokens), 0), "
            "(SELECT count(*) FROM failures), (SELECT ifnull(sum(bytes), 0) FROM segments) "
            "FROM files WHERE live"
        ).fetchone()
        return row

    def _scores(
        self,
        query: Float32[np.ndarray, "query dim"],
        items: Int64[np.ndarray, " items"] | None,
        threads: int,
    ) -> tuple[Int64[np.ndarray, " found"], Float32[np.ndarray, " found"]]:
        """Rows and MaxSim of the pages with vectors, among `items` (ascending) or all."""
        if query.shape[1] != self._dim:
            raise InvalidInputError(
                f"the collection holds vectors of {self._dim} components, the query has "
                f"{query.shape[1]}: encode it with the collection's encoder"
            )
        rows, scores = [np.zeros(0, np.int64)], [np.zeros(0, np.float32)]
        for held in self._cache.live(self._connection):
            record = held.record
            places = held.places if items is None else held.places_of(items)
            if record.rows == 0 or (places is not None and not len(places)):
                continue
            segment = self._cache.mapped(record)
            found = maxsim(query, segment.vectors, segment.offsets, places, threads)
            kept = np.flatnonzero(found > -np.inf)
            rows.append(record.first_item + (kept if places is None else places[kept]))
            scores.append(found[kept])
        return np.concatenate(rows), np.concatenate(scores)

    def _best(
        self, rows: Int64[np.ndarray, " rows"], scores: np.ndarray, k: int
    ) -> list[tuple[int, float]]:
        if len(rows) > k:
            border = np.partition(scores, -k)[-k]
            reaching = np.flatnonzero(scores >= border)
            rows, scores = rows[reaching], scores[reaching]
        ids = self.ids_of(rows.tolist())
        order = top_k(scores, [ids[row] for row in rows.tolist()], k)
        return list(zip(rows[order].tolist(), scores[order].tolist(), strict=True))

    def _row(self, columns: str, row: int) -> tuple[Any, ...]:
        found: tuple[Any, ...] | None = self._connection.execute(
            f"SELECT {columns} FROM items JOIN files USING (file) JOIN pages USING (item) "  # noqa: S608
            "WHERE items.item = ? AND files.live",
            [row],
        ).fetchone()
        if found is None:
            raise InvalidInputError(f"no published page has row {row}; `row_of` finds rows by id")
        return found

    def _of_rows(self, columns: str, rows: Iterable[int]) -> sqlite3.Cursor:
        return self._connection.execute(
            f"SELECT {columns} FROM json_each(?) AS asked "  # noqa: S608
            "JOIN items ON items.item = asked.value JOIN files USING (file) WHERE files.live",
            [json.dumps([int(row) for row in rows])],
        )

    def _find(self, item_id: str) -> int | None:
        name, _, page = item_id.rpartition("#")
        if not page.isdecimal():
            return None
        found = self._connection.execute(
            "SELECT item, page FROM items JOIN files USING (file) "
            "WHERE files.live AND name = ? AND page = ?",
            [name, page],
        ).fetchone()
        return None if found is None or str(found[1]) != page else int(found[0])

    def _stored(self, row: tuple[Any, ...]) -> StoredFile:
        file, name, digest, kind, size, pages, tokens = row
        attributes = self._file_attributes(file)
        return StoredFile(name, digest, kind, size, pages, tokens, attributes)

    def _file_attributes(self, file: int) -> dict[str, Attribute]:
        return dict(
            self._connection.execute(
                "SELECT key, value FROM file_attributes WHERE file = ?", [file]
            )
        )


def _check_k(k: int) -> None:
    if k < 1:
        raise InvalidInputError(f"k must be at least 1, got {k}")
