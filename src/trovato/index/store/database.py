"""Where SQLite's errors become ours."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from trovato.core import (
    CollectionBusyError,
    CorruptCollectionError,
    InvalidInputError,
    StorageError,
    TrovatoError,
)

_ROOM = "make room on that disk and try again"
_RIGHTS = "check who may write there"
_DISK = "check the disk, then run `trovato verify` on the collection"
# Rows fetched at a time.
_ROWS = 256
# Primary result codes of SQLite that tell of the system under it, not of our SQL.
_SQLITE_ADVICE = {
    sqlite3.SQLITE_FULL: _ROOM,
    sqlite3.SQLITE_PERM: _RIGHTS,
    sqlite3.SQLITE_READONLY: _RIGHTS,
    sqlite3.SQLITE_CANTOPEN: _RIGHTS,
    sqlite3.SQLITE_IOERR: _DISK,
    sqlite3.SQLITE_NOMEM: "free some memory and try again",
}


@contextmanager
def database_errors(path: Path) -> Iterator[None]:
    """Turn SQLite's errors on the database at `path` into ours; those of wrong SQL stay.

    Raises
    ------
    CorruptCollectionError
        If the database contradicts itself.
    CollectionBusyError
        If another process holds it.
    InvalidInputError
        If it was closed before.
    StorageError
        If the system under SQLite refuses.
    """
    try:
        yield
    except sqlite3.Error as error:
        _raise_translated(path, error)
        raise


def _raise_translated(path: Path, error: sqlite3.Error) -> None:
    translated = _translated(path, error)
    if translated is not None:
        raise translated from error


def _translated(path: Path, error: sqlite3.Error) -> TrovatoError | None:
    if isinstance(error, sqlite3.ProgrammingError) and "closed database" in str(error):
        return InvalidInputError("this reader or writer is closed: open another one")
    # The lowest byte of an extended code is the primary one.
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
    if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        return CorruptCollectionError(
            f"{path} cannot be read ({error}): run `trovato repair` on the collection; where that "
            "fails, restore it from a copy, or delete it and index again"
        )
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return CollectionBusyError(
            f"{path} is held by another process ({error}): wait until that is done, or end it"
        )
    if code in _SQLITE_ADVICE:
        return StorageError(
            f"cannot read or write {path} ({error}): {_SQLITE_ADVICE[code]}; what was stored "
            "before is kept"
        )
    return None


class Database(sqlite3.Connection):
    """A connection whose errors are ours; transactions are begun and ended by hand.

    Parameters
    ----------
    path
        A database that exists.
    timeout
        Seconds to wait for another process.

    Raises
    ------
    CorruptCollectionError, CollectionBusyError, StorageError
        See `database_errors`; every statement may raise them, and so may the rows it gives.
    """

    def __init__(self, path: Path, timeout: float = 5.0) -> None:
        self.path = path
        with database_errors(path):
            super().__init__(
                f"{path.resolve().as_uri()}?mode=rw",
                timeout=timeout,
                uri=True,
                isolation_level=None,
                check_same_thread=False,
            )

    def execute(self, sql: str, parameters: Any = ()) -> sqlite3.Cursor:
        """Run one statement."""
        return self._cursor().execute(sql, parameters)

    def executemany(self, sql: str, parameters: Iterable[Any]) -> sqlite3.Cursor:
        """Run one statement for each row of parameters."""
        return self._cursor().executemany(sql, parameters)

    def executescript(self, script: str) -> sqlite3.Cursor:
        """Run several statements."""
        return self._cursor().executescript(script)

    def _cursor(self) -> _Cursor:
        try:
            return self.cursor(_Cursor)
        except sqlite3.Error as error:
            _raise_translated(self.path, error)
            raise


class _Cursor(sqlite3.Cursor):
    """Rows of a `Database`: SQLite finds most of them, and its errors, while they are fetched.

    Errors are caught by hand: a text that is added takes some 25 statements, and `database_errors`
    around each would cost as much as SQLite itself.
    """

    connection: Database

    def execute(self, sql: str, parameters: Any = ()) -> _Cursor:
        try:
            return super().execute(sql, parameters)
        except sqlite3.Error as error:
            _raise_translated(self.connection.path, error)
            raise

    def executemany(self, sql: str, parameters: Iterable[Any]) -> _Cursor:
        try:
            return super().executemany(sql, parameters)
        except sqlite3.Error as error:
            _raise_translated(self.connection.path, error)
            raise

    def executescript(self, script: str) -> sqlite3.Cursor:
        try:
            return super().executescript(script)
        except sqlite3.Error as error:
            _raise_translated(self.connection.path, error)
            raise

    def fetchone(self) -> Any:
        try:
            return super().fetchone()
        except sqlite3.Error as error:
            _raise_translated(self.connection.path, error)
            raise

    def fetchall(self) -> list[Any]:
        try:
            return super().fetchall()
        except sqlite3.Error as error:
            _raise_translated(self.connection.path, error)
            raise

    def __iter__(self) -> Iterator[Any]:  # type: ignore[override]
        try:
            while rows := super().fetchmany(_ROWS):
                yield from rows
        except sqlite3.Error as error:
            _raise_translated(self.connection.path, error)
            raise
