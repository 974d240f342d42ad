"""The state that follows from the events, kept up to date one event at a time."""

from __future__ import annotations

import hashlib
import math

from trovato.annotate.event_codec import from_json
from trovato.annotate.events import Event, Pooled, SettingsSet, Slot, Undone
from trovato.annotate.storage.connection import Connection
from trovato.evaluate.incomplete import comparison_sizes

# Documents of like priority are judged query by query: so many batches while priority doubles.
_BATCHES = 2
_COLUMNS = "slot, query, document, owner, key"


def apply(connection: Connection, event: Event, slot: Slot, seq: int) -> None:
    """Bring the state from before an event, which is stored under `seq`, to after it."""
    if isinstance(event, Undone):
        target, *columns = connection.execute(
            f"SELECT seq, {_COLUMNS} FROM event WHERE id = ?",  # noqa: S608
            [event.event],
        ).fetchone()
        connection.execute("INSERT INTO undone VALUES (?)", [target])
        slot = Slot(*columns)
        _fill_again(connection, slot)
    else:
        _fill(connection, slot, seq)
    if slot.kind == "judgement":
        _count(connection, slot.query, slot.document)
    elif slot.kind == "pooled":
        _pool(connection, slot.query)
    elif slot.kind == "settings":
        for (query,) in connection.execute("SELECT DISTINCT query FROM pool_item").fetchall():
            _pool(connection, query)


def rebuild(connection: Connection) -> None:
    """The state again from nothing but the events."""
    for table in ("slot", "undone", "pool_item"):
        connection.execute(f"DELETE FROM {table}")  # noqa: S608
    rows = connection.execute(f"SELECT seq, kind, payload, {_COLUMNS} FROM event ORDER BY seq")  # noqa: S608
    for seq, kind, payload, *columns in rows:
        apply(connection, from_json(kind, payload), Slot(*columns), seq)


def _fill(connection: Connection, slot: Slot, seq: int) -> None:
    """Put an event into a slot."""
    connection.execute(
        "INSERT INTO slot VALUES (?, ?, ?, ?, ?, ?) "
        "ON CONFLICT (kind, query, document, owner, key) DO UPDATE SET event = excluded.event",
        [slot.kind, slot.query, slot.document, slot.owner, slot.key, seq],
    )


def _fill_again(connection: Connection, slot: Slot) -> None:
    """Put into a slot the last of its events that was not undone."""
    parts = [slot.kind, slot.query, slot.document, slot.owner, slot.key]
    (last,) = connection.execute(
        "SELECT max(seq) FROM event WHERE slot = ? AND query = ? AND document = ? AND owner = ? "
        "AND key = ? AND seq NOT IN (SELECT event FROM undone)",
        parts,
    ).fetchone()
    if last is None:
        connection.execute(
            "DELETE FROM slot WHERE kind = ? AND query = ? AND document = ? AND owner = ? "
            "AND key = ?",
            parts,
        )
    else:
        _fill(connection, slot, last)


def _count(connection: Connection, query: str, document: str) -> None:
    """How many people have graded a pooled document; who is not sure has not."""
    connection.execute(
        "UPDATE pool_item SET judged = (SELECT count(*) FROM slot JOIN event ON seq = slot.event "
        "WHERE slot.kind = 'judgement' AND slot.query = ? AND slot.document = ? "
        "AND json_extract(payload, '$.grade') IS NOT NULL) WHERE query = ? AND document = ?",
        [query, document, query, document],
    )


def _pool(connection: Connection, query: str) -> None:
    """The pool of a query from the runs that stand in it."""
    settings = _settings(connection)
    stored = connection.execute(
        "SELECT payload FROM slot JOIN event ON seq = slot.event "
        "WHERE slot.kind = 'pooled' AND slot.query = ? ORDER BY slot.key",
        [query],
    )
    pooled = [from_json("pooled", payload) for (payload,) in stored]
    runs = {one.run: one.documents for one in pooled if isinstance(one, Pooled)}
    documents = sorted({document for ranking in runs.values() for document in ranking})
    if settings.order == "active":
        sizes = comparison_sizes(runs, documents, settings.depth)
    else:
        sizes = dict.fromkeys(documents, 1.0)
    counts = connection.execute(
        "SELECT slot.document, count(*) FROM slot JOIN event ON seq = slot.event "
        "WHERE slot.kind = 'judgement' AND slot.query = ? "
        "AND json_extract(payload, '$.grade') IS NOT NULL GROUP BY slot.document",
        [query],
    )
    judged = dict(counts.fetchall())
    connection.execute("DELETE FROM pool_item WHERE query = ?", [query])
    rows = []
    for document in documents:
        place = _uniform(settings.seed, "place", query, document)
        priority = place / sizes[document]
        doubled = _uniform(settings.seed, "overlap", query, document) < settings.overlap
        batch = math.floor(_BATCHES * math.log2(priority))
        row = (query, document, place, float(sizes[document]), float(priority), batch, 1 + doubled)
        rows.append((*row, judged.get(document, 0)))
    connection.executemany("INSERT INTO pool_item VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows)


def _settings(connection: Connection) -> SettingsSet:
    row = connection.execute(
        "SELECT payload FROM slot JOIN event ON seq = slot.event WHERE slot.kind = 'settings'"
    ).fetchone()
    found = from_json("settings", row[0]) if row else SettingsSet()
    assert isinstance(found, SettingsSet)  # noqa: S101 (only those fill that slot)
    return found


def _uniform(seed: int, purpose: str, query: str, document: str) -> float:
    """A number in (0, 1) that depends on these alone: never on what else is in the pool."""
    digest = hashlib.sha256("\0".join([str(seed), purpose, query, document]).encode()).digest()
    return (int.from_bytes(digest[:6]) + 0.5) / (1 << 48)
