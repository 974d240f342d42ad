"""Where a project lies, as people name it: a file, or a place in a database."""

from __future__ import annotations

import os

from trovato.annotate.storage.postgres.address import SCHEMES, PostgresAddress
from trovato.annotate.storage.postgres.store import PostgresEventStore
from trovato.annotate.storage.sqlite_store import SQLiteEventStore
from trovato.annotate.storage.store import EventStore
from trovato.core import InvalidInputError, PathLike


def in_database(place: PathLike) -> bool:
    """Whether a place is the address of a project in PostgreSQL."""
    return os.fspath(place).startswith(SCHEMES)


def open_store(place: PathLike, *, create: bool = False) -> EventStore:
    """Open a file, or `postgresql://user@host:5432/database/project`.

    Raises
    ------
    InvalidInputError
        If it is to be made and is there, or an address names no project.
    UnreadableFileError, StorageError, MissingExtraError
        As of the two stores.
    """
    if not in_database(place):
        return SQLiteEventStore(place, create=create)
    address = PostgresAddress.of(os.fspath(place))
    if not address.project:
        raise InvalidInputError(f"name the project behind the database: {address}/NAME")
    return PostgresEventStore(os.fspath(place), address.project, create=create)


def check_no_password(place: PathLike) -> None:
    """Refuse an address with a password where others could read it, as on a command line.

    Raises
    ------
    InvalidInputError
        If it has one.
    """
    if in_database(place) and PostgresAddress.of(os.fspath(place)).secret is not None:
        raise InvalidInputError(
            "others on this machine can read a password on the command line: leave it out, and "
            "give it by PGPASSWORD, or by the file ~/.pgpass or PGPASSFILE"
        )
