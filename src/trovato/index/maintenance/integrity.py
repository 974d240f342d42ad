"""Looking for damage: the database, the word index, every vector file, and how they fit."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from trovato.core import CorruptCollectionError, ProgressCallback, no_progress
from trovato.index.maintenance.issues import Inspection
from trovato.index.maintenance.item_checks import check_field, check_files
from trovato.index.maintenance.segment_checks import check_cells, check_live, check_segments
from trovato.index.maintenance.word_checks import check_terms, check_word_segments
from trovato.index.store.fields import DEFAULT_NUMBER, read_fields
from trovato.index.store.schema import DATABASE, TERMS_SINCE, WORD_SEGMENTS_SINCE, format_of
from trovato.index.writing.orphans import orphaned_files


def inspect(
    connection: sqlite3.Connection, folder: Path, progress: ProgressCallback = no_progress
) -> Inspection:
    """Check a collection that nobody writes to; nothing is changed.

    Parameters
    ----------
    connection
        To its database, as of the newest format; it may be in a transaction.
    folder
        The directory of segments.
    progress
        Told how far the check has come.
    """
    found = Inspection()
    progress("database", 0, 1)
    _check_database(connection, found)
    if not found.has("database"):
        _check_words(connection, found)
        if format_of(connection) >= WORD_SEGMENTS_SINCE:
            check_word_segments(connection, folder, found)
        if format_of(connection) >= TERMS_SINCE and not found.has("words"):
            check_terms(connection, found)
        progress("database", 1, 1)
        fields = read_fields(connection)
        counts = check_segments(connection, folder, fields, found, progress)
        check_cells(connection, folder, found)
        check_files(connection, counts[DEFAULT_NUMBER], found, progress)
        for field in fields.values():
            if field.number != DEFAULT_NUMBER:
                check_field(connection, field, counts[field.number], found)
        check_live(connection, fields, found)
    for path in orphaned_files(connection, folder):
        found.add("leftover", path.name, "belongs to no state of the collection")
    return found


def _check_database(connection: sqlite3.Connection, found: Inspection) -> None:
    try:
        problems = [problem for (problem,) in connection.execute("PRAGMA integrity_check")]
    except CorruptCollectionError as error:
        problems = [str(error.__cause__)]
    for problem in problems:
        # Newer versions of SQLite look into the word index too; that has a check of its own.
        if problem != "ok" and "fts5" not in problem.lower():
            found.add("database", DATABASE, problem)


def _check_words(connection: sqlite3.Connection, found: Inspection) -> None:
    try:
        # The 1 compares the index with the pages.
        connection.execute("INSERT INTO words (words, rank) VALUES ('integrity-check', 1)")
    except CorruptCollectionError as error:
        found.add("words", DATABASE, f"the word index is not that of the pages ({error.__cause__})")
