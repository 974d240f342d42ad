"""Making a damaged collection whole again, by giving up what is lost."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from trovato.core import (
    CorruptCollectionError,
    PathLike,
    ProgressCallback,
    file_errors,
    no_progress,
)
from trovato.index.maintenance.integrity import inspect
from trovato.index.maintenance.issues import Inspection, IntegrityIssue
from trovato.index.store import segments, tables
from trovato.index.store.fields import encode_again
from trovato.index.store.schema import DATABASE, SEGMENTS, check_format
from trovato.index.store.words.word_writer import WordWriter
from trovato.index.writing.transaction import GroupCommits


@dataclass(frozen=True, slots=True)
class Repair:
    """What a repair found and did.

    Parameters
    ----------
    findings
        What was wrong.
    withdrawn
        Names of published files that were taken out and recorded as failures.
    given_up
        Names of unfinished files whose pages so far were dropped.
    deleted
        Names of files of vectors that are gone from the disk.
    """

    findings: tuple[IntegrityIssue, ...]
    withdrawn: tuple[str, ...]
    given_up: tuple[str, ...]
    deleted: tuple[str, ...]


def repair(folder: PathLike, progress: ProgressCallback = no_progress) -> Repair:
    """Make a collection whole: see what `verify` finds, and put it right in one commit.

    Leftover files are deleted, a wrong word index is made anew from the pages, and counts are
    counted. A file whose vectors or pages are damaged is withdrawn and recorded as a failure that
    holds for no content, so the next indexing run reads it again. What is healthy is left alone.

    Parameters
    ----------
    folder
        Directory of the collection.
    progress
        Told how far the check has come.

    Raises
    ------
    CollectionNotFoundError, IncompatibleCollectionError
        If there is no collection that this program reads.
    CollectionBusyError
        If a writer is open.
    CorruptCollectionError
        If the database itself is damaged; nothing was changed.
    StorageError
        If the system refuses; nothing was changed.
    """
    folder = Path(folder)
    check_format(folder)
    vectors = folder / SEGMENTS
    with file_errors("make", vectors):
        vectors.mkdir(exist_ok=True)
    before = {path.name for path in vectors.iterdir()}
    commits = GroupCommits(folder, max_tokens=1, time_budget_s=np.inf)
    try:
        found = inspect(commits.connection, vectors, progress)
        _refuse_damaged_database(folder, found)
        withdrawn: list[str] = []
        given_up: list[str] = []
        if found.findings:
            with commits.step() as connection:
                withdrawn, given_up = _put_right(connection, commits.words, found)
    finally:
        commits.close()
    return Repair(
        tuple(found.findings),
        tuple(withdrawn),
        tuple(given_up),
        tuple(sorted(before - {path.name for path in vectors.iterdir()})),
    )


def _refuse_damaged_database(folder: Path, found: Inspection) -> None:
    if found.has("database"):
        raise CorruptCollectionError(
            f"{folder / DATABASE} is damaged ({found.findings[0].problem}), which cannot be "
            f"repaired: {found.findings[0].remedy}"
        )


def _put_right(
    connection: sqlite3.Connection, words: WordWriter, found: Inspection
) -> tuple[list[str], list[str]]:
    """Names of the published files that went, and of the unfinished ones."""
    if found.has("words"):  # first: what follows takes words out of it
        connection.execute("INSERT INTO words (words) VALUES ('rebuild')")
        words.rebuild()
        words.list_terms()
    withdrawn: list[str] = []
    given_up: list[str] = []
    for file, problem in found.files.items():
        row = connection.execute("SELECT name, live FROM files WHERE file = ?", [file]).fetchone()
        if row is None:  # went with the document that it is a part of
            continue
        name, live = row
        for one in (file, *tables.attached_files(connection, file)):
            words.remove(one)
            tables.delete_file(connection, one)
        (withdrawn if live else given_up).append(name)
        if live:
            reason = f"withdrawn by a repair because {problem}: index it again"
            connection.execute("INSERT OR REPLACE INTO failures VALUES (?, '', ?)", [name, reason])
    segments.delete_segments(connection, found.segments)
    segments.delete_cells(connection, found.cells)
    for (file, field), tokens in found.tokens.items():
        connection.execute("DELETE FROM tokens WHERE file = ? AND field = ?", [file, field])
        tables.add_tokens(connection, file, field, tokens)
    for field in found.fields:
        encode_again(connection, field)
    for (number,) in connection.execute("SELECT segment FROM segments").fetchall():
        segments.recount(connection, number)
    return withdrawn, given_up
