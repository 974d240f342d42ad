"""Storing the vectors of a collection with another codec."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

import numpy as np
from jaxtyping import Shaped

from trovato.core import InvalidInputError
from trovato.index import changes
from trovato.index.centring import fit_codec, measure, store_cells
from trovato.index.codebook import Codebook, insert_codec, read_codebook, read_codec
from trovato.index.commits import GroupCommits
from trovato.index.segments import Segment, segment_name, write_arrays
from trovato.index.snapshot import LiveSegment, SegmentCache
from trovato.ops import ResidualCodec

# Bits of residual codes; 0 stands for int8 vectors, of which every one has its own scale.
STORED_BITS = (0, 1, 2, 4, 8)
_BLOCK = 1 << 15  # vectors that are encoded together


def compress(commits: GroupCommits, bits: int, threads: int = 1) -> int:
    """Store all vectors, and those to come, with so many bits per component.

    Each segment is a commit of its own: an interrupted run goes on where it stopped. Vectors that
    were stored with fewer bits stay as coarse as they are.

    Parameters
    ----------
    commits
        The open writer's; what it holds is committed first.
    bits
        1, 2, 4 or 8 for what is left of a vector after its centroid; 0 for int8.
    threads
        Processors to use.

    Returns
    -------
    How many segments were written anew.

    Raises
    ------
    InvalidInputError
        If `bits` is something else, or the collection has no centroids.
    CorruptCollectionError
        If a vector file is damaged; what comes before it is done.
    """
    if bits not in STORED_BITS:
        raise InvalidInputError(f"vectors are stored with bits of {STORED_BITS}, got {bits}")
    commits.commit()
    book = read_codebook(commits.connection)
    if book is None:
        raise InvalidInputError("vectors are compressed around centroids: make them first")
    with commits.step() as connection:
        codec = _codec(connection, commits, book, bits, threads)
        connection.execute("UPDATE meta SET value = ? WHERE key = 'bits'", [bits])
    commits.commit()
    cache = SegmentCache(commits.segments, commits.dim)
    left = [held for held in cache.live(commits.connection) if held.record.bits != bits]
    for held in left:
        _rewrite(commits, cache, held, book, codec, threads)
        commits.tidy()
    if left:
        with commits.step() as connection:
            measure(connection, commits.segments, commits.dim)
        commits.commit()
    return len(left)


def _codec(
    connection: sqlite3.Connection, commits: GroupCommits, book: Codebook, bits: int, threads: int
) -> ResidualCodec | None:
    """The codec of so many bits under the centroids, made where it is not there; None for int8."""
    if bits == 0:
        return None
    codec = read_codec(connection, book.number, bits)
    if codec is None:
        codec = fit_codec(connection, commits.segments, commits.dim, book, bits, threads)
        insert_codec(connection, book.number, codec)
    return codec


def _rewrite(
    commits: GroupCommits,
    cache: SegmentCache,
    held: LiveSegment,
    book: Codebook,
    codec: ResidualCodec | None,
    threads: int,
) -> None:
    """Write one segment with the codec, in place of its own."""
    record, cells, segment = held.record, held.cells, cache.mapped(held.record)
    with commits.step() as connection:
        number = changes.next_segment(connection)
        stored = _Stored(segment, codec, threads)
        written = write_arrays(
            commits.segments / segment_name(number),
            commits.dim,
            codec.bits if codec else 0,
            segment.offsets,
            stored.codes(),
            stored.beside(),
        )
        changes.delete_segments(connection, [record.number])
        changes.insert_segment(
            connection,
            number,
            record.first_item,
            record.items,
            record.rows,
            written,
            (codec.bits, book.number) if codec else (0, 0),
        )
        changes.recount(connection, number)
        if cells is not None:
            own = cache.codebook(connection, cells.codebook)
            lists = cache.cells(cells, record.items, own)
            store_cells(connection, commits.segments, number, own, lists)
    commits.commit()


class _Stored:
    """What is stored of a segment's vectors: block by block, and then what stands beside."""

    def __init__(self, segment: Segment, codec: ResidualCodec | None, threads: int) -> None:
        self._vectors = segment.vectors
        self._codec = codec
        self._threads = threads
        self._beside = np.zeros(len(segment.vectors), np.uint16 if codec else np.float32)

    def codes(self) -> Iterator[Shaped[np.ndarray, "_ __"]]:
        for first in range(0, len(self._vectors), _BLOCK):
            block = self._vectors[first : first + _BLOCK]
            if self._codec is None:
                self._beside[first : first + _BLOCK] = block.scales
                yield block.codes
            else:
                encoded = self._codec.encode(block, self._threads)
                self._beside[first : first + _BLOCK] = encoded.cells
                yield encoded.packed

    def beside(self) -> Iterator[Shaped[np.ndarray, " _"]]:
        """After `codes` has been gone through."""
        yield self._beside
