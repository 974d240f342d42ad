"""What each way to store and search a collection would cost, and the best one for a budget."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from trovato.core import InvalidInputError, ProgressCallback, generator, no_progress
from trovato.core.shapes import Float32, Int64
from trovato.index.search.snapshot import LiveSegment, SegmentCache
from trovato.index.search.vector_search import PROBES
from trovato.index.store.blobs import pack_owners
from trovato.index.store.fields import StoredField
from trovato.index.store.segments import has_vectors, owners_of
from trovato.index.vectors.format import CODECS, VectorFormat
from trovato.index.vectors.ivf_codec import CANDIDATES, Codebook, newest_codebook, read_codec
from trovato.index.vectors.projection import Projection
from trovato.index.vectors.segment_file import Segment
from trovato.index.vectors.transform import encode, shape
from trovato.index.writing.reencoding import projection_for
from trovato.index.writing.train_centroids import HELD, best_ten, draw_questions, share_found
from trovato.ops import (
    CandidateScorer,
    CellLists,
    Int8Vectors,
    Postings,
    ResidualCodec,
    Vectors,
    border_of,
    maxsim,
    nearest,
    quantise_fp16,
)

_MOST = 1 << 26  # components of the vectors that are tried
_SHARES, _POOLINGS = (1, 2, 4), (1.0, 2.0)


@dataclass(frozen=True, slots=True)
class CompressionCandidate:
    """One way to store and search, as it was measured.

    Parameters
    ----------
    vector_format
        How vectors are stored.
    candidates
        Pages whose exact score is computed.
    recall
        Mean share of the ten best pages by the vectors as they are stored now, 0…1.
    milliseconds
        Median CPU time of a query.
    bytes_per_token
        Of vectors, their cells and the map from tokens to them, for each token of the text.
    """

    vector_format: VectorFormat
    candidates: int
    recall: float
    milliseconds: float
    bytes_per_token: float


@dataclass(frozen=True, slots=True)
class ParetoFrontier:
    """Options, and what they were measured on: pages with 67 million components or so.

    These are half a million vectors of 128 dimensions.
    """

    pages: int
    tokens: int
    queries: int
    options: tuple[CompressionCandidate, ...]

    def choose(self, recall: float, most_bytes: float | None = None) -> CompressionCandidate:
        """The fastest way to reach the recall in the truest form within so many bytes per token.

        What is rounded away does not come back, so the form comes first: of those that fit, the one
        with the highest recall at its most candidates, where hardly anything but the form is lost.
        Of equal ones the largest. The number of bytes alone would not tell: 4 bits in half of the
        dimensions and 2 bits in all of them take the same.

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
        kept = {
            vector_format: max(option.recall for option in tried)
            for vector_format, tried in self.by_vector_format()
        }
        return min(
            reaching,
            key=lambda option: (
                -kept[option.vector_format],
                -option.bytes_per_token,
                option.milliseconds,
            ),
        )

    def by_vector_format(self) -> Iterator[tuple[VectorFormat, list[CompressionCandidate]]]:
        """The options of each form, by rising number of candidates."""
        for vector_format in dict.fromkeys(option.vector_format for option in self.options):
            yield (
                vector_format,
                [option for option in self.options if option.vector_format == vector_format],
            )

    def best_vector_formats(self) -> list[VectorFormat]:
        """Forms than which no other of at most as many bytes keeps more; fewest bytes first."""
        found: list[VectorFormat] = []
        most = -1.0
        tried = [(vector_format, options[-1]) for vector_format, options in self.by_vector_format()]
        for vector_format, last in sorted(
            tried, key=lambda entry: (entry[1].bytes_per_token, -entry[1].recall)
        ):
            if last.recall > most:
                found.append(vector_format)
                most = last.recall
        return found


@dataclass(frozen=True, slots=True, eq=False)
class _Sample:
    """Some pages, in the finest form that any page is stored in.

    `tokens` says how many tokens each page has; it has fewer vectors where it is pooled.
    """

    rows: Int64[np.ndarray, " pages"]
    vectors: Int8Vectors
    offsets: Int64[np.ndarray, " pages_plus_1"]
    tokens: Int64[np.ndarray, " pages"]
    vector_format: VectorFormat


