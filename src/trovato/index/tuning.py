"""What each way to store and search a collection would cost, and the best one for a budget."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jaxtyping import Int64

from trovato.core import InvalidInputError, generator
from trovato.index.centring import best_ten, draw_questions, fit_codec
from trovato.index.codebook import CANDIDATES, read_codebook, read_codec
from trovato.index.snapshot import LiveSegment, SegmentCache
from trovato.ops import (
    CellLists,
    Compressed,
    Int8Vectors,
    border_of,
    cell_table,
    coarse_maxsim,
    maxsim,
    nearest,
)

_MOST_TOKENS = 1 << 20  # vectors that are tried
_CELL_BYTES, _SCALE_BYTES = 2, 4


@dataclass(frozen=True, slots=True)
class Option:
    """One way to store and search, as it was measured.

    Parameters
    ----------
    bits
        Per component: of residual codes, or 0 for int8.
    candidates
        Pages whose exact score is computed.
    recall
        Mean share of the ten best pages by the vectors as they are stored now, 0…1.
    milliseconds
        Median CPU time of a query.
    bytes_per_token
        Of the vector and its cell.
    """

    bits: int
    candidates: int
    recall: float
    milliseconds: float
    bytes_per_token: float


@dataclass(frozen=True, slots=True)
class Frontier:
    """Options, and what they were measured on: as many pages as hold about a million vectors."""

    pages: int
    tokens: int
    queries: int
    options: tuple[Option, ...]

    def choose(self, recall: float, most_bytes: float | None = None) -> Option:
        """The fastest of the finest options that reach the recall within so many bytes per token.

        Finest first, since what is rounded away does not come back.

        Raises
        ------
        InvalidInputError
            If there is none; the message names the nearest ones.
        """
        affordable = [
            option
            for option in self.options
            if most_bytes is None or option.bytes_per_token <= most_bytes
        ]
        reaching = [option for option in affordable if option.recall >= recall]
        if not reaching:
            least = min(option.bytes_per_token for option in self.options)
            best = max((option.recall for option in affordable), default=0.0)
            room = "any room" if most_bytes is None else f"{most_bytes:g} bytes per token"
            raise InvalidInputError(
                f"no option has a recall of {recall:g} in {room}: the best there is {best:.3f}, "
                f"and the smallest option takes {least:.1f} bytes; ask for less"
            )
        return min(reaching, key=lambda option: (-option.bytes_per_token, option.milliseconds))


def measure_frontier(
    connection: sqlite3.Connection, folder: Path, dim: int, seed: int = 0, threads: int = 1
) -> Frontier:
    """Try codecs and numbers of candidates on some of the published pages.

    Parameters
    ----------
    connection
        It sees the collection, which has centroids.
    folder, dim
        The directory of segments, and components of each vector.
    seed
        Of the pages and questions.
    threads
        Processors to use.

    Raises
    ------
    InvalidInputError
        If there are no centroids, or nothing is published.
    """
    book = read_codebook(connection)
    cache = SegmentCache(folder, dim)
    segments = [held for held in cache.live(connection) if held.record.rows]
    if book is None or not segments:
        raise InvalidInputError("there is nothing to tune: index some pages first")
    asked = draw_questions(segments, cache, seed)
    rows, vectors, offsets = _some_pages(segments, cache, {own for own, _ in asked}, seed)
    cells = nearest(vectors, book.centroids, threads)[0]
    lists = CellLists.of(cells, offsets, len(book.centroids))
    truths = [best_ten(rows, maxsim(query, vectors, offsets), own) for own, query in asked]
    listed = _CELL_BYTES * len(lists.cells) / len(vectors)
    stored = max(held.record.bits for held in segments)
    options: list[Option] = []
    for bits in (0, 4, 2, 1):
        tried: Int8Vectors | Compressed = vectors
        size = dim + _SCALE_BYTES + listed
        if bits:
            codec = read_codec(connection, book.number, bits)
            if codec is None:
                codec = fit_codec(connection, folder, dim, book, bits, threads)
            tried = codec.encode(vectors, threads)
            size = codec.bytes_per_vector + _CELL_BYTES + listed
        if stored and (bits == 0 or bits > stored):
            continue  # what is gone does not come back
        for candidates in CANDIDATES:
            hits, times = [], []
            for (own, query), truth in zip(asked, truths, strict=True):
                start = time.process_time()
                seen = coarse_maxsim(cell_table(query, book.centroids)[0], lists)
                chosen = np.flatnonzero(seen >= border_of(seen, candidates))
                scores = maxsim(query, tried, offsets, chosen)
                times.append(time.process_time() - start)
                found = best_ten(rows[chosen], scores, own)
                hits.append(len(found & truth) / max(len(truth), 1))
            median = float(np.median(times) * 1e3)
            options.append(Option(bits, candidates, float(np.mean(hits)), median, size))
    return Frontier(len(rows), len(vectors), len(asked), tuple(options))


def _some_pages(
    segments: Sequence[LiveSegment], cache: SegmentCache, wanted: set[int], seed: int
) -> tuple[Int64[np.ndarray, " pages"], Int8Vectors, Int64[np.ndarray, " pages_plus_1"]]:
    """Rows, vectors and offsets of the wanted pages and of random ones beside them."""
    total = sum(held.record.rows for held in segments)
    random = generator(seed, "pages to tune on")
    rows, parts, lengths = [], [], []
    for held in segments:
        segment = cache.mapped(held.record)
        places = np.arange(held.record.items) if held.places is None else held.places
        first = held.record.first_item
        own = np.isin(places + first, np.fromiter(wanted, np.int64))
        places = places[own | (random.random(len(places)) < _MOST_TOKENS / total)]
        begins, ends = segment.offsets[places], segment.offsets[places + 1]
        rows.append(places + first)
        lengths.append(ends - begins)
        parts.append(segment.vectors.take(_ranges(begins, ends)))
    counts = np.concatenate(lengths)
    return (
        np.concatenate(rows),
        Int8Vectors.stack(parts),
        np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
    )


def _ranges(
    begins: Int64[np.ndarray, " ranges"], ends: Int64[np.ndarray, " ranges"]
) -> Int64[np.ndarray, " rows"]:
    """All rows of some ranges, one range after another."""
    lengths = ends - begins
    starts = np.cumsum(lengths) - lengths
    return np.repeat(begins - starts, lengths) + np.arange(int(lengths.sum()))
