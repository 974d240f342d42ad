"""Looking for damage in the files of vectors, field by field."""

from __future__ import annotations

import sqlite3
from bisect import bisect_right
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np

from trovato.core import CorruptCollectionError, ProgressCallback
from trovato.core.shapes import Int64
from trovato.index.maintenance.issues import Inspection
from trovato.index.store.fields import DEFAULT_NUMBER, StoredField
from trovato.index.store.segments import segment_records
from trovato.index.vectors.inverted_lists import cells_records, map_cells
from trovato.index.vectors.ivf_codec import read_codebook, read_codec
from trovato.index.vectors.projection import read_projection
from trovato.index.vectors.segment_file import SegmentRecord, check_content, map_segment


class VectorCounts:
    """How many vectors each item has, by the segments that are whole."""

    def __init__(self) -> None:
        self._first: list[int] = []
        self._offsets: list[Int64[np.ndarray, " items_plus_1"]] = []

    def add(self, first: int, offsets: Int64[np.ndarray, " items_plus_1"]) -> None:
        """Take in a segment that is whole; they come by rising first item."""
        self._first.append(first)
        self._offsets.append(offsets)

    def of(self, item: int) -> int | None:
        """How many; None where no whole segment holds the item."""
        at = bisect_right(self._first, item) - 1
        if at < 0:
            return None
        place, offsets = item - self._first[at], self._offsets[at]
        return int(offsets[place + 1] - offsets[place]) if place + 1 < len(offsets) else None


def check_segments(
    connection: sqlite3.Connection,
    folder: Path,
    fields: Mapping[str, StoredField],
    found: Inspection,
    progress: ProgressCallback,
) -> dict[int, VectorCounts]:
    """Read all vectors; how many each item has, by number of the field."""
    records = {field.number: segment_records(connection, field.number) for field in fields.values()}
    total, done = sum(record.bytes for held in records.values() for record in held), 0

    def passed(count: int) -> None:
        nonlocal done
        done += count
        progress("vectors", done, total)

    counts = {}
    for field in fields.values():
        whole, end = VectorCounts(), 0
        for record in records[field.number]:
            try:
                offsets = _checked(folder, record, field.dim, end, passed)
                _check_known(connection, field.number, record)
            except CorruptCollectionError as error:
                found.segments.append(record.number)
                if field.number == DEFAULT_NUMBER:
                    found.add("segment", record.file_name, str(error))
                else:
                    found.fields.add(field.number)
                    found.add("field", field.name, str(error))
            else:
                whole.add(record.first_item, offsets)
                end = record.first_item + record.items
        counts[field.number] = whole
    return counts


def _checked(
    folder: Path, record: SegmentRecord, dim: int, end: int, passed: Callable[[int], None]
) -> Int64[np.ndarray, " items_plus_1"]:
    """Offsets of a segment that is whole; those before it end before the item `end`."""
    path = folder / record.file_name
    offsets = map_segment(path, record, dim).offsets
    check_content(path, record, passed)
    if record.first_item < end:
        raise CorruptCollectionError(
            f"{record.file_name} claims items from {record.first_item} on, and another segment "
            f"those before {end}"
        )
    if offsets[0] != 0 or offsets[-1] != record.rows or bool(np.any(np.diff(offsets) < 0)):
        raise CorruptCollectionError(f"the offsets of {record.file_name} are not in order")
    return np.array(offsets)


def _check_known(connection: sqlite3.Connection, field: int, record: SegmentRecord) -> None:
    """Whether all is there that the codes of a segment are read with."""
    vector_format = record.vector_format
    if vector_format.dims is not None and read_projection(connection, field).matrix is None:
        raise CorruptCollectionError(f"the projection that {record.file_name} needs is not there")
    if vector_format.bits and read_codec(connection, record.codebook, vector_format.bits) is None:
        raise CorruptCollectionError(f"the levels that {record.file_name} needs are not there")


def check_cells(connection: sqlite3.Connection, folder: Path, found: Inspection) -> None:
    """Whether the files of cells are whole, and their centroids there."""
    items = dict(connection.execute("SELECT segment, items FROM segments").fetchall())
    for record in cells_records(connection):
        book = read_codebook(connection, record.codebook)
        problem = "" if book else f"belongs to centroids {record.codebook}, which are gone"
        if book is not None:
            path, count = folder / record.file_name, len(book.centroids)
            try:
                map_cells(path, record, items[record.segment], count)
            except CorruptCollectionError as error:
                problem = str(error)
        if problem:
            found.cells.append(record.segment)
            found.add("cells", record.file_name, problem)


def check_live(
    connection: sqlite3.Connection, fields: Mapping[str, StoredField], found: Inspection
) -> None:
    """Whether the published items of each segment are counted right."""
    records = [
        record for field in fields.values() for record in segment_records(connection, field.number)
    ]
    for record in records:
        held, live = connection.execute(
            "SELECT count(*), ifnull(sum(live), 0) FROM items JOIN files USING (file) "
            "WHERE item BETWEEN ? AND ?",
            [record.first_item, record.first_item + record.items - 1],
        ).fetchone()
        if live != record.live or not held:
            found.add(
                "count",
                record.file_name,
                f"holds {held} pages, {live} of them published; {record.live} are counted",
            )
