"""Events in PostgreSQL, for many writers on many machines."""

from __future__ import annotations

import re
import secrets
import zlib
from collections.abc import Iterator
from contextlib import contextmanager

from trovato.annotate.events import Event
from trovato.annotate.storage.postgres.address import PostgresAddress
from trovato.annotate.storage.postgres.connection import PostgresConnection
from trovato.annotate.storage.postgres.schema import POSTGRES_SCHEMA, POSTGRES_VERSION
from trovato.annotate.storage.sql_store import LAST, SQLEventStore
from trovato.annotate.storage.store import Document, StoredEvent
from trovato.core import (
    InvalidInputError,
    PathLike,
    StorageError,
    UnreadableFileError,
)

_NAME = re.compile(r"[a-z_][a-z0-9_]{0,62}")


class PostgresEventStore(SQLEventStore):
    """A `trovato.annotate.EventStore` in a schema of a PostgreSQL database.

    Threads may share it: one of them uses it at a time. Processes and machines each open their own.

    Parameters
    ----------
    url
        Of the database: `postgresql://user:password@host:5432/database`.
    name
        Of the schema: small letters, digits and `_`.
    create
        Make it; else it must be there.

    Raises
    ------
    InvalidInputError
        If it is to be made and is there, or the name cannot be one.
    UnreadableFileError
        If it is to be opened and is not there, or is of another version.
    StorageError
        If the server cannot be reached, or refuses.
    MissingExtraError
        If pg8000 is not installed.
    """

    def __init__(self, url: str, name: str, *, create: bool = False) -> None:
        if not _NAME.fullmatch(name):
            raise InvalidInputError(f"a schema has small letters, digits and _ only, got {name!r}")
        self.name = name
        self._added: tuple[int, str] | None = None  # by this transaction
        with self._errors():
            self._pg = PostgresConnection(PostgresAddress.of(url), name)
            super().__init__(self._pg)
            known = self._pg.execute("SELECT 1 FROM pg_namespace WHERE nspname = ?", [name])
            if create == bool(known.fetchone()):
                self._pg.close()
                raise (
                    InvalidInputError(f"schema {name} exists: open it, or choose another name")
                    if create
                    else UnreadableFileError(f"there is no schema {name}: make it first")
                )
            if create:
                self._make()
        version = self._about("version")
        if version != str(POSTGRES_VERSION):
            raise UnreadableFileError(
                f"{name} has version {version}, this program reads {POSTGRES_VERSION}"
            )

    def _make(self) -> None:
        self._pg.begin()
        for statement in (f'CREATE SCHEMA "{self.name}"', *POSTGRES_SCHEMA):
            self._pg.execute(statement)
        rows = [("version", str(POSTGRES_VERSION)), ("secret", secrets.token_hex(32))]
        self._pg.executemany("INSERT INTO about VALUES (?, ?)", rows)
        self._pg.commit()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing, one writer at a time; on the disk when the outermost block has ended."""
        with self._lock, self._errors():
            if self._pg.in_transaction:
                yield
                return
            # Whoever writes to this project waits here for the others.
            lock = f"SELECT pg_advisory_xact_lock({zlib.crc32(self.name.encode())})"
            self._added = None
            self._pg.begin(lock, LAST)
            try:
                yield
                self._pg.commit()
            except BaseException:
                self._pg.rollback()
                raise

    def add(self, event_id: str, actor: str, event: Event, client_time: float) -> StoredEvent:
        """Add an event, and bring the state up to it."""
        stored = super().add(event_id, actor, event, client_time)
        self._added = (stored.seq, stored.hash)
        return stored

    def _last(self) -> tuple[int, str]:
        if self._added is None:
            _, (seq, before) = self._pg.opened()
            self._added = (seq, before)
        return self._added

    def search(self, words: str, k: int) -> list[str]:
        """Ids of the `k` documents that meet any of the words best, by `ts_rank`, ties by id."""
        asked = re.findall(r"\w+", words)
        if not asked:
            return []
        said = "to_tsvector('simple', title || ' ' || text)"
        rows = self._rows(
            f"SELECT id FROM document, to_tsquery('simple', ?) AS asked WHERE {said} @@ asked "  # noqa: S608
            f"ORDER BY ts_rank({said}, asked) DESC, id LIMIT ?",
            [" | ".join(asked), k],
        )
        return [found for (found,) in rows]

    def backup(self, path: PathLike) -> None:
        """Not here: the server has programs of its own for that.

        Raises
        ------
        InvalidInputError
            Always.
        """
        raise InvalidInputError(
            f"a project in PostgreSQL is copied by `pg_dump --schema={self.name}`, not to {path}"
        )

    def close(self) -> None:
        """Let go of the server."""
        with self._lock:
            self._pg.close()

    @contextmanager
    def _errors(self) -> Iterator[None]:
        errors = _errors_of_the_driver()
        try:
            yield
        except errors as error:
            raise StorageError(
                f"PostgreSQL cannot be used for {self.name} ({_said(error)}): check the server and "
                "who may write there; what was stored before is kept"
            ) from error

    def _store_document(self, document: Document, digest: str) -> None:
        self._pg.execute(
            "INSERT INTO document (id, title, text, sha256) VALUES (?, ?, ?, ?)",
            [document.id, document.title, document.text, digest],
        )


def _said(error: Exception) -> object:
    """What the server said, without the parts that only its makers read."""
    parts = error.args[0] if error.args else None
    return parts["M"] if isinstance(parts, dict) and "M" in parts else error


def _errors_of_the_driver() -> tuple[type[Exception], ...]:
    try:
        import pg8000.exceptions
    except ImportError:
        return ()
    return (pg8000.exceptions.Error, OSError)
