"""Whether the tables of a project say what its events say."""

from __future__ import annotations

from trovato.annotate.storage.connection import Connection
from trovato.annotate.storage.hashes import document_hash, event_hash
from trovato.annotate.storage.projection import rebuild
from trovato.annotate.storage.schema import PROJECTIONS


def find_contradictions(connection: Connection) -> list[str]:
    """One line for each thing that contradicts another; none in a sound project.

    The state is rebuilt from the events and compared with what is stored, inside a transaction that
    is to be rolled back.
    """
    found = _changed_events(connection)
    found += [
        f"the text of document {name!r} was changed"
        for name, title, text, digest in connection.execute(
            "SELECT id, title, text, sha256 FROM document"
        )
        if document_hash(title, text) != digest
    ]
    stored = {table: _contents(connection, table) for table in PROJECTIONS}
    rebuild(connection)
    for table, rows in stored.items():
        differing = len(rows ^ _contents(connection, table))
        if differing:
            found.append(f"{differing} rows of {table} do not follow from the events")
    return found


def _changed_events(connection: Connection) -> list[str]:
    before = ""
    for seq, *values, stored in connection.execute(
        "SELECT seq, id, actor, kind, payload, client_time, server_time, hash FROM event "
        "ORDER BY seq"
    ):
        before = event_hash(before, *values)
        if before != stored:
            return [f"event {seq} is not what it was when it was stored, or one before it is gone"]
    return []


def _contents(connection: Connection, table: str) -> set[tuple[object, ...]]:
    return {tuple(row) for row in connection.execute(f"SELECT * FROM {table}")}  # noqa: S608
