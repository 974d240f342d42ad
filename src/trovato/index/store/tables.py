"""The changes that a writer makes to the tables of a collection."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence

import numpy as np

from trovato.core import Attribute
from trovato.core.shapes import Int32, Int64
from trovato.index.store.blobs import pack_owners, unpack_owners
from trovato.index.store.schema import OLD_FORMAT, format_of
from trovato.index.vectors.format import VectorFormat
from trovato.index.vectors.segment_file import SegmentRecord

_OF_FILE = "(SELECT item FROM items WHERE file = ?)"
_PUBLISHED = "item, text, context FROM published WHERE file = ? ORDER BY item"


def find_file(connection: sqlite3.Connection, name: str, *, live: bool) -> tuple[int, str] | None:
    """Number and digest of the published file, or the draft, of that name."""
    found: tuple[int, str] | None = connection.execute(
        "SELECT file, digest FROM files WHERE name = ? AND live = ?", [name, live]
    ).fetchone()
    return found


def find_item(connection: sqlite3.Connection, item_id: str) -> int | None:
    """Row of the published item with that external id."""
    name, _, page = item_id.rpartition("#")
    found = connection.execute(
        "SELECT item FROM items JOIN files USING (file) WHERE live "
        "AND (name = ? AND page = 0 OR name = ? AND page = CAST(? AS INTEGER) AND page > 0 "
        "AND CAST(page AS TEXT) = ?)",
        [item_id, name, page, page],
    ).fetchone()
    return None if found is None else int(found[0])


def id_taken(connection: sqlite3.Connection, name: str, *, whole: bool) -> bool:
    """Whether a file of that name, or an item of that id, would share an id with the other kind."""
    if whole:
        found = connection.execute(
            "SELECT EXISTS (SELECT 1 FROM items JOIN files USING (file) "
            "WHERE live AND page > 0 AND name = ?) "
            "OR EXISTS (SELECT 1 FROM items WHERE item = ? AND page > 0)",
            [name, find_item(connection, name)],
        )
    else:
        # The character after # is $: between them lies all that begins with the name and #.
        found = connection.execute(
            "SELECT EXISTS (SELECT 1 FROM items JOIN files USING (file) "
            "WHERE live AND page = 0 AND (name = ? OR name > ? AND name < ? "
            "AND substr(name, ?) NOT GLOB '*[^0-9]*'))",
            [name, f"{name}#", f"{name}$", len(name) + 2],
        )
    return bool(found.fetchone()[0])


def insert_draft(
    connection: sqlite3.Connection, name: str, digest: str, kind: str, size: int
) -> int:
    """Start a draft without pages and give back its number."""
    added = connection.execute(
        "INSERT INTO files (name, live, digest, kind, bytes, pages, tokens) "
        "VALUES (?, 0, ?, ?, ?, 0, 0)",
        [name, digest, kind, size],
    )
    return added.lastrowid or 0


def set_file_attributes(
    connection: sqlite3.Connection, file: int, attributes: Mapping[str, Attribute]
) -> None:
    """Let a file have these attributes and no others."""
    connection.execute("DELETE FROM file_attributes WHERE file = ?", [file])
    connection.executemany(
        "INSERT INTO file_attributes VALUES (?, ?, ?)",
        [(file, key, value) for key, value in attributes.items()],
    )


def insert_page(
    connection: sqlite3.Connection,
    file: int,
    number: int,
    tokens: int,
    columns: tuple[str, str, bytes, bytes],
    attributes: Mapping[str, Attribute],
) -> int:
    """Add a page to a draft and give back its row; `columns` are those of the table `pages`.

    Number 0 is an item of its own, whose id is the file's name.
    """
    added = connection.execute("INSERT INTO items (file, page) VALUES (?, ?)", [file, number])
    item = added.lastrowid or 0
    connection.execute("INSERT INTO pages VALUES (?, ?, ?, ?, ?)", [item, *columns])
    connection.executemany(
        "INSERT INTO page_attributes VALUES (?, ?, ?)",
        [(item, key, value) for key, value in attributes.items()],
    )
    connection.execute(
        "UPDATE files SET pages = pages + 1, tokens = tokens + ? WHERE file = ?", [tokens, file]
    )
    return item


def publish(connection: sqlite3.Connection, file: int) -> None:
    """Let a draft take the place of the published file of its name."""
    connection.execute("UPDATE files SET live = 1 WHERE file = ?", [file])
    connection.execute(
        f"INSERT INTO words (rowid, text, context) SELECT {_PUBLISHED}",
        [file],
    )


def delete_file(connection: sqlite3.Connection, file: int) -> None:
    """Delete a file, published or draft, with all that hangs on it."""
    # FTS5 keeps no copy of the text: it must be told what to take out of its index.
    connection.execute(
        f"INSERT INTO words (words, rowid, text, context) SELECT 'delete', {_PUBLISHED}",
        [file],
    )
    connection.execute(f"DELETE FROM page_attributes WHERE item IN {_OF_FILE}", [file])  # noqa: S608
    connection.execute(f"DELETE FROM pages WHERE item IN {_OF_FILE}", [file])  # noqa: S608
    connection.execute(f"DELETE FROM pools WHERE item IN {_OF_FILE}", [file])  # noqa: S608
    connection.execute("DELETE FROM items WHERE file = ?", [file])
    connection.execute("DELETE FROM file_attributes WHERE file = ?", [file])
    connection.execute("DELETE FROM files WHERE file = ?", [file])


def segments_of(connection: sqlite3.Connection, file: int) -> set[int]:
    """Numbers of the segments that hold items of a file."""
    return {
        number
        for (number,) in connection.execute(
            "SELECT DISTINCT segment FROM items JOIN segments ON segment = "
            "(SELECT segment FROM segments WHERE first_item <= item "
            "ORDER BY first_item DESC LIMIT 1) WHERE file = ? AND item < first_item + items",
            [file],
        )
    }


def set_owners(
    connection: sqlite3.Connection, item: int, owners: Int32[np.ndarray, " tokens"]
) -> None:
    """Note which of an item's vectors stands for each of its tokens."""
    connection.execute("INSERT OR REPLACE INTO pools VALUES (?, ?)", [item, pack_owners(owners)])


