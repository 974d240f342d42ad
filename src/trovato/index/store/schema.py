"""The tables of a collection, and how its database is opened."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from trovato.core import (
    CollectionBusyError,
    CollectionNotFoundError,
    CorruptCollectionError,
    IncompatibleCollectionError,
    InvalidInputError,
    file_errors,
)
from trovato.index.store.database import Database
from trovato.index.vectors.format import VectorFormat

DATABASE = "trovato.db"
SEGMENTS = "segments"
WRITER_LOCK = "writer.lock"
FORMAT = 3
# What `upgrade` turns into the newest format, and is read as it is until then.
OLD_FORMAT = 2
# Marks the database as ours in its header: the letters "trov".
_APPLICATION_ID = 0x74726F76

# A file is published (live = 1) or a draft (live = 0); one of each may bear the same name. Rows of
# `items` and `segments` are never numbered twice, so a number names the same thing for ever. A
# segment holds the items `first_item … first_item + items - 1`; `live` of them are published.
# An item of its own is a file of one item, with page 0: its id is the file's name alone.
# Drafts have no rows in `words`, so they count in no statistic of a search. `cells` names the files
# that say in which cells of a codebook a segment's tokens lie; a segment without is scanned whole.
# How the vectors of a segment are stored is said by `bits` (the number of a codec, see
# `VectorFormat.columns`; residual codes belong to that codebook), `dims` (0 for all) and `pooling`;
# `form` in `meta` is that of new segments. `pools` says which vector of a pooled page stands for
# each token. `gaps` of a segment's numbers were no item any more when it was written.
_TABLES = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value) WITHOUT ROWID;
CREATE TABLE files (
    file INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    live INTEGER NOT NULL,
    digest TEXT NOT NULL,
    kind TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    pages INTEGER NOT NULL,
    tokens INTEGER NOT NULL,
    UNIQUE (name, live)
);
CREATE TABLE items (
    item INTEGER PRIMARY KEY AUTOINCREMENT,
    file INTEGER NOT NULL,
    page INTEGER NOT NULL,
    UNIQUE (file, page)
);
CREATE TABLE pages (
    item INTEGER PRIMARY KEY,
    text TEXT NOT NULL,
    context TEXT NOT NULL,
    layout BLOB NOT NULL,
    spans BLOB NOT NULL
);
CREATE TABLE file_attributes (file, key, value, PRIMARY KEY (file, key)) WITHOUT ROWID;
CREATE INDEX file_attributes_by_value ON file_attributes (key, value);
CREATE TABLE page_attributes (item, key, value, PRIMARY KEY (item, key)) WITHOUT ROWID;
CREATE INDEX page_attributes_by_value ON page_attributes (key, value);
CREATE TABLE segments (
    segment INTEGER PRIMARY KEY AUTOINCREMENT,
    first_item INTEGER NOT NULL UNIQUE,
    items INTEGER NOT NULL,
    live INTEGER NOT NULL,
    rows INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    checksum INTEGER NOT NULL,
    bits INTEGER NOT NULL,
    codebook INTEGER NOT NULL,
    dims INTEGER NOT NULL DEFAULT 0,
    pooling REAL NOT NULL DEFAULT 1,
    gaps INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE codecs (
    codebook INTEGER NOT NULL,
    bits INTEGER NOT NULL,
    cutoffs BLOB NOT NULL,
    levels BLOB NOT NULL,
    PRIMARY KEY (codebook, bits)
) WITHOUT ROWID;
CREATE TABLE codebooks (
    codebook INTEGER PRIMARY KEY AUTOINCREMENT,
    cells INTEGER NOT NULL,
    codes BLOB NOT NULL,
    scales BLOB NOT NULL,
    card TEXT
);
CREATE TABLE cells (
    segment INTEGER PRIMARY KEY,
    codebook INTEGER NOT NULL,
    entries INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    checksum INTEGER NOT NULL
);
CREATE TRIGGER segment_gone AFTER DELETE ON segments BEGIN
    DELETE FROM cells WHERE segment = old.segment;
END;
CREATE TABLE failures (
    name TEXT PRIMARY KEY, digest TEXT NOT NULL, reason TEXT NOT NULL
) WITHOUT ROWID;
CREATE VIEW published AS SELECT item, file, text, context
    FROM pages JOIN items USING (item) JOIN files USING (file) WHERE live;
CREATE VIRTUAL TABLE words USING fts5(
    text, context, content='published', content_rowid='item',
    tokenize='porter unicode61 remove_diacritics 2'
);
"""

# What format 3 has beyond format 2, but for the columns of `segments`.
_SINCE_3 = """
CREATE TABLE pools (item INTEGER PRIMARY KEY, owners BLOB NOT NULL);
CREATE TABLE projection (dim INTEGER NOT NULL, matrix BLOB NOT NULL);
"""


