"""Which vectors of which segments count, at one moment."""

from __future__ import annotations

import sqlite3
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import numpy as np

from trovato.core import CorruptCollectionError
from trovato.core.shapes import Int64
from trovato.index.search.filter_cache import FilterCache
from trovato.index.store.fields import DEFAULT_NUMBER, StoredField
from trovato.index.store.segments import segment_records
from trovato.index.store.words.word_search import WordCache
from trovato.index.vectors.inverted_lists import (
    CellsRecord,
    SegmentCells,
    cells_records,
    map_cells,
)
from trovato.index.vectors.ivf_codec import (
    Codebook,
    SearchProfile,
    newest_card,
    read_codebook,
    read_codec,
)
from trovato.index.vectors.projection import Projection, read_projection
from trovato.index.vectors.segment_file import Segment, SegmentRecord, map_segment
from trovato.ops import ResidualCodec


@dataclass(frozen=True, slots=True, eq=False)
class LiveSegment:
    """A segment, the places in it whose items are published, and its cells.

    The places are None where all items are published, beside numbers that are no item any more.
    """

    record: SegmentRecord
    places: Int64[np.ndarray, " live"] | None
    cells: CellsRecord | None

    def places_of(self, items: Int64[np.ndarray, " items"]) -> Int64[np.ndarray, " found"]:
        """Places in this segment of those `items` (ascending) that lie in it."""
        first = self.record.first_item
        start, end = np.searchsorted(items, [first, first + self.record.items])
        return items[start:end] - first

    def published(self, items: Int64[np.ndarray, " items"]) -> Int64[np.ndarray, " found"]:
        """Those of `items` (ascending) that lie in this segment and are published."""
        places = self.places_of(items)
        if self.places is not None:
            places = np.intersect1d(places, self.places, assume_unique=True)
        return places + self.record.first_item

    def chosen(
        self, items: Int64[np.ndarray, " items"] | None
    ) -> Int64[np.ndarray, " found"] | None:
        """Places of those `items` (ascending), or of all published ones; None for every place."""
        return self.places if items is None else self.places_of(items)


# By number of the codebook and bits.
Codecs = Mapping[tuple[int, int], ResidualCodec]


class SegmentCache:
    """Segment files of a field that are mapped, and the state they belong to.

    A process's readers share it.

    Parameters
    ----------
    folder
        The directory of segments.
    dim, field
        Components of each vector, and the number of their field.
    codecs, projection
        Residual codecs by codebook and bits, and the collection's projection, where no database
        tells them; see `codecs_of`.
    """

    def __init__(
        self,
        folder: Path,
        dim: int,
        field: int = DEFAULT_NUMBER,
        codecs: Codecs = MappingProxyType({}),
        projection: Projection | None = None,
    ) -> None:
        self._folder = folder
        self.dim = dim
        self.field = field
        self.projection = projection or Projection()
        self._mapped: dict[int, Segment] = {}
        self._cells: dict[CellsRecord, SegmentCells] = {}
        self._codebooks: dict[int, Codebook] = {}
        self._codecs = dict(codecs)
        self._state: tuple[int, list[LiveSegment]] = (-1, [])
        self._card: tuple[int, SearchProfile | None] = (-1, None)

    def live(self, connection: sqlite3.Connection) -> list[LiveSegment]:
        """Segments with published items in the connection's snapshot, by rising first item."""
        generation = generation_of(connection)
        known, segments = self._state
        if known != generation:
            segments = live_segments(connection, self.field)
            # Those of other states stay: readers in other threads may look at one.
            for key in _codecs(segments):
                if key not in self._codecs:
                    self._codecs[key] = _codec(connection, *key)
            if self.projection.matrix is None:  # once there is one, it stays
                self.projection = read_projection(connection, self.field)
            self._state = (generation, segments)
            kept = {segment.record.number for segment in segments}
            self._mapped = {
                number: mapped for number, mapped in self._mapped.copy().items() if number in kept
            }
            cells = {segment.cells for segment in segments if segment.cells is not None}
            self._cells = {key: lists for key, lists in self._cells.copy().items() if key in cells}
            books = {record.codebook for record in cells}
            self._codebooks = {
                key: book for key, book in self._codebooks.copy().items() if key in books
            }
        return segments

    def card(self, connection: sqlite3.Connection) -> SearchProfile | None:
        """The card in the connection's snapshot; it lies behind its centroids, so it is kept."""
        generation = generation_of(connection)
        known, card = self._card
        if known != generation:
            card = newest_card(connection, self.field)
            self._card = (generation, card)
        return card

    def mapped(self, record: SegmentRecord) -> Segment:
        """The segment's vectors, mapped on first use.

        Raises
        ------
        CorruptCollectionError
            If the file is not what the database says.
        """
        # Other threads may drop it at any moment: looked up once.
        mapped = self._mapped.get(record.number)
        if mapped is None:
            mapped = map_segment(
                self._folder / record.file_name,
                record,
                self.dim,
                self._codecs.get((record.codebook, record.vector_format.bits)),
            )
            self._mapped[record.number] = mapped
        return mapped

    def codecs_of(self, segments: Iterable[LiveSegment]) -> Codecs:
        """What the residual codes of those segments mean, which `live` gave."""
        return {key: self._codecs[key] for key in _codecs(segments)}

    def codebook(self, connection: sqlite3.Connection, number: int) -> Codebook:
        """The centroids of that number, which the connection's snapshot must know."""
        found = self._codebooks.get(number) or read_codebook(connection, number)
        if found is None:
            raise CorruptCollectionError(
                f"cells belong to centroids {number}, which are not there: `trovato tune` makes "
                "them again"
            )
        self._codebooks[number] = found
        return found

    def cells(self, record: CellsRecord, items: int, codebook: Codebook) -> SegmentCells:
        """The cells of a segment of so many items, mapped and checked on first use.

        Raises
        ------
        CorruptCollectionError
            If the file is not what the database says.
        """
        found = self._cells.get(record)
        if found is None:
            path = self._folder / record.file_name
            found = map_cells(path, record, items, len(codebook.centroids))
            self._cells[record] = found
        return found

    def clear(self) -> None:
        """Let go of all mapped files."""
        self._mapped = {}
        self._cells = {}


