"""Looking for damage: the database, the word index, every vector file, and how they fit."""

from __future__ import annotations

import sqlite3
import struct
import zlib
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Literal

import numpy as np

from trovato.core import CorruptCollectionError, ProgressCallback, no_progress
from trovato.core.shapes import Int32, Int64
from trovato.index.store import tables
from trovato.index.store.blobs import unpack_layout, unpack_token_spans
from trovato.index.store.schema import DATABASE, OLD_FORMAT, format_of
from trovato.index.vectors.inverted_lists import cells_records, map_cells
from trovato.index.vectors.ivf_codec import read_codebook, read_codec
from trovato.index.vectors.projection import read_projection
from trovato.index.vectors.segment_file import SegmentRecord, check_content, map_segment
from trovato.index.writing.orphans import orphaned_files

IssueKind = Literal["database", "words", "segment", "cells", "file", "count", "leftover"]

_REMEDY: dict[IssueKind, str] = {
    "database": "restore the collection from a copy, or delete it and index again",
    "words": "`trovato repair` makes the word index anew from the pages",
    "segment": "`trovato repair` withdraws the files whose vectors it held; then index them again",
    "cells": "`trovato repair` drops them, so that every search is exact; then run `trovato tune`",
    "file": "`trovato repair` withdraws it; then index it again",
    "count": "`trovato repair` counts again",
    "leftover": "harmless; `trovato repair` or the next writer deletes it",
}


@dataclass(frozen=True, slots=True)
class IntegrityIssue:
    """Something that is wrong with a collection.

    Parameters
    ----------
    part
        "database", "words" (the word index), "segment" (a file of vectors), "cells" (in which cells
        they lie), "file" (a document), "count" (a number kept beside what it counts) or "leftover"
        (a file that nothing names).
    subject
        Which one.
    problem
        What is wrong with it.
    remedy
        What to do.
    """

    part: IssueKind
    subject: str
    problem: str
    remedy: str


@dataclass(slots=True)
class Inspection:
    """What `inspect` found: findings for people, and numbers for `repair`.

    Parameters
    ----------
    findings
        In the order they were found.
    segments
        Numbers of the segments that cannot stay.
    cells
        Numbers of the segments whose cells cannot stay.
    files
        Number of each file that cannot stay, and why.
    tokens
        The right number of tokens of each file that has a wrong one.
    """

    findings: list[IntegrityIssue] = field(default_factory=list)
    segments: list[int] = field(default_factory=list)
    cells: list[int] = field(default_factory=list)
    files: dict[int, str] = field(default_factory=dict)
    tokens: dict[int, int] = field(default_factory=dict)

    def add(self, part: IssueKind, subject: str, problem: str) -> None:
        """Note a finding."""
        self.findings.append(IntegrityIssue(part, subject, problem, _REMEDY[part]))

    def has(self, part: IssueKind) -> bool:
        """Whether something is wrong with that part."""
        return any(finding.part == part for finding in self.findings)


def inspect(
    connection: sqlite3.Connection, folder: Path, dim: int, progress: ProgressCallback = no_progress
) -> Inspection:
    """Check a collection that nobody writes to; nothing is changed.

    Parameters
    ----------
    connection
        To its database; it may be in a transaction.
    folder
        The directory of segments.
    dim
        Components of its vectors.
    progress
        Told how far the check has come.
    """
    found = Inspection()
    progress("database", 0, 1)
    _check_database(connection, found)
    if not found.has("database"):
        _check_words(connection, found)
        progress("database", 1, 1)
        whole = _check_segments(connection, folder, dim, found, progress)
        _check_cells(connection, folder, found)
        _check_files(connection, whole, found, progress)
        _check_counts(connection, found)
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


class _Rows:
    """How many vectors each item has, by the segments that are whole."""

    def __init__(self) -> None:
        self._first: list[int] = []
        self._offsets: list[Int64[np.ndarray, " items_plus_1"]] = []

    def add(self, first: int, offsets: Int64[np.ndarray, " items_plus_1"]) -> None:
        self._first.append(first)
        self._offsets.append(offsets)

    def of(self, item: int) -> int | None:
        """None where no whole segment holds the item."""
        at = bisect_right(self._first, item) - 1
        if at < 0:
            return None
        place, offsets = item - self._first[at], self._offsets[at]
        return int(offsets[place + 1] - offsets[place]) if place + 1 < len(offsets) else None


def _check_segments(
    connection: sqlite3.Connection,
    folder: Path,
    dim: int,
    found: Inspection,
    progress: ProgressCallback,
) -> _Rows:
    records = tables.segment_records(connection)
    total, done = sum(record.bytes for record in records), 0

    def passed(count: int) -> None:
        nonlocal done
        done += count
        progress("vectors", done, total)

    whole, end = _Rows(), 0
    for record in records:
        try:
            offsets = _checked(folder, record, dim, end, passed)
            _check_known(connection, record)
        except CorruptCollectionError as error:
            found.segments.append(record.number)
            found.add("segment", record.file_name, str(error))
        else:
            whole.add(record.first_item, offsets)
            end = record.first_item + record.items
    return whole


