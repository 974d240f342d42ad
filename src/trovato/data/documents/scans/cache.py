"""What OCR has read, kept in a file."""

from __future__ import annotations

import json
import logging
import sqlite3
from contextlib import suppress
from itertools import count
from pathlib import Path

from trovato.core import PathLike, StorageError, file_errors
from trovato.data.documents.reading_order import Line
from trovato.data.documents.scans.turned import TurnedLines

_log = logging.getLogger(__name__)


class OcrCache:
    """Results by picture and engine, in an SQLite file that several processes may share.

    A cache is never worth an error: what cannot be read counts as absent, and what cannot be stored
    is read anew next time.

    Parameters
    ----------
    path
        The file. One that is damaged, or no SQLite database, is put aside as `….damaged-1`, and a
        new one is begun; a warning is logged.

    Raises
    ------
    StorageError
        If the file cannot be opened for another reason; it is left as it is.
    """

    def __init__(self, path: PathLike) -> None:
        path = Path(path)
        with file_errors("make", path.parent):
            path.parent.mkdir(parents=True, exist_ok=True)
        try:
            self._database = self._open(path)
        except sqlite3.DatabaseError as error:
            # The lowest byte of an extended code is the primary one.
            code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
            if code not in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
                raise StorageError(
                    f"cannot open the cache {path} ({error}): check who may write there and that "
                    "the disk has room, or try again; it is left as it is"
                ) from error
            aside = _put_aside(path)
            _log.warning("%s is damaged (%s): kept as %s, and begun anew", path, error, aside)
            self._database = self._open(path)

    @staticmethod
    def _open(path: Path) -> sqlite3.Connection:
        database = sqlite3.connect(path, timeout=30, isolation_level=None, check_same_thread=False)
        try:
            database.execute("PRAGMA journal_mode = WAL")
            database.execute(
                "CREATE TABLE IF NOT EXISTS results (key TEXT PRIMARY KEY, lines TEXT)"
            )
        except sqlite3.DatabaseError:
            database.close()
            raise
        return database

    def get(self, key: str) -> TurnedLines | None:
        """What was stored under `key`."""
        try:
            query = "SELECT lines FROM results WHERE key = ?"
            row = self._database.execute(query, [key]).fetchone()
            if row is None:
                return None
            turn, lines = json.loads(row[0])
            return TurnedLines([Line(text, *box) for text, box in lines], int(turn))
        except (sqlite3.DatabaseError, ValueError, TypeError):
            return None

    def put(self, key: str, found: TurnedLines) -> None:
        """Store a result."""
        stored = [found.turn, [[line.text, line[1:]] for line in found.lines]]
        with suppress(sqlite3.DatabaseError):
            self._database.execute(
                "INSERT OR REPLACE INTO results VALUES (?, ?)",
                [key, json.dumps(stored, ensure_ascii=False)],
            )

    def close(self) -> None:
        """Release the file."""
        self._database.close()


def _put_aside(path: Path) -> Path:
    """Give a database, and its log, a name that is free."""
    names = (path.with_name(f"{path.name}.damaged-{number}") for number in count(1))
    aside = next(name for name in names if not name.exists())
    with file_errors("rename", path):
        for end in ("-wal", "-shm", ""):
            part = path.with_name(path.name + end)
            if part.exists():
                part.replace(aside.with_name(aside.name + end))
    return aside
