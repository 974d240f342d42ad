"""Events in one SQLite file: write-ahead log, a sync before every acknowledgement."""

from __future__ import annotations

import json
import secrets
import sqlite3
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from trovato.core import Closing, PathLike, StorageError, UnreadableFileError, check_many

_VERSION = "1"
_BUSY_S = 60.0
_SCHEMA = """
CREATE TABLE IF NOT EXISTS about (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS event (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    stream TEXT NOT NULL,
    kind TEXT NOT NULL,
    time REAL NOT NULL,
    actor TEXT NOT NULL,
    payload TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS event_stream ON event (stream, seq);
CREATE INDEX IF NOT EXISTS event_kind ON event (kind, seq);
CREATE TRIGGER IF NOT EXISTS event_kept BEFORE UPDATE ON event
BEGIN SELECT raise(ABORT, 'events are only added'); END;
CREATE TRIGGER IF NOT EXISTS event_stays BEFORE DELETE ON event
BEGIN SELECT raise(ABORT, 'events are only added'); END;
"""


@dataclass(frozen=True, slots=True)
class WorkspaceEvent:
    """Something that happened.

    Parameters
    ----------
    seq
        Its place among all events; rises.
    stream
        What it happened to, such as an answer's id.
    kind
        What happened.
    time
        Seconds since 1970.
    actor
        Who did it; empty where nobody has a name.
    payload
        What the kind says, as JSON.
    """

    seq: int
    stream: str
    kind: str
    time: float
    actor: str
    payload: Mapping[str, Any]


class Workspace(Closing):
    """Events of the application, in the order they came.

    Threads may share it: one of them uses it at a time. So may processes.

    Parameters
    ----------
    path
        The file, made where there is none; None keeps events in memory only.

    Raises
    ------
    UnreadableFileError
        If the file is no workspace, is damaged, or is of another version.
    StorageError
        If it cannot be written.
    """

    def __init__(self, path: PathLike | None = None) -> None:
        self.path = None if path is None else Path(path)
        self._lock = threading.RLock()
        if self.path is not None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
        with self._errors():
            self._connection = sqlite3.connect(
                self.path or ":memory:",
                timeout=_BUSY_S,
                isolation_level=None,
                check_same_thread=False,
            )
            self._connection.execute("PRAGMA journal_mode = WAL")
            self._connection.execute("PRAGMA synchronous = FULL")
            self._prepare()

    def _prepare(self) -> None:
        self._connection.executescript(_SCHEMA)
        self._connection.executemany(
            "INSERT OR IGNORE INTO about VALUES (?, ?)",
            [("version", _VERSION), ("secret", secrets.token_hex(32))],
        )
        version = self._about("version")
        if version != _VERSION:
            raise UnreadableFileError(
                f"{self.path} has version {version}, and this program reads {_VERSION}: use the "
                "program that made it, or another file"
            )

    def close(self) -> None:
        """Release the file."""
        with self._lock:
            self._connection.close()

    def secret(self) -> bytes:
        """A key that was drawn when the workspace was made; sessions are signed with it."""
        return bytes.fromhex(self._about("secret"))

    def append(
        self, stream: str, kind: str, payload: Mapping[str, Any], *, actor: str = ""
    ) -> WorkspaceEvent:
        """Add an event; it is on the disk when this returns.

        Raises
        ------
        StorageError
            If it cannot be written.
        """
        now, text = time.time(), json.dumps(payload, ensure_ascii=False)
        with self._lock, self._errors():
            added = self._connection.execute(
                "INSERT INTO event (stream, kind, time, actor, payload) VALUES (?, ?, ?, ?, ?)",
                (stream, kind, now, actor, text),
            )
        return WorkspaceEvent(added.lastrowid or 0, stream, kind, now, actor, dict(payload))

    def events(self, stream: str) -> list[WorkspaceEvent]:
        """All that happened to one thing, oldest first."""
        return self._select("WHERE stream = ? ORDER BY seq", (stream,))

    def recent(self, kind: str, count: int) -> list[WorkspaceEvent]:
        """The last events of a kind, newest first."""
        return self._select("WHERE kind = ? ORDER BY seq DESC LIMIT ?", (kind, count))

    def after(self, seq: int, count: int) -> list[WorkspaceEvent]:
        """The next events after one, oldest first."""
        return self._select("WHERE seq > ? ORDER BY seq LIMIT ?", (seq, count))

    def last(self) -> int:
        """The place of the newest event; 0 where there is none."""
        with self._lock, self._errors():
            found = self._connection.execute("SELECT max(seq) FROM event").fetchone()
        return int(found[0] or 0)

    def unfinished(self, begun: str, ends: Sequence[str]) -> list[WorkspaceEvent]:
        """Events of a kind after which none of some other kinds has happened to the same thing."""
        check_many("ends", ends)
        ended = f"kind IN ({', '.join('?' * len(ends))})"
        rest = f"""AS begun WHERE kind = ? AND NOT EXISTS (
            SELECT 1 FROM event WHERE stream = begun.stream AND seq > begun.seq AND {ended}
        ) ORDER BY seq"""  # noqa: S608 (only question marks)
        return self._select(rest, (begun, *ends))

    def _select(self, rest: str, values: tuple[object, ...]) -> list[WorkspaceEvent]:
        query = f"SELECT seq, stream, kind, time, actor, payload FROM event {rest}"  # noqa: S608
        with self._lock, self._errors():
            rows = self._connection.execute(query, values).fetchall()
        return [
            WorkspaceEvent(seq, of, kind, when, actor, json.loads(payload))
            for seq, of, kind, when, actor, payload in rows
        ]

    def _about(self, key: str) -> str:
        with self._lock, self._errors():
            rows = self._connection.execute("SELECT value FROM about WHERE key = ?", (key,))
            return str(rows.fetchone()[0])

    @contextmanager
    def _errors(self) -> Iterator[None]:
        """Turn SQLite's errors into ours."""
        try:
            yield
        except sqlite3.DatabaseError as error:
            code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
            if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CANTOPEN):
                raise UnreadableFileError(
                    f"{self.path} is damaged or no workspace ({error}): name another file"
                ) from error
            raise StorageError(
                f"cannot use {self.path or 'the workspace'} ({error}): check the disk and who may "
                "write there; what was stored before is kept"
            ) from error