def owners_of(connection: sqlite3.Connection, item: int) -> Int32[np.ndarray, " tokens"] | None:
    """Which of a pooled item's vectors stands for each of its tokens; None for each its own."""
    found = connection.execute("SELECT owners FROM pools WHERE item = ?", [item]).fetchone()
    return None if found is None else unpack_owners(found[0])


def insert_segment(connection: sqlite3.Connection, record: SegmentRecord) -> None:
    """Record a segment file."""
    bits, dims, pooling = record.vector_format.columns
    connection.execute(
        "INSERT INTO segments (segment, first_item, items, live, rows, bytes, checksum, gaps, "
        "bits, dims, pooling, codebook) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
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


def has_vectors(connection: sqlite3.Connection) -> bool:
    """Whether any published page has vectors."""
    found = connection.execute("SELECT EXISTS (SELECT 1 FROM files WHERE live AND tokens > 0)")
    return bool(found.fetchone()[0])


def segment_records(connection: sqlite3.Connection, *, live: bool = False) -> list[SegmentRecord]:
    """All segments, also those of drafts alone unless only `live` ones, by rising first item."""
    since_3 = "gaps, bits, dims, pooling, codebook"
    if format_of(connection) == OLD_FORMAT:
        since_3 = "0, bits, 0, 1.0, codebook"
    rows = connection.execute(
        f"SELECT segment, first_item, items, live, rows, bytes, checksum, {since_3} "  # noqa: S608
        f"FROM segments {'WHERE live > 0' if live else ''} ORDER BY first_item"
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


def next_generation(connection: sqlite3.Connection) -> None:
    """Mark the state of the collection as another one."""
    connection.execute("UPDATE meta SET value = value + 1 WHERE key = 'generation'")
