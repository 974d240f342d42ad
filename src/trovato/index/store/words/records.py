"""The rows of a collection that speak of files of postings."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

import numpy as np

from trovato.core.shapes import Bool, Int64
from trovato.index.store.words.word_segment import WordSegment, WordSegmentRecord

_COLUMNS = "segment, first_item, last_item, items, terms, postings, dead, bytes, checksum"


def word_segments(connection: sqlite3.Connection) -> list[WordSegmentRecord]:
    """All files of postings of the connection's state, by number."""
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM word_segments ORDER BY segment"  # noqa: S608
    )
    return [WordSegmentRecord(*row) for row in rows.fetchall()]


def next_word_segment(connection: sqlite3.Connection) -> int:
    """The number after the highest that was ever used."""
    found = connection.execute(
        "SELECT seq FROM sqlite_sequence WHERE name = 'word_segments'"
    ).fetchone()
    return 1 + (0 if found is None else int(found[0]))


def insert_word_segment(connection: sqlite3.Connection, record: WordSegmentRecord) -> None:
    """Record a file of postings."""
    connection.execute(
        f"INSERT INTO word_segments ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608
        [
            record.number,
            record.first_item,
            record.last_item,
            record.items,
            record.terms,
            record.postings,
            record.dead,
            record.bytes,
            record.checksum,
        ],
    )


def delete_word_segments(
    connection: sqlite3.Connection, records: Iterable[WordSegmentRecord]
) -> None:
    """Forget files of postings, which go when no reader looks at them any more."""
    connection.executemany(
        "DELETE FROM word_segments WHERE segment = ?", [(record.number,) for record in records]
    )


def mark_dead(
    connection: sqlite3.Connection, record: WordSegmentRecord, items: Int64[np.ndarray, " gone"]
) -> None:
    """Note that the words of some items of a file of postings hold no more."""
    added = connection.executemany(
        "INSERT OR IGNORE INTO dead_words VALUES (?, ?)",
        [(record.number, item) for item in items.tolist()],
    )
    connection.execute(
        "UPDATE word_segments SET dead = dead + ? WHERE segment = ?",
        [max(added.rowcount, 0), record.number],
    )


def alive_in(
    connection: sqlite3.Connection, segment: WordSegment, record: WordSegmentRecord
) -> Bool[np.ndarray, " documents"] | None:
    """Which items of a file of postings hold; None where all do."""
    if not record.dead:
        return None
    rows = connection.execute(
        "SELECT item FROM dead_words WHERE segment = ? ORDER BY item", [record.number]
    )
    dead = np.array([item for (item,) in rows.fetchall()], np.int64)
    alive: Bool[np.ndarray, " documents"] = np.ones(len(segment.items), bool)
    alive[np.searchsorted(segment.items, dead)] = False
    return alive
