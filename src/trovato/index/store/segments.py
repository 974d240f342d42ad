"""The rows of a collection that speak of segments: which vectors lie where."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

import numpy as np

from trovato.core.shapes import Int32, Int64
from trovato.index.store.blobs import pack_owners, unpack_owners
from trovato.index.vectors.format import VectorFormat
from trovato.index.vectors.segment_file import SegmentRecord

_COLUMNS = (
    "segment, first_item, items, live, rows, bytes, checksum, gaps, bits, dims, pooling, codebook"
)


def segments_of(connection: sqlite3.Connection, file: int) -> set[int]:
    """Numbers of the segments, of all fields, that hold items of a file."""
    return {
        number
        for (number,) in connection.execute(
            "SELECT DISTINCT segment FROM items JOIN fields JOIN segments ON segment = "
            "(SELECT segment FROM segments WHERE field = fields.field AND first_item <= item "
            "ORDER BY first_item DESC LIMIT 1) WHERE file = ? AND item < first_item + items",
            [file],
        )
    }


def set_owners(
    connection: sqlite3.Connection, field: int, item: int, owners: Int32[np.ndarray, " tokens"]
) -> None:
    """Note which of an item's vectors stands for each of its tokens."""
    connection.execute(
        "INSERT OR REPLACE INTO pools VALUES (?, ?, ?)", [field, item, pack_owners(owners)]
    )


def owners_of(
    connection: sqlite3.Connection, field: int, item: int
) -> Int32[np.ndarray, " tokens"] | None:
    """Which of a pooled item's vectors stands for each of its tokens; None for each its own."""
    found = connection.execute(
        "SELECT owners FROM pools WHERE field = ? AND item = ?", [field, item]
    ).fetchone()
    return None if found is None else unpack_owners(found[0])


def insert_segment(connection: sqlite3.Connection, field: int, record: SegmentRecord) -> None:
    """Record a segment file of a field."""
    bits, dims, pooling = record.vector_format.columns
    connection.execute(
        f"INSERT INTO segments (field, {_COLUMNS}) "  # noqa: S608
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            field,
            record.number,
            record.first_item,
            record.items,
            record.live,
            record.rows,
            record.bytes,
            record.checksum,
            record.gaps,
            bits,
            dims,
            pooling,
            record.codebook,
        ],
    )


def delete_segments(connection: sqlite3.Connection, numbers: Sequence[int]) -> None:
    """Forget segment files, which go when no reader looks at them any more."""
    connection.executemany(
        "DELETE FROM segments WHERE segment = ?", [(number,) for number in numbers]
    )


def delete_cells(connection: sqlite3.Connection, segments: Sequence[int]) -> None:
    """Forget the cells of segments, which are then scanned whole."""
    connection.executemany(
        "DELETE FROM cells WHERE segment = ?", [(number,) for number in segments]
    )


def has_vectors(connection: sqlite3.Connection, field: int) -> bool:
    """Whether any published item has vectors in a field."""
    found = connection.execute(
        "SELECT EXISTS (SELECT 1 FROM files JOIN tokens USING (file) "
        "WHERE live AND field = ? AND tokens > 0)",
        [field],
    )
    return bool(found.fetchone()[0])


def segment_records(
    connection: sqlite3.Connection, field: int, *, live: bool = False
) -> list[SegmentRecord]:
    """Segments of a field, also those of drafts alone unless only `live` ones, by first item."""
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM segments WHERE field = ? "  # noqa: S608
        f"{'AND live > 0' if live else ''} ORDER BY first_item",
        [field],
    )
    return [
        SegmentRecord(
            *(number, first, items, published, held, size, checksum, gaps),
            vector_format=VectorFormat.of_columns(bits, dims, pooling),
            codebook=book,
        )
        for number, first, items, published, held, size, checksum, gaps, *stored, book in rows
        for bits, dims, pooling in [stored]
    ]


def items_left(
    connection: sqlite3.Connection, record: SegmentRecord
) -> Int64[np.ndarray, " items"]:
    """Items of a segment, published or of a draft, that are not deleted; at least one."""
    rows = connection.execute(
        "SELECT item FROM items WHERE item BETWEEN ? AND ? ORDER BY item",
        [record.first_item, record.first_item + record.items - 1],
    )
    return np.array([item for (item,) in rows], np.int64)


def next_segment(connection: sqlite3.Connection) -> int:
    """The number after the highest that was ever used."""
    found = connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'segments'").fetchone()
    return 1 + (0 if found is None else int(found[0]))


def recount(connection: sqlite3.Connection, number: int) -> None:
    """Count a segment's published items again, and drop it when it holds no item at all."""
    within = "items.item BETWEEN first_item AND first_item + segments.items - 1"
    connection.execute(
        "UPDATE segments SET live = (SELECT count(*) FROM items JOIN files USING (file) "  # noqa: S608
        f"WHERE {within} AND files.live) WHERE segment = ?",
        [number],
    )
    connection.execute(
        "DELETE FROM segments WHERE segment = ? AND live = 0 "  # noqa: S608
        f"AND NOT EXISTS (SELECT 1 FROM items WHERE {within})",
        [number],
    )