def _checked(
    folder: Path, record: SegmentRecord, dim: int, end: int, passed: Callable[[int], None]
) -> Int64[np.ndarray, " items_plus_1"]:
    """Offsets of a segment that is whole; those before it end before the item `end`."""
    path = folder / record.file_name
    offsets = map_segment(path, record, dim).offsets
    check_content(path, record, passed)
    if record.first_item < end:
        raise CorruptCollectionError(
            f"{record.file_name} claims items from {record.first_item} on, and another segment "
            f"those before {end}"
        )
    if offsets[0] != 0 or offsets[-1] != record.rows or bool(np.any(np.diff(offsets) < 0)):
        raise CorruptCollectionError(f"the offsets of {record.file_name} are not in order")
    return np.array(offsets)


def _check_known(connection: sqlite3.Connection, record: SegmentRecord) -> None:
    """Whether all is there that the codes of a segment are read with."""
    vector_format = record.vector_format
    if vector_format.dims is not None and read_projection(connection).matrix is None:
        raise CorruptCollectionError(f"the projection that {record.file_name} needs is not there")
    if vector_format.bits and read_codec(connection, record.codebook, vector_format.bits) is None:
        raise CorruptCollectionError(f"the levels that {record.file_name} needs are not there")


def _check_cells(connection: sqlite3.Connection, folder: Path, found: Inspection) -> None:
    items = {record.number: record.items for record in tables.segment_records(connection)}
    for record in cells_records(connection):
        book = read_codebook(connection, record.codebook)
        problem = "" if book else f"belongs to centroids {record.codebook}, which are gone"
        if book is not None:
            path, count = folder / record.file_name, len(book.centroids)
            try:
                map_cells(path, record, items[record.segment], count)
            except CorruptCollectionError as error:
                problem = str(error)
        if problem:
            found.cells.append(record.segment)
            found.add("cells", record.file_name, problem)


def _check_files(
    connection: sqlite3.Connection, whole: _Rows, found: Inspection, progress: ProgressCallback
) -> None:
    total = connection.execute("SELECT count(*) FROM items").fetchone()[0]
    rows = connection.execute(
        "SELECT file, name, files.pages, tokens, item, page, text, layout, spans FROM files "
        "LEFT JOIN items USING (file) LEFT JOIN pages USING (item) ORDER BY file, page"
    )
    pooled = format_of(connection) > OLD_FORMAT
    done = 0
    for (file, name, pages, tokens), members in groupby(rows, itemgetter(0, 1, 2, 3)):
        count, held, problem = 0, 0, ""
        for *_, item, page, text, layout, spans in members:
            if item is None:  # a file without pages
                continue
            count += 1
            vectors = whole.of(item)
            try:
                owners = tables.owners_of(connection, item) if pooled else None
            except (zlib.error, ValueError):
                owners = np.full(1, -1, np.int32)
            held += (vectors or 0) if owners is None else len(owners)
            if page != count and (page, count) != (0, 1):  # 0: an item of its own
                problem = problem or f"page {count} is missing"
            elif vectors is None:
                problem = problem or f"the vectors of page {page} are lost"
            elif text is None:
                problem = problem or f"the text of page {page} is missing"
            else:
                problem = problem or _page_problem(page, vectors, owners, text, layout, spans)
        done += count
        progress("pages", done, total)
        if count != pages and not problem:
            problem = f"has {count} pages where {pages} were written"
        if problem:
            found.files[file] = problem
            found.add("file", name, problem)
        elif held != tokens:
            found.tokens[file] = held
            found.add("count", name, f"has {held} tokens, {tokens} are counted")


def _page_problem(
    page: int,
    vectors: int,
    owners: Int32[np.ndarray, " tokens"] | None,
    text: str,
    layout: bytes,
    spans: bytes,
) -> str:
    """What does not fit on a page; empty if all does."""
    try:
        layout_spans, token_spans = unpack_layout(layout).spans, unpack_token_spans(spans)
    except (zlib.error, struct.error, ValueError) as error:
        return f"the layout of page {page} cannot be read ({error})"
    if owners is not None and not np.array_equal(np.unique(owners), np.arange(vectors)):
        return f"the tokens of page {page} do not belong to its {vectors} vectors"
    if owners is not None:
        vectors = len(owners)
    if token_spans is not None and len(token_spans) != vectors:
        return f"page {page} has {vectors} vectors and {len(token_spans)} spans"
    ends = layout_spans if token_spans is None else np.concatenate([layout_spans, token_spans])
    if ends.size and not 0 <= int(ends.min()) <= int(ends.max()) <= len(text):
        return f"spans of page {page} point beyond its text"
    return ""


def _check_counts(connection: sqlite3.Connection, found: Inspection) -> None:
    for record in tables.segment_records(connection):
        held, live = connection.execute(
            "SELECT count(*), ifnull(sum(live), 0) FROM items JOIN files USING (file) "
            "WHERE item BETWEEN ? AND ?",
            [record.first_item, record.first_item + record.items - 1],
        ).fetchone()
        if live != record.live or not held:
            found.add(
                "count",
                record.file_name,
                f"holds {held} pages, {live} of them published; {record.live} are counted",
            )