def connect(path: Path) -> Database:
    """Open the database at `path`, which must exist.

    Raises
    ------
    CorruptCollectionError, CollectionBusyError, StorageError
        See `Database`.
    """
    connection = Database(path)
    connection.create_function("folded", 1, _folded, deterministic=True)
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


def _folded(value: str | float | None) -> str | float | None:
    return value.casefold() if isinstance(value, str) else value


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


def create_database(folder: Path, fingerprint: str, dim: int) -> None:
    """Make the database of a new collection, all of it or nothing.

    Raises
    ------
    InvalidInputError
        If `dim` is below 1, or `folder` is a file, a collection, or holds other files.
    StorageError
        If it cannot be written.
    """
    if dim < 1:
        raise InvalidInputError(f"a collection needs vectors of at least 1 component, got {dim}")
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
                f"BEGIN IMMEDIATE; {_TABLES} {_SINCE_3} PRAGMA application_id = {_APPLICATION_ID};"
            )
        except sqlite3.OperationalError as error:
            if "already exists" not in str(error):
                raise
            raise InvalidInputError(there) from error  # another process was faster
        connection.executemany(
            "INSERT INTO meta VALUES (?, ?)",
            [
                ("format", FORMAT),
                ("fingerprint", fingerprint),
                ("dim", dim),
                ("generation", 0),
                ("form", str(VectorFormat())),
            ],
        )
        connection.execute("COMMIT")
    finally:
        connection.close()


def read_meta(folder: Path, fingerprint: str | None) -> tuple[str, int]:
    """The encoder's fingerprint and the dimension of a collection.

    Raises
    ------
    CollectionNotFoundError
        If there is no collection in `folder`.
    CorruptCollectionError
        If its database cannot be read.
    IncompatibleCollectionError
        If another format or, where `fingerprint` is given, another encoder made it.
    """
    if not is_collection(folder):
        raise CollectionNotFoundError(
            f"there is no collection at {folder}: check the path, or make one with `trovato index`"
        )
    connection = connect(folder / DATABASE)
    try:
        meta = dict(connection.execute("SELECT key, value FROM meta"))
    except sqlite3.OperationalError as error:  # the table is not there
        raise CorruptCollectionError(
            f"{folder / DATABASE} cannot be read ({error}): restore it from a copy, or delete "
            f"{folder} and index again"
        ) from error
    finally:
        connection.close()
    if meta["format"] not in (OLD_FORMAT, FORMAT):
        newer = "install a newer trovato, or " if meta["format"] > FORMAT else ""
        raise IncompatibleCollectionError(
            f"{folder} has format {meta['format']}, this program reads {FORMAT}: {newer}index into "
            "a new collection"
        )
    if fingerprint is not None and meta["fingerprint"] != fingerprint:
        raise IncompatibleCollectionError(
            f"{folder} was made by encoder {meta['fingerprint']!r}, this one is {fingerprint!r}: "
            "open it with that encoder, or index into a new collection"
        )
    return meta["fingerprint"], meta["dim"]


def format_of(connection: sqlite3.Connection) -> int:
    """The format of the state that the connection sees."""
    row: tuple[int] = connection.execute("SELECT value FROM meta WHERE key = 'format'").fetchone()
    return row[0]


def upgrade(connection: sqlite3.Connection) -> None:
    """Bring a collection of the format before to the newest, as a whole or not at all.

    Nothing of it changes but the tables that say how vectors are stored. Readers go on; the caller
    holds the writer's lock and is in no transaction.
    """
    if format_of(connection) == FORMAT:
        return
    vector_format = wanted_vector_format(connection)
    connection.execute("BEGIN IMMEDIATE")
    for column in ("dims INTEGER", "pooling REAL", "gaps INTEGER"):
        least = 1 if column.startswith("pooling") else 0
        connection.execute(f"ALTER TABLE segments ADD COLUMN {column} NOT NULL DEFAULT {least}")
    for statement in _SINCE_3.split(";"):
        connection.execute(statement)
    connection.execute("DELETE FROM meta WHERE key = 'bits'")
    connection.execute("INSERT INTO meta VALUES ('form', ?)", [str(vector_format)])
    connection.execute("UPDATE meta SET value = ? WHERE key = 'format'", [FORMAT])
    connection.execute("UPDATE meta SET value = value + 1 WHERE key = 'generation'")
    connection.execute("COMMIT")


def wanted_vector_format(connection: sqlite3.Connection) -> VectorFormat:
    """How new segments are stored; in residual codes once there are centroids."""
    meta = dict(connection.execute("SELECT key, value FROM meta WHERE key IN ('form', 'bits')"))
    if "form" in meta:
        return VectorFormat.parse(meta["form"])
    return VectorFormat.of_columns(meta["bits"], 0, 1.0)
