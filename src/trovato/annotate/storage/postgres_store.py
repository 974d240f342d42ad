"""Events in PostgreSQL, for many writers on many machines."""

from __future__ import annotations

import re
import secrets
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from trovato.annotate.storage.postgres_schema import POSTGRES_SCHEMA
from trovato.annotate.storage.schema import VERSION
from trovato.annotate.storage.sql_store import SQLEventStore
from trovato.annotate.storage.store import Document
from trovato.core import (
    InvalidInputError,
    MissingExtraError,
    PathLike,
    StorageError,
    UnreadableFileError,
)

if TYPE_CHECKING:
    import pg8000.dbapi

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
        self._inside = False
        with self._errors():
            self._pg = _PgConnection(_connected(url))
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
            self._pg.execute(f"SET search_path TO {name}")
        version = self._about("version")
        if version != str(VERSION):
            raise UnreadableFileError(f"{name} has version {version}, this program reads {VERSION}")

    def _make(self) -> None:
        with self.transaction():
            self._pg.execute(f"CREATE SCHEMA {self.name}")
            self._pg.execute(f"SET LOCAL search_path TO {self.name}")
            for statement in POSTGRES_SCHEMA:
                self._pg.execute(statement)
            rows = [("version", str(VERSION)), ("secret", secrets.token_hex(32))]
            self._pg.executemany("INSERT INTO about VALUES (?, ?)", rows)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing, one writer at a time; on the disk when the outermost block has ended."""
        with self._lock, self._errors():
            if self._inside:
                yield
                return
            self._pg.execute("BEGIN")
            self._inside = True
            try:
                # Whoever writes to this project waits here for the others.
                self._pg.execute(
                    "SELECT pg_advisory_xact_lock(?)", [zlib.crc32(self.name.encode())]
                )
                yield
            except BaseException:
                self._pg.execute("ROLLBACK")
                raise
            else:
                self._pg.execute("COMMIT")
            finally:
                self._inside = False

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
                f"PostgreSQL cannot be used for {self.name} ({error}): check the server and who "
                "may write there; what was stored before is kept"
            ) from error

    def _store_document(self, document: Document, digest: str) -> None:
        self._pg.execute(
            "INSERT INTO document (id, title, text, sha256) VALUES (?, ?, ?, ?)",
            [document.id, document.title, document.text, digest],
        )


class _PgConnection:
    """Statements with `?` for values, and texts with characters that PostgreSQL does not keep."""

    def __init__(self, connection: pg8000.dbapi.Connection) -> None:
        self._connection = connection

    def execute(self, sql: str, values: Sequence[Any] = (), /) -> _Found:
        cursor = self._connection.cursor()
        cursor.execute(sql.replace("%", "%%").replace("?", "%s"), [_kept(one) for one in values])
        rows = cursor.fetchall() if cursor.description else ()
        return _Found(tuple(map(_given, row)) for row in rows)

    def executemany(self, sql: str, values: Sequence[Sequence[Any]], /) -> None:
        for row in values:
            self.execute(sql, row)

    def close(self) -> None:
        self._connection.close()


class _Found(list[Any]):
    """Rows that have all come."""

    def fetchone(self) -> Any:
        return self[0] if self else None

    def fetchall(self) -> list[Any]:
        return list(self)


def _kept(value: Any) -> Any:
    """A text without NUL, which PostgreSQL does not keep: it stands as an escape."""
    if isinstance(value, str):
        return value.replace("\x1a", "\x1aa").replace("\0", "\x1a0")
    return value


def _given(value: Any) -> Any:
    if isinstance(value, str):
        return value.replace("\x1a0", "\0").replace("\x1aa", "\x1a")
    return value


def _connected(url: str) -> pg8000.dbapi.Connection:
    try:
        import pg8000.dbapi
    except ImportError as error:
        raise MissingExtraError("pg8000", "postgres", "a project in PostgreSQL") from error
    parts = urlsplit(url)
    if parts.scheme not in ("postgres", "postgresql") or not parts.path.strip("/"):
        raise InvalidInputError(
            "a database is named postgresql://user:password@host:5432/database, got "
            f"{parts.scheme}://…{parts.path}"
        )
    connection = pg8000.dbapi.connect(
        user=unquote(parts.username or "postgres"),
        password=unquote(parts.password) if parts.password else None,
        host=parts.hostname or "localhost",
        port=parts.port or 5432,
        database=parts.path.strip("/"),
    )
    connection.autocommit = True
    return connection


def _errors_of_the_driver() -> tuple[type[Exception], ...]:
    try:
        import pg8000.exceptions
    except ImportError:
        return ()
    return (pg8000.exceptions.Error, OSError)
