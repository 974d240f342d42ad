"""Whether a project's file says what its events say."""

from __future__ import annotations

import sqlite3

from trovato.annotate.storage.hashes import document_hash, event_hash
from trovato.annotate.storage.projection import rebuild
from trovato.annotate.storage.schema import PROJECTIONS


def find_problems(connection: sqlite3.Connection) -> list[str]:
    """One line for each thing that contradicts another; none in a sound file.

    The state is rebuilt from the events and compared with what is stored. Nothing is changed.
    """
    found = [
        f"the file is damaged: {line}"
        for (line,) in connection.execute("PRAGMA integrity_check")
        if line != "ok"
    ]
    found += _changed_events(connection)
    found += [
        f"the text of document {name!r} was changed"
        for name, title, text, digest in connection.execute(
            "SELECT id, title, text, sha256 FROM document"
        )
        if document_hash(title, text) != digest
    ]
    connection.execute("BEGIN IMMEDIATE")
    try:
        stored = {table: _contents(connection, table) for table in PROJECTIONS}
        rebuild(connection)
        for table, rows in stored.items():
            differing = len(rows ^ _contents(connection, table))
            if differing:
                found.append(f"{differing} rows of {table} do not follow from the events")
    finally:
        connection.execute("ROLLBACK")
    return found


def _changed_events(connection: sqlite3.Connection) -> list[str]:
    before = ""
    for seq, *values, stored in connection.execute(
        "SELECT seq, id, actor, kind, payload, client_time, server_time, hash FROM event "
        "ORDER BY seq"
    ):
        before = event_hash(before, *values)
        if before != stored:
            return [f"event {seq} is not what it was when it was stored, or one before it is gone"]
    return []


def _contents(connection: sqlite3.Connection, table: str) -> set[tuple[object, ...]]:
    return set(connection.execute(f"SELECT * FROM {table}"))  # noqa: S608
