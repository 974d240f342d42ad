"""A view of a collection that does not change while others write."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from functools import partial

import numpy as np

from trovato.core import (
    CorruptCollectionError,
    InvalidInputError,
    PathLike,
    TokenVectors,
)
from trovato.core.shapes import Float32
from trovato.index.graph import Level, StoredGraph
from trovato.index.search.snapshot import FieldCaches, LiveSegment, segment_of
from trovato.index.search.vector_search import PageSearch, SegmentSearch
from trovato.index.search.word_view import WordView, check_k
from trovato.index.store.blobs import unpack_layout, unpack_token_spans
from trovato.index.store.fields import DEFAULT_FIELD, StoredField, read_fields
from trovato.index.store.filters import select_items
from trovato.index.store.records import StoredPage, VectorHits
from trovato.index.store.segments import owners_of
from trovato.index.vectors.format import VectorFormat
from trovato.index.vectors.ivf_codec import SearchProfile
from trovato.ops import top_rows


class Reader(WordView):
    """Searches a collection as it was when the reader was made; see `Collection.reader`.

    Pages are named by their row, an integer that never changes its meaning. A reader is used by one
    thread at a time. While it is open, files that a writer no longer needs stay on the disk, so
    close it, or let it go, when the question is answered.
    """

    def __init__(self, database: PathLike, caches: FieldCaches) -> None:
        super().__init__(database, caches.words, caches.filters)
        self._caches = caches
        self._fields = read_fields(self._connection)

    def _forget(self) -> None:
        super()._forget()
        self._fields = read_fields(self._connection)

    @property
    def fields(self) -> dict[str, StoredField]:
        """The vector fields by name, the default one first."""
        return dict(self._fields)

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
        check_k(k)
        if candidates is not None and candidates < 1:
            raise InvalidInputError(f"candidates must be at least 1, got {candidates}")
        items = self._chosen(filter)
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
            scored = search.through_candidates(query, items, wanted, k, refine=card.refined)
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
        live = self._caches.of(field).live(self._connection)
        return (
            StoredPage(
                contents[row].item,
                unpack_layout(contents[row].layout),
                TokenVectors(
                    self._values(field, live, row, of_tokens=True),
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
        asked = self._field(field)
        return self._values(asked, self._caches.of(asked).live(self._connection), row)

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

    def _field(self, name: str | None) -> StoredField:
        found = self._fields.get(DEFAULT_FIELD if name is None else name)
        if found is None:
            raise InvalidInputError(
                f"the collection has no vector field {name!r}; it has {', '.join(self._fields)}"
            )
        return found

    def _values(
        self, field: StoredField, live: list[LiveSegment], row: int, *, of_tokens: bool = False
    ) -> Float32[np.ndarray, "vectors dim"]:
        """The vectors of a published item; of its tokens also where several share one."""
        cache = self._caches.of(field)
        held = segment_of(live, row)
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
