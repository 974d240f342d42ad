"""A copy of a collection, as one connection sees it."""

from __future__ import annotations

import secrets
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from trovato.core import InvalidInputError, atomic_path, file_errors
from trovato.index.store.database import database_errors
from trovato.index.store.schema import DATABASE, SEGMENTS
from trovato.index.store.words.records import word_segments
from trovato.index.vectors.inverted_lists import cells_records
from trovato.index.vectors.segment_file import segment_name


def copy_snapshot(connection: sqlite3.Connection, source: Path, target: Path) -> None:
    """Copy a collection, and artifacts beside it, to `target`, which is whole or not there.

    Parameters
    ----------
    connection
        In a transaction that reads: what it sees is copied, and the files that it may need stay
        while it is open.
    source
        Directory of the collection.
    target
        A directory that is absent or empty.

    Raises
    ------
    InvalidInputError
        If there is something at `target`.
    StorageError
        If the system refuses; nothing is left at `target`.
    """
    with file_errors("look at", target):
        if target.exists() and (not target.is_dir() or any(target.iterdir())):
            raise InvalidInputError(
                f"{target} exists already: choose a new or an empty directory for the copy"
            )
    part = target.with_name(f".{target.name}.{secrets.token_hex(4)}.part")
    with file_errors("write", target):
        try:
            (part / SEGMENTS).mkdir(parents=True)
            for name in _file_names(connection):
                with atomic_path(part / SEGMENTS / name) as file:
                    shutil.copyfile(source / SEGMENTS / name, file)
            for artifact in source.glob("*.npz"):
                shutil.copyfile(artifact, part / artifact.name)
            with (
                atomic_path(part / DATABASE) as file,
                database_errors(file),
                closing(sqlite3.connect(file)) as made,
            ):
                connection.backup(made)
            if target.exists():
                target.rmdir()
            part.rename(target)
        except BaseException:
            shutil.rmtree(part, ignore_errors=True)
            raise


def _file_names(connection: sqlite3.Connection) -> Iterator[str]:
    for (number,) in connection.execute("SELECT segment FROM segments"):
        yield segment_name(number)
    for record in cells_records(connection):
        yield record.file_name
    for words in word_segments(connection):
        yield words.file_name
