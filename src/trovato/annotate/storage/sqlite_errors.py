"""Where SQLite's errors on a project become ours."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from trovato.core import InvalidInputError, StorageError, UnreadableFileError


@contextmanager
def project_errors(path: Path) -> Iterator[None]:
    """Turn SQLite's errors on the project at `path` into ours; those of wrong SQL stay.

    Raises
    ------
    UnreadableFileError
        If the file is damaged, or no project.
    StorageError
        If another process holds it for too long, or the system refuses.
    InvalidInputError
        If it was closed before.
    """
    try:
        yield
    except sqlite3.ProgrammingError as error:
        if "closed database" in str(error):
            raise InvalidInputError(f"the project {path} is closed: open it again") from error
        raise
    except sqlite3.DatabaseError as error:
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
        if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
            raise UnreadableFileError(
                f"{path} is damaged or no project ({error}): open a backup of it"
            ) from error
        if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            raise StorageError(
                f"{path} is held by another process ({error}): wait until that is done"
            ) from error
        if code in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY):
            raise StorageError(
                f"cannot write {path} ({error}): check the disk and who may write there; what was "
                "stored before is kept"
            ) from error
        if code == sqlite3.SQLITE_CANTOPEN:
            raise UnreadableFileError(f"{path} cannot be opened ({error})") from error
        raise
