"""The tables of a collection, and how its database is opened."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from unicodedata import normalize

from trovato.core import (
    CollectionBusyError,
    CollectionNotFoundError,
    CorruptCollectionError,
    IncompatibleCollectionError,
    InvalidInputError,
    file_errors,
)
from trovato.index.store.database import Database
from trovato.index.store.fields import DEFAULT_FIELD, VectorField, insert_field
from trovato.index.store.table_definitions import TABLES
from trovato.ops import codes, search_words

DATABASE = "trovato.db"
SEGMENTS = "segments"
WRITER_LOCK = "writer.lock"
FORMAT = 8
# What `upgrade` turns into the newest format, and is read as it is until then.
OLD_FORMATS = (2, 3, 4, 5, 6, 7)
# Before it, words were searched in FTS5 alone.
WORD_SEGMENTS_SINCE = 7
# Before it, FTS5 alone knew the terms.
TERMS_SINCE = 8
# Marks the database as ours in its header: the letters "trov".
_APPLICATION_ID = 0x74726F76


def connect(path: Path) -> Database:
    """Open the database at `path`, which must exist.

    Raises
    ------
    CorruptCollectionError, CollectionBusyError, StorageError
        See `Database`.
    """
    connection = Database(path)
    connection.create_function("folded", 1, _folded, deterministic=True)
    # What the word index is made of; a change of either is another format.
    for name, terms in (("search_words", search_words), ("codes", codes)):
        connection.create_function(name, 1, _joined(terms), deterministic=True)
    return connection


def lock_writer(folder: Path) -> Database:
    """Hold the writer's lock of a collection until what comes back is closed.

    It is that of an empty database, which every system frees after a crash.

    Raises
    ------
    CollectionBusyError
        If another writer holds it, in this process or another.
    StorageError
        If it cannot be made.
    """
    path = folder / WRITER_LOCK
    with file_errors("make", path):
        path.touch()
    lock = Database(path, timeout=0.0)
    try:
        lock.execute("BEGIN EXCLUSIVE")
    except CollectionBusyError as error:
        lock.close()
        raise CollectionBusyError(
            f"another writer is at work on {folder}: wait until it is done, or end it; what it has "
            "committed is kept"
        ) from error
    return lock


def folded(text: str) -> str:
    """A text as conditions compare it, without capitals."""
    # One file system takes names apart into letters and accents, another does not.
    return normalize("NFC", text.casefold())


def _folded(value: str | float | None) -> str | float | None:
    return folded(value) if isinstance(value, str) else value


def _joined(terms: Callable[[str], list[str]]) -> Callable[[str], str]:
    return lambda text: " ".join(terms(text))


def is_collection(folder: Path) -> bool:
    """Whether a collection lies in `folder`; one whose making was cut short is none."""
    path = folder / DATABASE
    with file_errors("look at", path):
        if not path.is_file():
            return False
    connection = connect(path)
    try:
        return bool(connection.execute("PRAGMA application_id").fetchone()[0] == _APPLICATION_ID)
    except CorruptCollectionError:
        return True  # damaged, not absent: opening it says so
    finally:
        connection.close()


def create_database(
    folder: Path, fingerprint: str, dim: int, encoder_name: str | None = None
) -> None:
    """Make the database of a new collection, all of it or nothing.

    Raises
    ------
    InvalidInputError
        If `dim` is below 1, or `folder` is a file, a collection, or holds other files.
    StorageError
        If it cannot be written.
    """
    field = VectorField(DEFAULT_FIELD, fingerprint, dim, encoder_name=encoder_name)
    there = f"{folder} is a collection already: open it, or choose another path"
    if is_collection(folder):
        raise InvalidInputError(there)
    known = {DATABASE, f"{DATABASE}-wal", f"{DATABASE}-shm", f"{DATABASE}-journal", SEGMENTS}
    with file_errors("look at", folder):
        foreign = folder.exists() and (
            not folder.is_dir() or any(entry.name not in known for entry in folder.iterdir())
        )
    if foreign:
        raise InvalidInputError(
            f"{folder} exists and is not a collection: choose a new or an empty directory"
        )
    with file_errors("make", folder):
        (folder / SEGMENTS).mkdir(parents=True, exist_ok=True)
        (folder / DATABASE).touch()
    connection = connect(folder / DATABASE)
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        try:
            connection.executescript(
                f"BEGIN IMMEDIATE; {TABLES} PRAGMA application_id = {_APPLICATION_ID};"
            )
        except sqlite3.OperationalError as error:
            if "already exists" not in str(error):
                raise
            raise InvalidInputError(there) from error  # another process was faster
        connection.executemany(
            "INSERT INTO meta VALUES (?, ?)", [("format", FORMAT), ("generation", 0)]
        )
        insert_field(connection, field)
        connection.execute("COMMIT")
    finally:
        connection.close()


def check_format(folder: Path) -> None:
    """Refuse what is no collection of a format that this program reads.

    Raises
    ------
    CollectionNotFoundError
        If there is no collection in `folder`.
    CorruptCollectionError
        If its database cannot be read.
    IncompatibleCollectionError
        If another format made it.
    """
    if not is_collection(folder):
        raise CollectionNotFoundError(
            f"there is no collection at {folder}: check the path, or make one with `trovato index`"
        )
    connection = connect(folder / DATABASE)
    try:
        found = format_of(connection)
    except sqlite3.OperationalError as error:  # the table is not there
        raise CorruptCollectionError(
            f"{folder / DATABASE} cannot be read ({error}): restore it from a copy, or delete "
            f"{folder} and index again"
        ) from error
    finally:
        connection.close()
    if found not in (*OLD_FORMATS, FORMAT):
        newer = "install a newer trovato, or " if found > FORMAT else ""
        raise IncompatibleCollectionError(
            f"{folder} has format {found}, this program reads {FORMAT}: {newer}index into a new "
            "collection"
        )


def format_of(connection: sqlite3.Connection) -> int:
    """The format of the state that the connection sees."""
    row: tuple[int] = connection.execute("SELECT value FROM meta WHERE key = 'format'").fetchone()
    return row[0]