def vector_formats_within(finest: VectorFormat, dim: int) -> list[VectorFormat]:
    """The forms that are worth a try for vectors of `dim` components stored in that one.

    Codecs, all dimensions, half and a quarter of them, and pairs of tokens pooled, as far as they
    are not finer. 8 bits are no smaller than int8 to speak of, so they stand only for themselves.
    """
    widths = {finest.width(dim), *(max(dim // share, 1) for share in _SHARES)}
    vector_formats = [
        VectorFormat(codec, width, pooling).within(dim)
        for width in sorted(widths, reverse=True)
        for pooling in sorted({finest.pooling, *_POOLINGS})
        for codec in CODECS
        if codec != "8bit" or finest.codec == "8bit"
    ]
    return [
        vector_format for vector_format in vector_formats if finest | vector_format == vector_format
    ]


def measure_frontier(
    connection: sqlite3.Connection,
    folder: Path,
    field: StoredField,
    seed: int = 0,
    threads: int = 1,
    progress: ProgressCallback = no_progress,
) -> ParetoFrontier:
    """Try forms of vectors and numbers of candidates on some of the published pages.

    Parameters
    ----------
    connection
        It sees the collection, which has centroids.
    folder, field
        The directory of segments, and whose vectors.
    seed
        Of the pages and questions.
    threads
        Processors to use.
    progress
        Told how many forms have been tried.

    Raises
    ------
    InvalidInputError
        If there are no centroids, or nothing is published.
    """
    book = newest_codebook(connection, field.number)
    cache = SegmentCache(folder, field.dim, field.number)
    segments = [held for held in cache.live(connection) if held.record.rows]
    if book is None or not has_vectors(connection, field.number):
        raise InvalidInputError("there is nothing to tune: index some pages first")
    projection = projection_for(connection, folder, field)
    asked = draw_questions(segments, cache, seed)
    sample = _some_pages(connection, segments, cache, {own for own, _ in asked}, seed)
    truths = [
        best_ten(
            sample.rows,
            maxsim(projection.move(query, _dim(sample)), sample.vectors, sample.offsets),
            own,
        )
        for own, query in asked
    ]
    vector_formats = vector_formats_within(sample.vector_format, field.dim)
    trial = _Trial(connection, book, projection, sample, asked, truths, seed, threads)
    options: list[CompressionCandidate] = []
    for done, vector_format in enumerate(vector_formats):
        progress("measuring forms", done, len(vector_formats))
        options += trial.of(vector_format, field.dim)
    progress("measuring forms", len(vector_formats), len(vector_formats))
    return ParetoFrontier(len(sample.rows), int(sample.tokens.sum()), len(asked), tuple(options))


class _Trial:
    """Tries forms on a sample; what those of the same dimensions and pooling share is kept."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        book: Codebook,
        projection: Projection,
        sample: _Sample,
        asked: Sequence[tuple[int, Float32[np.ndarray, "_ dim"]]],
        truths: Sequence[set[int]],
        seed: int,
        threads: int,
    ) -> None:
        self._connection = connection
        self._book = book
        self._projection = projection
        self._sample = sample
        self._asked = asked
        self._truths = truths
        self._seed = seed
        self._threads = threads
        self._shape: tuple[int, float] = (0, 0.0)

    def of(self, vector_format: VectorFormat, dim: int) -> Iterator[CompressionCandidate]:
        """The form with each number of candidates."""
        width = vector_format.width(dim)
        if self._shape != (width, vector_format.pooling):
            self._reshape(vector_format, width)
            self._shape = (width, vector_format.pooling)
        codec = self._codec(vector_format.bits) if vector_format.bits else None
        shaped = self._vectors
        arrays = encode(
            quantise_fp16(shaped.dequantise()) if vector_format.codec == "fp16" else shaped,
            vector_format,
            codec,
            self._threads,
            self._cells,
        )
        stored = Segment(self._offsets, arrays, vector_format, width, codec).vectors
        size = sum(array.nbytes for array in (*arrays, self._postings.items)) + self._owners
        for candidates in CANDIDATES:
            recall, milliseconds = self._ask(vector_format, stored, candidates)
            size_per_token = size / int(self._sample.tokens.sum())
            yield CompressionCandidate(
                vector_format, candidates, recall, milliseconds, size_per_token
            )

    def _ask(
        self, vector_format: VectorFormat, stored: Vectors, candidates: int
    ) -> tuple[float, float]:
        hits, times = [], []
        for (own, question), truth in zip(self._asked, self._truths, strict=True):
            start = time.process_time()
            query = self._projection.move(question, self._centroids.codes.shape[1])
            seen = CandidateScorer(query, self._centroids, PROBES).scores(self._postings)
            chosen = np.flatnonzero(seen >= border_of(seen, candidates))
            scores = maxsim(query, stored, self._offsets, chosen)
            times.append(time.process_time() - start)
            if (
                vector_format == self._sample.vector_format
            ):  # what is stored so is not rounded once more
                scores = maxsim(query, self._vectors, self._offsets, chosen)
            found = best_ten(self._sample.rows[chosen], scores, own)
            hits.append(share_found(found, truth))
        return float(np.mean(hits)), float(np.median(times) * 1e3)

    def _reshape(self, vector_format: VectorFormat, width: int) -> None:
        """The sample in so many dimensions and pooled so far, and its cells."""
        sample, factor = self._sample, vector_format.pooling / self._sample.vector_format.pooling
        vectors, self._offsets, self._owners = sample.vectors, sample.offsets, 0
        coarse = VectorFormat(dims=width)
        if factor == 1:
            self._vectors = self._projection.move_units(vectors, width)
            if vector_format.pooling > 1:
                self._owners = int(sample.tokens.sum())  # about a byte each
        else:
            parts = []
            for start, end in zip(sample.offsets[:-1], sample.offsets[1:], strict=True):
                part, owners = shape(vectors[start:end], coarse, self._projection, factor)
                parts.append(part)
                self._owners += 0 if owners is None else len(pack_owners(owners))
            eights = [part for part in parts if isinstance(part, Int8Vectors)]
            self._vectors = Int8Vectors.stack(eights)
            self._offsets = np.concatenate([[0], np.cumsum([len(part) for part in parts])])
        self._centroids = self._projection.move_units(self._book.centroids, width)
        self._cells = nearest(self._vectors, self._centroids, self._threads)[0]
        lists = CellLists.of(self._cells, self._offsets, len(self._centroids))
        self._postings = Postings.of(lists)

    def _codec(self, bits: int) -> ResidualCodec:
        if self._centroids is self._book.centroids:
            known = read_codec(self._connection, self._book.number, bits)
            if known is not None:
                return known
        count = min(len(self._vectors), HELD // self._vectors.codes.shape[1])
        random = generator(self._seed, f"sample for {bits} bits")
        rows = np.sort(random.choice(len(self._vectors), count, replace=False, shuffle=False))
        taken = self._vectors.take(rows)
        return ResidualCodec.fit(self._centroids, taken, bits, threads=self._threads)


def _dim(sample: _Sample) -> int:
    return int(sample.vectors.codes.shape[1])


def _finest(segments: Sequence[LiveSegment], dim: int) -> VectorFormat:
    """The finest that any segment is in each respect."""
    vector_formats = [held.record.vector_format for held in segments]
    return VectorFormat(
        min((vector_format.codec for vector_format in vector_formats), key=CODECS.index),
        max(vector_format.width(dim) for vector_format in vector_formats),
        min(vector_format.pooling for vector_format in vector_formats),
    ).within(dim)


def _some_pages(
    connection: sqlite3.Connection,
    segments: Sequence[LiveSegment],
    cache: SegmentCache,
    wanted: set[int],
    seed: int,
) -> _Sample:
    """The wanted pages, and random ones beside them."""
    finest = _finest(segments, cache.dim)
    share = _MOST / finest.width(cache.dim) / sum(held.record.rows for held in segments)
    random = generator(seed, "pages to tune on")
    rows, parts, lengths, tokens = [], [], [], []
    for held in segments:
        segment = cache.mapped(held.record)
        places = np.arange(held.record.items) if held.places is None else held.places
        places = places[np.diff(segment.offsets)[places] > 0]
        first = held.record.first_item
        own = np.isin(places + first, np.fromiter(wanted, np.int64))
        places = places[own | (random.random(len(places)) < share)]
        begins, ends = segment.offsets[places], segment.offsets[places + 1]
        rows.append(places + first)
        lengths.append(ends - begins)
        taken = segment.take(_ranges(begins, ends))
        parts.append(cache.projection.move_units(taken, finest.width(cache.dim)))
        counts = ends - begins
        if held.record.vector_format.pooling > 1:
            owners = [owners_of(connection, cache.field, int(row)) for row in rows[-1]]
            counts = np.array(
                [
                    count if owner is None else len(owner)
                    for owner, count in zip(owners, counts.tolist(), strict=True)
                ],
                np.int64,
            )
        tokens.append(counts)
    return _Sample(
        np.concatenate(rows),
        Int8Vectors.stack(parts),
        np.concatenate([[0], np.cumsum(np.concatenate(lengths))]).astype(np.int64),
        np.concatenate(tokens),
        finest,
    )


def _ranges(
    begins: Int64[np.ndarray, " ranges"], ends: Int64[np.ndarray, " ranges"]
) -> Int64[np.ndarray, " rows"]:
    """All rows of some ranges, one range after another."""
    lengths = ends - begins
    starts = np.cumsum(lengths) - lengths
    return np.repeat(begins - starts, lengths) + np.arange(int(lengths.sum()))
