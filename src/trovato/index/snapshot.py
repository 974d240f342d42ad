"""Which vectors of which segments count, at one moment."""

from __future__ import annotations

import sqlite3
from bisect import bisect_right
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jaxtyping import Int64

from trovato.core import CorruptCollectionError
from trovato.index.segments import Segment, SegmentRecord, map_segment


@dataclass(frozen=True, slots=True, eq=False)
class LiveSegment:
    """A segment and the places in it whose items are published; None where all are."""

    record: SegmentRecord
    places: Int64[np.ndarray, " live"] | None

    def places_of(self, items: Int64[np.ndarray, " items"]) -> Int64[np.ndarray, " found"]:
        """Places in this segment of those `items` (ascending) that lie in it."""
        first = self.record.first_item
        start, end = np.searchsorted(items, [first, first + self.record.items])
        return items[start:end] - first


class SegmentCache:
    """Segment files that are mapped, and the state they belong to; shared by a process's readers.

    Parameters
    ----------
    folder
        The directory of segments.
    dim
        Components of each vector.
    """

    def __init__(self, folder: Path, dim: int) -> None:
        self._folder = folder
        self._dim = dim
        self._mapped: dict[int, Segment] = {}
        self._state: tuple[int, list[LiveSegment]] = (-1, [])

    def live(self, connection: sqlite3.Connection) -> list[LiveSegment]:
        """Segments with published items in the connection's snapshot, by rising first item."""
        generation: int = connection.execute(
            "SELECT value FROM meta WHERE key = 'generation'"
        ).fetchone()[0]
        known, segments = self._state
        if known != generation:
            segments = _live_segments(connection)
            self._state = (generation, segments)
            kept = {segment.record.number for segment in segments}
            self._mapped = {
                number: mapped for number, mapped in self._mapped.copy().items() if number in kept
            }
        return segments

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
            mapped = map_segment(self._folder / record.file_name, record, self._dim)
            self._mapped[record.number] = mapped
        return mapped

    def clear(self) -> None:
        """Let go of all mapped files."""
        self._mapped = {}


def segment_of(segments: list[LiveSegment], item: int) -> SegmentRecord:
    """The segment that holds the item in that row, which must be published.

    Raises
    ------
    CorruptCollectionError
        If no segment does.
    """
    place = bisect_right(segments, item, key=lambda segment: segment.record.first_item) - 1
    record = segments[max(place, 0)].record if segments else None
    if record is None or not record.first_item <= item < record.first_item + record.items:
        raise CorruptCollectionError(
            f"the vectors of row {item} are in no segment: restore the collection from a copy, or "
            "index into a new one"
        )
    return record


def _live_segments(connection: sqlite3.Connection) -> list[LiveSegment]:
    columns = "segment, first_item, items, live, rows, bytes, checksum"
    records = [
        SegmentRecord(*row)
        for row in connection.execute(
            f"SELECT {columns} FROM segments WHERE live > 0 ORDER BY first_item"  # noqa: S608
        )
    ]
    return [LiveSegment(record, _places(connection, record)) for record in records]


def _places(
    connection: sqlite3.Connection, record: SegmentRecord
) -> Int64[np.ndarray, " live"] | None:
    if record.live == record.items:
        return None
    last = record.first_item + record.items - 1
    rows = connection.execute(
        "SELECT item FROM items JOIN files USING (file) "
        "WHERE item BETWEEN ? AND ? AND files.live ORDER BY item",
        [record.first_item, last],
    )
    return np.array([item for (item,) in rows], np.int64) - record.first_item
