"""Events in tables, whatever engine keeps them."""

from __future__ import annotations

import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, suppress
from typing import Any

from trovato.annotate.event_codec import to_json
from trovato.annotate.events import Event, Slot
from trovato.annotate.storage.connection import Connection
from trovato.annotate.storage.contradictions import find_contradictions
from trovato.annotate.storage.hashes import document_hash, event_hash
from trovato.annotate.storage.look import EVENT, LookQuestion, stored_event
from trovato.annotate.storage.projection import apply
from trovato.annotate.storage.store import Document, Look, PoolItem, StoredEvent
from trovato.core import InvalidInputError, PathLike, check_many

_WRITTEN = (
    "seq, id, actor, kind, slot, query, document, owner, key, payload, client_time, server_time, "
    "hash"
)
# Always one row.
LAST = (
    "SELECT coalesce(max(seq), 0), "
    "coalesce((SELECT hash FROM event ORDER BY seq DESC LIMIT 1), '') FROM event"
)


class _RollbackError(Exception):
    """Ends a transaction that should change nothing."""


class SQLEventStore(ABC):
    """What every `trovato.annotate.EventStore` in an SQL engine shares.

    Parameters
    ----------
    connection
        To the tables of the project.
    """

    def __init__(self, connection: Connection) -> None:
        self._lock = threading.RLock()
        self._connection = connection

    @abstractmethod
    def transaction(self) -> AbstractContextManager[None]:
        """All or nothing, one writer at a time; on the disk when the outermost block has ended."""

    @abstractmethod
    def search(self, words: str, k: int) -> list[str]:
        """Ids of the `k` documents that meet the words best."""

    @abstractmethod
    def backup(self, path: PathLike) -> None:
        """Write a whole copy, while others go on writing."""

    @abstractmethod
    def close(self) -> None:
        """Let go of it."""

    @abstractmethod
    def _errors(self) -> AbstractContextManager[None]:
        """Turn the engine's errors into ours."""

    @abstractmethod
    def _store_document(self, document: Document, digest: str) -> None:
        """Add a document that is new, and its words."""

    def _damage(self) -> list[str]:
        """What the engine says of its own files."""
        return []

    def add(self, event_id: str, actor: str, event: Event, client_time: float) -> StoredEvent:
        """Add an event, and bring the state up to it."""
        slot, payload, now = event.slot(actor, event_id), to_json(event), time.time()
        last, before = self._last()
        seq = last + 1
        digest = event_hash(before, event_id, actor, event.kind, payload, client_time, now)
        parts = [slot.kind, slot.query, slot.document, slot.owner, slot.key]
        row = [seq, event_id, actor, event.kind, *parts, payload, client_time, now, digest]
        places = ", ".join("?" * len(row))
        self._connection.execute(f"INSERT INTO event ({_WRITTEN}) VALUES ({places})", row)  # noqa: S608
        apply(self._connection, event, slot, seq)
        return StoredEvent(seq, event_id, actor, event, client_time, now, digest)

    def _last(self) -> tuple[int, str]:
        """The last event's `seq` and hash; inside a transaction, so that nobody adds another."""
        seq, before = self._rows(LAST)[0]
        return seq, before

    def find(self, event_id: str) -> StoredEvent | None:
        """The event with that id."""
        rows = self._rows(f"SELECT {EVENT} FROM event WHERE id = ?", [event_id])  # noqa: S608
        return stored_event(rows[0]) if rows else None

    def events(self, after: int = 0) -> Iterator[StoredEvent]:
        """All events with a `seq` above `after`, a thousand at a time."""
        sql = f"SELECT {EVENT} FROM event WHERE seq > ? ORDER BY seq LIMIT 1000"  # noqa: S608
        while rows := self._rows(sql, [after]):
            yield from map(stored_event, rows)
            after = rows[-1][0]

    def current(
        self, kind: str, *, query: str = "", document: str = "", owner: str = "", key: str = ""
    ) -> list[StoredEvent]:
        """The events that stand in the slots of a kind, by rising `seq`; empty parts match all."""
        parts = {"query": query, "document": document, "owner": owner, "key": key}
        given = {name: value for name, value in parts.items() if value}
        conditions = "".join(f" AND slot.{name} = ?" for name in given)
        return [
            stored_event(row)
            for row in self._rows(
                f"SELECT {EVENT} FROM slot JOIN event ON seq = slot.event "  # noqa: S608
                f"WHERE slot.kind = ?{conditions} ORDER BY seq",
                [kind, *given.values()],
            )
        ]

    def look(
        self,
        slots: Sequence[Slot],
        event_id: str = "",
        *,
        document: str = "",
        like: Slot | None = None,
        judge: tuple[str, str, float] | None = None,
    ) -> Look:
        """What would else take `current`, `find` and `document`, each for itself."""
        question = LookQuestion()
        question.add_slots(slots)
        if event_id:
            question.add_event(event_id)
        if document:
            question.add_document(document)
        if like:
            question.add_like(like)
        if judge:
            question.add_room(document, *judge)
        return question.answer(self._rows(question.sql, question.values) if question.sql else ())

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
        held = (
            "SELECT 0 AS held, batch, p.query, place, p.document FROM lease "  # noqa: S608
            f"JOIN pool_item p USING (query, document) WHERE actor = ? AND until > ? AND {mine} "
            "ORDER BY batch, p.query, place LIMIT ?"
        )
        free = (
            "SELECT 1 AS held, batch, query, place, document FROM pool_item p "  # noqa: S608
            "WHERE judged < wanted AND judged + (SELECT count(*) FROM lease WHERE "
            "lease.query = p.query AND lease.document = p.document AND until > ?) < wanted "
            "AND NOT EXISTS (SELECT 1 FROM lease WHERE lease.query = p.query AND "
            f"lease.document = p.document AND actor = ? AND until > ?) AND {mine} "
            "ORDER BY batch, query, place LIMIT ?"
        )
        rows = self._rows(
            f"SELECT query, document FROM (SELECT * FROM ({held}) AS held "  # noqa: S608
            f"UNION ALL SELECT * FROM ({free}) AS free) AS found "
            "ORDER BY held, batch, query, place LIMIT ?",
            [actor, now, actor, count, now, actor, now, actor, count, count],
        )
        found = [(query, document) for query, document in rows]
        self._connection.execute("DELETE FROM lease WHERE until <= ?", [now])
        self._connection.executemany(
            "INSERT INTO lease VALUES (?, ?, ?, ?) "
            "ON CONFLICT (query, document, actor) DO UPDATE SET until = excluded.until",
            [(query, document, actor, until) for query, document in found],
        )
        return found

    def release(self, actor: str, query: str, document: str) -> None:
        """Give a lease back."""
        self._connection.execute(
            "DELETE FROM lease WHERE query = ? AND document = ? AND actor = ?",
            [query, document, actor],
        )

    def add_documents(self, documents: Iterable[Document]) -> int:
        """Add those that are new.

        Raises
        ------
        InvalidInputError
            If one has the id of another text, or half of a surrogate pair.
        """
        given = [(one, _digest(one)) for one in documents]
        stored: dict[str, str] = {}
        for ids in _chunks([one.id for one, _ in given]):
            places = ", ".join("?" * len(ids))
            sql = f"SELECT id, sha256 FROM document WHERE id IN ({places})"  # noqa: S608
            stored |= dict(self._rows(sql, ids))
        added = 0
        for one, digest in given:
            if stored.get(one.id, digest) != digest:
                raise InvalidInputError(
                    f"document {one.id!r} is there with another text: documents never change; give "
                    "the new version an id of its own"
                )
            if one.id not in stored:
                self._store_document(one, digest)
                stored[one.id] = digest
                added += 1
        return added

    def missing(self, document_ids: Iterable[str]) -> list[str]:
        """Those for which there is no document.

        Raises
        ------
        InvalidInputError
            If it is one text.
        """
        check_many("document_ids", document_ids)
        names, there = list(document_ids), set()
        for ids in _chunks(names):
            places = ", ".join("?" * len(ids))
            rows = self._rows(f"SELECT id FROM document WHERE id IN ({places})", ids)  # noqa: S608
            there |= {name for (name,) in rows}
        return [name for name in names if name not in there]

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

    def secret(self) -> str:
        """What addresses of this project are signed with."""
        return self._about("secret")

    def problems(self) -> list[str]:
        """What contradicts itself; reads everything, and changes nothing."""
        found: list[str] = []
        with suppress(_RollbackError), self.transaction():
            found = [*self._damage(), *find_contradictions(self._connection)]
            raise _RollbackError
        return found

    def _about(self, key: str) -> str:
        return str(self._rows("SELECT value FROM about WHERE key = ?", [key])[0][0])

    def _rows(self, sql: str, values: Iterable[Any] = ()) -> list[Any]:
        with self._lock, self._errors():
            return self._connection.execute(sql, list(values)).fetchall()


def _digest(one: Document) -> str:
    try:
        one.id.encode()
        return document_hash(one.title, one.text)
    except UnicodeEncodeError as error:
        raise InvalidInputError(f"document {one.id!r} is no text: {error}") from error


def _chunks(names: Sequence[str]) -> Iterator[list[str]]:
    """Names by the hundred; of few lengths, so that few statements are prepared for them."""
    for at in range(0, len(names), 512):
        chunk = list(names[at : at + 512])
        yield chunk + chunk[-1:] * ((1 << (len(chunk) - 1).bit_length()) - len(chunk))
