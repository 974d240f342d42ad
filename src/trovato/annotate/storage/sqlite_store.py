"""Events in one SQLite file: write-ahead log, a sync before every acknowledgement."""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from trovato.annotate.storage.schema import SCHEMA, VERSION
from trovato.annotate.storage.sql_store import SQLEventStore
from trovato.annotate.storage.sqlite_errors import project_errors
from trovato.annotate.storage.store import Document
from trovato.core import InvalidInputError, PathLike, UnreadableFileError, atomic_path
from trovato.index.store.words.full_text import match_expression

# SQLite asks again and again in no order: of many writers in processes of their own some wait long.
_BUSY_S = 60.0


class SQLiteEventStore(SQLEventStore):
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
        with project_errors(self.path):
            self._connection: sqlite3.Connection = sqlite3.connect(
                self.path, timeout=_BUSY_S, isolation_level=None, check_same_thread=False
            )
            super().__init__(self._connection)
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

    def _errors(self) -> AbstractContextManager[None]:
        return project_errors(self.path)

    def _store_document(self, document: Document, digest: str) -> None:
        parts = [document.title, document.text]
        cursor = self._connection.execute(
            "INSERT INTO document VALUES (NULL, ?, ?, ?, ?)", [document.id, *parts, digest]
        )
        self._connection.execute(
            "INSERT INTO words (rowid, title, text) VALUES (?, ?, ?)", [cursor.lastrowid, *parts]
        )

    def _damage(self) -> list[str]:
        told = self._connection.execute("PRAGMA integrity_check")
        return [f"the file is damaged: {line}" for (line,) in told if line != "ok"]
