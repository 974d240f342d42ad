"""Events in one SQLite file: write-ahead log, a sync before every acknowledgement."""

from __future__ import annotations

import secrets
import sqlite3
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from trovato.annotate.event_codec import from_json, to_json
from trovato.annotate.events import Event
from trovato.annotate.storage.hashes import document_hash, event_hash
from trovato.annotate.storage.projection import apply
from trovato.annotate.storage.schema import SCHEMA, VERSION
from trovato.annotate.storage.sqlite_errors import project_errors
from trovato.annotate.storage.sqlite_verify import find_problems
from trovato.annotate.storage.store import Document, PoolItem, StoredEvent
from trovato.core import InvalidInputError, PathLike, UnreadableFileError, atomic_path
from trovato.index.store.words.full_text import match_expression

# SQLite asks again and again in no order: of many writers in processes of their own some wait long.
_BUSY_S = 60.0
_EVENT = "seq, id, actor, event.kind, payload, client_time, server_time, hash"


class SQLiteEventStore:
    """A `trovato.annotate.EventStore` in one file.

    Threads may share it: one of them uses it at a time. So may processes.

    Parameters
    ----------
    path
        The file.
    create
        Make it; else it must be there.

    Raises
    ------
    InvalidInputError
        If it is to be made and is there.
    UnreadableFileError
        If it is to be opened and is not there, is damaged, or is of a newer version.
    """

    def __init__(self, path: PathLike, *, create: bool = False) -> None:
        self.path = Path(path)
        if create and self.path.exists():
            raise InvalidInputError(f"{self.path} exists: open it, or choose another name")
        if not create and not self.path.is_file():
            raise UnreadableFileError(f"there is no project {self.path}: make it with `init`")
        self._lock = threading.RLock()
        with project_errors(self.path):
            self._connection = sqlite3.connect(
                self.path, timeout=_BUSY_S, isolation_level=None, check_same_thread=False
            )
            self._connection.execute("PRAGMA journal_mode = WAL")
            self._connection.execute("PRAGMA synchronous = FULL")
            if create:
                self._connection.executescript(f"BEGIN; {SCHEMA} COMMIT;")
                self._connection.executemany(
                    "INSERT INTO about VALUES (?, ?)",
                    [("version", str(VERSION)), ("secret", secrets.token_hex(32))],
                )
            self._check_version()

    def _check_version(self) -> None:
        tables = "SELECT count(*) FROM sqlite_schema WHERE name IN ('about', 'event')"
        if self._connection.execute(tables).fetchone() != (2,):
            raise UnreadableFileError(f"{self.path} is no project: make one with `init`")
        version = int(self._about("version"))
        if version != VERSION:
            raise UnreadableFileError(
                f"{self.path} has version {version}, and this program reads {VERSION}: use the "
                "program that made it"
            )

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing, one writer at a time; on the disk when the outermost block has ended."""
        with self._lock, project_errors(self.path):
            if self._connection.in_transaction:
                yield
                return
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    def add(self, event_id: str, actor: str, event: Event, client_time: float) -> StoredEvent:
        """Add an event, and bring the state up to it."""
        slot, payload, now = event.slot(actor, event_id), to_json(event), time.time()
        last = self._rows("SELECT hash FROM event ORDER BY seq DESC LIMIT 1")
        digest = event_hash(
            last[0][0] if last else "", event_id, actor, event.kind, payload, client_time, now
        )
        parts = [slot.kind, slot.query, slot.document, slot.owner, slot.key]
        row = [event_id, actor, event.kind, *parts, payload, client_time, now, digest]
        places = ", ".join("?" * len(row))
        cursor = self._connection.execute(f"INSERT INTO event VALUES (NULL, {places})", row)  # noqa: S608
        seq = int(cursor.lastrowid or 0)
        apply(self._connection, event, slot)
        return StoredEvent(seq, event_id, actor, event, client_time, now, digest)

    def find(self, event_id: str) -> StoredEvent | None:
        """The event with that id."""
        rows = self._rows(f"SELECT {_EVENT} FROM event WHERE id = ?", [event_id])  # noqa: S608
        return _stored(rows[0]) if rows else None

    def events(self, after: int = 0) -> Iterator[StoredEvent]:
        """All events with a `seq` above `after`, a thousand at a time."""
        sql = f"SELECT {_EVENT} FROM event WHERE seq > ? ORDER BY seq LIMIT 1000"  # noqa: S608
        while rows := self._rows(sql, [after]):
            yield from map(_stored, rows)
            after = rows[-1][0]

    def current(
        self, kind: str, *, query: str = "", document: str = "", owner: str = "", key: str = ""
    ) -> list[StoredEvent]:
        """The events that stand in the slots of a kind, by rising `seq`; empty parts match all."""
        parts = {"query": query, "document": document, "owner": owner, "key": key}
        given = {name: value for name, value in parts.items() if value}
        conditions = "".join(f" AND slot.{name} = ?" for name in given)
        return [
            _stored(row)
            for row in self._rows(
                f"SELECT {_EVENT} FROM slot JOIN event ON seq = slot.event "  # noqa: S608
                f"WHERE slot.kind = ?{conditions} ORDER BY seq",
                [kind, *given.values()],
            )
        ]

    def is_undone(self, seq: int) -> bool:
        """Whether the event was taken back."""
        return bool(self._rows("SELECT 1 FROM undone WHERE event = ?", [seq]))

    def pool(self, query: str = "") -> Iterator[PoolItem]:
        """The pool, or that of one query, by query and document."""
        chosen = "WHERE query = ? " if query else ""
        columns = "query, document, place, size, priority, wanted, judged"
        sql = f"SELECT {columns} FROM pool_item {chosen}ORDER BY query, document"  # noqa: S608
        return (PoolItem(*row) for row in self._rows(sql, [query] if query else []))

    def open_items(self) -> int:
        """How many documents of the pool still want someone's grade."""
        return int(self._rows("SELECT count(*) FROM pool_item WHERE judged < wanted")[0][0])

    def lease(self, actor: str, now: float, until: float, count: int = 1) -> list[tuple[str, str]]:
        """What they hold already, then the next that are open; in the order of the pool."""
        mine = (
            "NOT EXISTS (SELECT 1 FROM slot WHERE kind = 'judgement' AND slot.query = p.query "
            "AND slot.document = p.document AND owner = ?)"
        )
        self._connection.execute("DELETE FROM lease WHERE until <= ?", [now])
        found = self._rows(
            "SELECT p.query, p.document FROM lease p JOIN pool_item USING (query, document) "  # noqa: S608
            f"WHERE actor = ? AND {mine} ORDER BY batch, p.query, place LIMIT ?",
            [actor, actor, count],
        )
        found += self._rows(
            "SELECT query, document FROM pool_item p WHERE judged < wanted "  # noqa: S608
            "AND judged + (SELECT count(*) FROM lease WHERE lease.query = p.query "
            "AND lease.document = p.document) < wanted AND NOT EXISTS (SELECT 1 FROM lease "
            "WHERE lease.query = p.query AND lease.document = p.document AND actor = ?) "
            f"AND {mine} ORDER BY batch, query, place LIMIT ?",
            [actor, actor, count - len(found)],
        )
        self._connection.executemany(
            "INSERT OR REPLACE INTO lease VALUES (?, ?, ?, ?)",
            [(query, document, actor, until) for query, document in found],
        )
        return found

    def release(self, actor: str, query: str, document: str) -> None:
        """Give a lease back."""
        self._connection.execute(
            "DELETE FROM lease WHERE query = ? AND document = ? AND actor = ?",
            [query, document, actor],
        )

    def is_full(self, actor: str, query: str, document: str, now: float) -> bool:
        """Whether a pooled document has no place left for a grade of someone who holds none."""
        parts = [query, document]
        rows = self._rows(
            "SELECT wanted, judged, (SELECT count(*) FROM lease WHERE query = ? AND document = ? "
            "AND actor != ? AND until > ?) FROM pool_item WHERE query = ? AND document = ?",
            [*parts, actor, now, *parts],
        )
        return bool(rows) and rows[0][1] + rows[0][2] >= rows[0][0]

    def add_documents(self, documents: Iterable[Document]) -> int:
        """Add those that are new.

        Raises
        ------
        InvalidInputError
            If one has the id of another text, or half of a surrogate pair.
        """
        added = 0
        for one in documents:
            try:
                digest = document_hash(one.title, one.text)
                found = self._rows("SELECT sha256 FROM document WHERE id = ?", [one.id])
            except UnicodeEncodeError as error:
                raise InvalidInputError(f"document {one.id!r} is no text: {error}") from error
            if found and found[0][0] != digest:
                raise InvalidInputError(
                    f"document {one.id!r} is there with another text: documents never change; give "
                    "the new version an id of its own"
                )
            if not found:
                cursor = self._connection.execute(
                    "INSERT INTO document VALUES (NULL, ?, ?, ?, ?)",
                    [one.id, one.title, one.text, digest],
                )
                self._connection.execute(
                    "INSERT INTO words (rowid, title, text) VALUES (?, ?, ?)",
                    [cursor.lastrowid, one.title, one.text],
                )
                added += 1
        return added

    def document(self, document_id: str) -> Document | None:
        """The document with that id."""
        rows = self._rows("SELECT id, text, title FROM document WHERE id = ?", [document_id])
        return Document(*rows[0]) if rows else None

    def documents(self) -> Iterator[Document]:
        """All documents, in the order in which they came, a hundred at a time."""
        after = 0
        sql = "SELECT place, id, text, title FROM document WHERE place > ? ORDER BY place LIMIT 100"
        while rows := self._rows(sql, [after]):
            yield from (Document(*columns) for _, *columns in rows)
            after = rows[-1][0]

    def count_documents(self) -> int:
        """How many documents there are."""
        return int(self._rows("SELECT count(*) FROM document")[0][0])

    def search(self, words: str, k: int) -> list[str]:
        """Ids of the `k` documents that meet the words best, by BM25, ties by id."""
        expression = match_expression(words)
        if not expression:
            return []
        rows = self._rows(
            "SELECT id FROM words JOIN document ON place = words.rowid WHERE words MATCH ? "
            "ORDER BY bm25(words), id LIMIT ?",
            [expression, k],
        )
        return [found for (found,) in rows]

    def secret(self) -> str:
        """What addresses of this project are signed with."""
        return self._about("secret")

    def problems(self) -> list[str]:
        """What contradicts itself; reads everything."""
        with self._lock, project_errors(self.path):
            return find_problems(self._connection)

    def backup(self, path: PathLike) -> None:
        """Write a whole copy, which takes its name when it is whole.

        Raises
        ------
        InvalidInputError
            If there is a file of that name.
        """
        if Path(path).exists():
            raise InvalidInputError(f"{path} exists: give the backup another name")
        with atomic_path(path) as part, self._lock, project_errors(self.path):
            copy = sqlite3.connect(part)
            self._connection.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")
            copy.close()

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._connection.close()

    def _about(self, key: str) -> str:
        return str(self._rows("SELECT value FROM about WHERE key = ?", [key])[0][0])

    def _rows(self, sql: str, values: Iterable[Any] = ()) -> list[Any]:
        with self._lock, project_errors(self.path):
            return self._connection.execute(sql, list(values)).fetchall()


def _stored(row: Any) -> StoredEvent:
    seq, event_id, actor, kind, payload, *rest = row
    return StoredEvent(seq, event_id, actor, from_json(kind, payload), *rest)
