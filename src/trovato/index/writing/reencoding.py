"""Storing the vectors of a collection in another form."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import numpy as np

from trovato.core import InvalidInputError, ProgressCallback, no_progress
from trovato.core.shapes import Float32
from trovato.index.search.snapshot import LiveSegment, SegmentCache
from trovato.index.store import tables
from trovato.index.store.schema import wanted_vector_format
from trovato.index.vectors.format import VectorFormat
from trovato.index.vectors.ivf_codec import (
    Codebook,
    drop_codebooks,
    insert_codec,
    read_codebook,
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
    vector_format: VectorFormat,
    threads: int = 1,
    progress: ProgressCallback = no_progress,
) -> Compression:
    """Store all vectors, and those to come, in a form.

    Each segment is a commit of its own: an interrupted run goes on where it stopped. In what a
    segment is coarser already, it stays so.

    Parameters
    ----------
    commits
        The open writer's; what it holds is committed first.
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
    vector_format = vector_format.within(commits.dim)
    commits.commit()
    with commits.step() as connection:
        recentred = _prepare(connection, commits, vector_format, threads, progress)
    commits.commit()
    cache = SegmentCache(commits.segments, commits.dim)
    segments = cache.live(commits.connection)
    left = [
        held
        for held in segments
        if _target(held.record, vector_format, commits.dim) != held.record.vector_format
    ]
    total, done = sum(held.record.rows for held in left), 0
    for held in left:
        _rewrite(commits, cache, held, _target(held.record, vector_format, commits.dim), threads)
        commits.collect_garbage()
        done += held.record.rows
        progress("storing vectors", done, total)
    if (left or recentred) and read_codebook(commits.connection) is not None:
        with commits.step() as connection:
            if tables.has_vectors(connection):
                measure(connection, commits.segments, commits.dim, progress=progress)
            drop_codebooks(connection)
        commits.commit()
    kept = sum(
        _target(held.record, vector_format, commits.dim) != vector_format for held in segments
    )
    return Compression(len(left), kept)


def set_projection(commits: GroupCommits, matrix: Float32[np.ndarray, "rows columns"]) -> None:
    """Keep a projection that the caller brings; see `Writer.project_by`."""
    dim = commits.dim
    if matrix.shape != (dim, dim) or not np.allclose(matrix.T @ matrix, np.eye(dim), atol=1e-4):
        raise InvalidInputError(
            f"a projection is a matrix of {dim} by {dim} with orthonormal columns, got one of "
            f"{matrix.shape}"
        )
    if read_projection(commits.connection).matrix is not None:
        raise InvalidInputError(
            "the collection has a projection already: index into a new one to use another"
        )
    with commits.step() as connection:
        insert_projection(connection, Projection(matrix))
    commits.commit()


def projection_for(connection: sqlite3.Connection, folder: Path, dim: int) -> Projection:
    """The collection's projection, or one that is fitted to what is published.

    Raises
    ------
    InvalidInputError
        If there is none, and nothing is published.
    """
    known = read_projection(connection)
    if known.matrix is not None:
        return known
    sample = sample_vectors(connection, folder, dim, dim, "sample for a projection")
    return Projection(fit_projection(sample.dequantise(), dim))


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
    vector_format: VectorFormat,
    threads: int,
    progress: ProgressCallback,
) -> bool:
    """Say how new vectors are stored, and make what that takes; whether there are new centroids."""
    folder, dim = commits.segments, commits.dim
    if vector_format.dims is not None and read_projection(connection).matrix is None:
        insert_projection(connection, projection_for(connection, folder, dim))
    connection.execute("UPDATE meta SET value = ? WHERE key = 'form'", [str(vector_format)])
    wanted_vector_format(connection)  # no text is committed that cannot be read
    book = read_codebook(connection)
    if (vector_format.bits and book is None) or (
        book is not None and book.dim != vector_format.width(dim)
    ):
        made = make_centroids(connection, folder, dim, 0, threads, progress)
        if made is None and vector_format.bits:
            raise InvalidInputError(
                "vectors are rounded around centroids, which are made from what is published: "
                "index some pages first"
            )
        return made is not None
    if book is not None and vector_format.bits:
        _codec(connection, commits, book, vector_format.bits, threads)
    return False


def _codec(
    connection: sqlite3.Connection, commits: GroupCommits, book: Codebook, bits: int, threads: int
) -> ResidualCodec:
    """The codec of so many bits under the centroids, made where it is not there."""
    codec = read_codec(connection, book.number, bits)
    if codec is None:
        codec = fit_codec(connection, commits.segments, commits.dim, book, bits, threads)
        insert_codec(connection, book.number, codec)
    return codec


def _rewrite(
    commits: GroupCommits,
    cache: SegmentCache,
    held: LiveSegment,
    vector_format: VectorFormat,
    threads: int,
) -> None:
    """Write one segment in that form, in place of its own."""
    record, segment = held.record, cache.mapped(held.record)
    with commits.step() as connection:
        book, codec = read_codebook(connection), None
        if vector_format.bits and book is not None:
            codec = _codec(connection, commits, book, vector_format.bits, threads)
        stored = _Stored(
            connection, record, segment, vector_format, cache.projection, book, codec, threads
        )
        number = tables.next_segment(connection)
        written = write_arrays(
            commits.segments / segment_name(number),
            commits.dim,
            vector_format,
            stored.offsets,
            stored.codes(),
            stored.beside(),
        )
        tables.delete_segments(connection, [record.number])
        tables.insert_segment(
            connection,
            SegmentRecord(
                number,
                record.first_item,
                record.items,
                0,
                int(stored.offsets[-1]),
                *written,
                record.gaps,
                vector_format,
                book.number if codec and book else 0,
            ),
        )
        tables.recount(connection, number)
        if book is not None:
            lists = CellLists.of(stored.cells, stored.offsets, len(book.centroids))
            store_cells(connection, commits.segments, number, book, lists)
    commits.commit()


class _Stored:
    """What is stored of a segment's vectors in another form: block by block."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        record: SegmentRecord,
        segment: Segment,
        vector_format: VectorFormat,
        projection: Projection,
        book: Codebook | None,
        codec: ResidualCodec | None,
        threads: int,
    ) -> None:
        self._connection = connection
        self._first_item = record.first_item
        self._items = set(tables.items_left(connection, record).tolist())
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
                before = tables.owners_of(self._connection, item)
                owners = owners if before is None else owners[before]
                tables.set_owners(self._connection, item, owners)
        return stack(parts)