class FieldCaches:
    """One `SegmentCache` for each field that somebody looked at, and those of words and filters.

    A process's readers share it.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.words = WordCache(folder)
        self.filters = FilterCache()
        self._caches: dict[int, SegmentCache] = {}

    def of(self, field: StoredField) -> SegmentCache:
        """The cache of a field."""
        found = self._caches.get(field.number)
        if found is None:
            made = SegmentCache(self._folder, field.dim, field.number)
            found = self._caches.setdefault(field.number, made)
        return found

    def clear(self) -> None:
        """Let go of all mapped files."""
        for cache in self._caches.copy().values():
            cache.clear()
        self.words.clear()
        self.filters.clear()


def generation_of(connection: sqlite3.Connection) -> int:
    """The number of the state that the connection sees; every commit raises it."""
    row: tuple[int] = connection.execute(
        "SELECT value FROM meta WHERE key = 'generation'"
    ).fetchone()
    return row[0]


def segment_of(segments: list[LiveSegment], item: int) -> SegmentRecord | None:
    """The segment that holds the published item in that row; None where none does."""
    place = bisect_right(segments, item, key=lambda segment: segment.record.first_item) - 1
    record = segments[max(place, 0)].record if segments else None
    if record is None or not record.first_item <= item < record.first_item + record.items:
        return None
    return record


def _codecs(segments: Iterable[LiveSegment]) -> set[tuple[int, int]]:
    records = [held.record for held in segments]
    return {
        (record.codebook, record.vector_format.bits)
        for record in records
        if record.vector_format.bits
    }


def _codec(connection: sqlite3.Connection, codebook: int, bits: int) -> ResidualCodec:
    found = read_codec(connection, codebook, bits)
    if found is None:
        raise CorruptCollectionError(
            f"vectors are stored with centroids {codebook} and {bits} bits, which are not there: "
            "restore the collection from a copy, or index into a new one"
        )
    return found


def live_segments(connection: sqlite3.Connection, field: int) -> list[LiveSegment]:
    """Segments of a field with published items, by rising first item."""
    cells = {record.segment: record for record in cells_records(connection)}
    return [
        LiveSegment(record, _places(connection, record), cells.get(record.number))
        for record in segment_records(connection, field, live=True)
    ]


def _places(
    connection: sqlite3.Connection, record: SegmentRecord
) -> Int64[np.ndarray, " live"] | None:
    if record.live == record.items - record.gaps:
        return None  # numbers of no item own no vectors, so they are never found
    last = record.first_item + record.items - 1
    rows = connection.execute(
        "SELECT item FROM items JOIN files USING (file) "
        "WHERE item BETWEEN ? AND ? AND files.live ORDER BY item",
        [record.first_item, last],
    )
    return np.array([item for (item,) in rows], np.int64) - record.first_item
