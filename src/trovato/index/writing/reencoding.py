"""Storing the vectors of a collection in another form."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path

import numpy as np

from trovato.core import InvalidInputError, ProgressCallback, no_progress
from trovato.core.shapes import Float32
from trovato.index.search.snapshot import LiveSegment, SegmentCache
from trovato.index.store import segments as stored_segments
from trovato.index.store.fields import StoredField, set_vector_format
from trovato.index.vectors.format import VectorFormat
from trovato.index.vectors.ivf_codec import (
    Codebook,
    drop_codebooks,
    insert_codec,
    newest_codebook,
    read_codec,
)
from trovato.index.vectors.projection import Projection, insert_projection, read_projection
from trovato.index.vectors.segment_file import Segment, SegmentRecord, segment_name, write_arrays
from trovato.index.vectors.transform import StoredVectors, as_int8, encode, shape, stack
from trovato.index.writing.train_centroids import (
    fit_codec,
    make_centroids,
    measure,
    sample_vectors,
    store_cells,
)
from trovato.index.writing.transaction import GroupCommits
from trovato.ops import CellLists, ResidualCodec, fit_projection, nearest, pooled_counts

_BLOCK = 1 << 22  # components of the vectors that are encoded together


@dataclass(frozen=True, slots=True)
class Compression:
    """What a compression did.

    Parameters
    ----------
    written
        Segments that were written anew.
    kept
        Segments that stay coarser than was asked for: what is rounded away does not come back.
    """

    written: int = 0
    kept: int = 0


def compress(
    commits: GroupCommits,
    field: StoredField,
    vector_format: VectorFormat,
    threads: int = 1,
    progress: ProgressCallback = no_progress,
) -> Compression:
    """Store all vectors of a field, and those to come, in a form.

    Each segment is a commit of its own: an interrupted run goes on where it stopped. In what a
    segment is coarser already, it stays so.

    Parameters
    ----------
    commits
        The open writer's; what it holds is committed first.
    field
        Whose vectors.
    vector_format
        How to store them.
    threads
        Processors to use.
    progress
        Told how many vectors are done.

    Raises
    ------
    InvalidInputError
        If the form has more dimensions than there are, or wants a projection or centroids and
        nothing is published that they could be made from.
    CorruptCollectionError
        If a vector file is damaged; what comes before it is done.
    """
    vector_format = vector_format.within(field.dim)
    commits.commit()
    with commits.step() as connection:
        recentred = _prepare(connection, commits, field, vector_format, threads, progress)
    commits.commit()
    cache = SegmentCache(commits.segments, field.dim, field.number)
    segments = cache.live(commits.connection)
    left = [
        held
        for held in segments
        if _target(held.record, vector_format, field.dim) != held.record.vector_format
    ]
    total, done = sum(held.record.rows for held in left), 0
    for held in left:
        _rewrite(
            commits, field, cache, held, _target(held.record, vector_format, field.dim), threads
        )
        commits.collect_garbage()
        done += held.record.rows
        progress("storing vectors", done, total)
    if (left or recentred) and newest_codebook(commits.connection, field.number) is not None:
        with commits.step() as connection:
            if stored_segments.has_vectors(connection, field.number):
                measure(connection, commits.segments, field, progress=progress)
            drop_codebooks(connection)
        commits.commit()
    kept = sum(_target(held.record, vector_format, field.dim) != vector_format for held in segments)
    return Compression(len(left), kept)


def set_projection(
    commits: GroupCommits, field: StoredField, matrix: Float32[np.ndarray, "rows columns"]
) -> None:
    """Keep a projection that the caller brings; see `Writer.project_by`."""
    dim = field.dim
    if matrix.shape != (dim, dim) or not np.allclose(matrix.T @ matrix, np.eye(dim), atol=1e-4):
        raise InvalidInputError(
            f"a projection is a matrix of {dim} by {dim} with orthonormal columns, got one of "
            f"{matrix.shape}"
        )
    if read_projection(commits.connection, field.number).matrix is not None:
        raise InvalidInputError(
            f"the field {field.name!r} has a projection already: use another field or collection"
        )
    with commits.step() as connection:
        insert_projection(connection, field.number, Projection(matrix))
    commits.commit()


def projection_for(connection: sqlite3.Connection, folder: Path, field: StoredField) -> Projection:
    """The projection of a field, or one that is fitted to what is published.

    Raises
    ------
    InvalidInputError
        If there is none, and nothing is published.
    """
    known = read_projection(connection, field.number)
    if known.matrix is not None:
        return known
    sample = sample_vectors(connection, folder, field, field.dim, "sample for a projection")
    return Projection(fit_projection(sample.dequantise(), field.dim))


def _target(record: SegmentRecord, vector_format: VectorFormat, dim: int) -> VectorFormat:
    """What a segment becomes: coarser in each respect, but never finer.

    One of fewer dimensions than the form's centroids stays, since residuals are taken from those.
    """
    target = record.vector_format | vector_format
    if target.bits and record.vector_format.width(dim) < vector_format.width(dim):
        return record.vector_format
    return target


def _prepare(
    connection: sqlite3.Connection,
    commits: GroupCommits,
    field: StoredField,
    vector_format: VectorFormat,
    threads: int,
    progress: ProgressCallback,
) -> bool:
    """Say how new vectors are stored, and make what that takes; whether there are new centroids."""
    folder, number = commits.segments, field.number
    if vector_format.dims is not None and read_projection(connection, number).matrix is None:
        insert_projection(connection, number, projection_for(connection, folder, field))
    VectorFormat.parse(str(vector_format))  # no text is committed that cannot be read
    set_vector_format(connection, number, vector_format)
    field = replace(field, vector_format=vector_format)
    book = newest_codebook(connection, number)
    if (vector_format.bits and book is None) or (
        book is not None and book.dim != vector_format.width(field.dim)
    ):
        made = make_centroids(connection, folder, field, 0, threads, progress)
        if made is None and vector_format.bits:
            raise InvalidInputError(
                "vectors are rounded around centroids, which are made from what is published: "
                "index some pages first"
            )
        return made is not None
    if book is not None and vector_format.bits:
        _codec(connection, commits, field, book, vector_format.bits, threads)
    return False


def _codec(
    connection: sqlite3.Connection,
    commits: GroupCommits,
    field: StoredField,
    book: Codebook,
    bits: int,
    threads: int,
) -> ResidualCodec:
    """The codec of so many bits under the centroids, made where it is not there."""
    codec = read_codec(connection, book.number, bits)
    if codec is None:
        codec = fit_codec(connection, commits.segments, field, book, bits, threads)
        insert_codec(connection, book.number, codec)
    return codec


def _rewrite(
    commits: GroupCommits,
    field: StoredField,
    cache: SegmentCache,
    held: LiveSegment,
    vector_format: VectorFormat,
    threads: int,
) -> None:
    """Write one segment in that form, in place of its own."""
    record, segment = held.record, cache.mapped(held.record)
    with commits.step() as connection:
        book, codec = newest_codebook(connection, field.number), None
        if vector_format.bits and book is not None:
            codec = _codec(connection, commits, field, book, vector_format.bits, threads)
        stored = _Stored(
            connection,
            field.number,
            record,
            segment,
            vector_format,
            cache.projection,
            book,
            codec,
            threads,
        )
        number = stored_segments.next_segment(connection)
        written = write_arrays(
            commits.segments / segment_name(number),
            field.dim,
            vector_format,
            stored.offsets,
            stored.codes(),
            stored.beside(),
        )
        stored_segments.delete_segments(connection, [record.number])
        written_as = SegmentRecord(
            number,
            record.first_item,
            record.items,
            0,
            int(stored.offsets[-1]),
            *written,
            record.gaps,
            vector_format,
            book.number if codec and book else 0,
        )
        stored_segments.insert_segment(connection, field.number, written_as)
        stored_segments.recount(connection, number)
        if book is not None:
            lists = CellLists.of(stored.cells, stored.offsets, len(book.centroids))
            store_cells(connection, commits.segments, written_as, book, lists, stored.cells)
    commits.commit()


class _Stored:
    """What is stored of a segment's vectors in another form: block by block."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        field: int,
        record: SegmentRecord,
        segment: Segment,
        vector_format: VectorFormat,
        projection: Projection,
        book: Codebook | None,
        codec: ResidualCodec | None,
        threads: int,
    ) -> None:
        self._connection = connection
        self._field = field
        self._first_item = record.first_item
        self._items = set(stored_segments.items_left(connection, record).tolist())
        self._segment = segment
        self._vector_format = vector_format
        self._projection = projection
        self._book = book
        self._codec = codec
        self._threads = threads
        self._factor = vector_format.pooling / record.vector_format.pooling
        self._beside: list[np.ndarray] = []
        counts = np.diff(segment.offsets)
        if self._factor > 1:
            counts = pooled_counts(counts, self._factor)
        self.offsets = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
        self.cells = np.zeros(int(self.offsets[-1]), np.uint16)

    def codes(self) -> Iterator[np.ndarray]:
        offsets, first, most = self._segment.offsets, 0, _BLOCK // self._segment.dim
        while first < len(offsets) - 1:
            reach = int(np.searchsorted(offsets, offsets[first] + most, "right")) - 1
            last = max(reach, first + 1)
            block, cells = self._shaped(first, last), None
            if self._book is not None:
                eights = self._projection.move_units(as_int8(block), self._book.dim)
                cells = nearest(eights, self._book.centroids, self._threads)[0]
                self.cells[self.offsets[first] : self.offsets[last]] = cells
            codes, beside = encode(block, self._vector_format, self._codec, self._threads, cells)
            self._beside.append(beside)
            yield codes
            first = last

    def beside(self) -> Iterator[np.ndarray]:
        """After `codes` has been gone through."""
        yield from self._beside

    def _shaped(self, first: int, last: int) -> StoredVectors:
        """The vectors of some items as the form has them; who owns them is noted."""
        edges = self._segment.offsets[first : last + 1].tolist()
        if self._factor == 1:
            block = self._segment.between(edges[0], edges[-1])
            return shape(block, self._vector_format, self._projection, 1.0)[0]
        parts = []
        for item, start, end in zip(count(self._first_item + first), edges, edges[1:]):
            page = self._segment.between(start, end)
            vectors, owners = shape(page, self._vector_format, self._projection, self._factor)
            parts.append(vectors)
            if owners is not None and item in self._items:
                before = stored_segments.owners_of(self._connection, self._field, item)
                owners = owners if before is None else owners[before]
                stored_segments.set_owners(self._connection, self._field, item, owners)
        return stack(parts)
