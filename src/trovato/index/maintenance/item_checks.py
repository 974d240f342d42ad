"""Looking for damage in files and items: their numbers, texts, parents and tokens."""

from __future__ import annotations

import sqlite3
import struct
import zlib
from itertools import groupby
from operator import itemgetter

import numpy as np

from trovato.core import ProgressCallback
from trovato.core.shapes import Int32
from trovato.index.maintenance.issues import Inspection
from trovato.index.maintenance.segment_checks import VectorCounts
from trovato.index.store import ids
from trovato.index.store.blobs import unpack_layout, unpack_token_spans
from trovato.index.store.fields import DEFAULT_NUMBER, StoredField
from trovato.index.store.segments import owners_of


def check_files(
    connection: sqlite3.Connection,
    whole: VectorCounts,
    found: Inspection,
    progress: ProgressCallback,
) -> None:
    """Whether every file has all its items, with texts, parents and default vectors."""
    total = connection.execute("SELECT count(*) FROM items").fetchone()[0]
    rows = connection.execute(
        "SELECT files.file, name, live, files.pages, ifnull((SELECT tokens FROM tokens "
        "WHERE tokens.file = files.file AND field = 1), 0), "
        "item, page, parent, text, layout, spans FROM files LEFT JOIN items USING (file) "
        "LEFT JOIN pages USING (item) ORDER BY files.file, page"
    )
    done = 0
    for (file, name, live, pages, tokens), members in groupby(rows, itemgetter(0, 1, 2, 3, 4)):
        count, parts, lowest, held, problem = 0, 0, 0, 0, ""
        for *_, item, page, parent, text, layout, spans in members:
            if item is None:  # a file without items
                continue
            done += 1
            count, parts, lowest = count + (page >= 0), parts + (page < 0), min(lowest, page)
            vectors = whole.of(item)
            owners = _owners(connection, DEFAULT_NUMBER, item)
            held += (vectors or 0) if owners is None else len(owners)
            what = f"page {page}" if page >= 0 else f"part {-page}"
            if (page > 0 and page != count) or (page == 0 and count > 1):
                problem = problem or f"page {count} is missing"
            elif vectors is None:
                problem = problem or f"the vectors of {what} are lost"
            elif text is None:
                problem = problem or f"the text of {what} is missing"
            elif parent is not None and not _has(connection, parent, file, live=bool(live)):
                problem = problem or f"the parent {parent!r} of {what} is not there"
            else:
                problem = problem or _page_problem(what, vectors, owners, text, layout, spans)
        progress("pages", done, total)
        if not problem and (count, parts) != (pages, -lowest):
            problem = f"has {count} pages where {pages} were written"
            if parts != -lowest:
                problem = f"has {parts} parts where {-lowest} were written"
        if problem:
            found.files[file] = problem
            found.add("file", name, problem)
        elif held != tokens:
            found.tokens[file, DEFAULT_NUMBER] = held
            found.add("count", name, f"has {held} tokens, {tokens} are counted")


def check_field(
    connection: sqlite3.Connection, field: StoredField, whole: VectorCounts, found: Inspection
) -> None:
    """Whether a field that is not the default one has the vectors it should, and as many tokens."""
    counted = dict(
        connection.execute(
            "SELECT file, tokens FROM tokens WHERE field = ?", [field.number]
        ).fetchall()
    )
    names = connection.execute("SELECT file, name FROM files ORDER BY file").fetchall()
    lost = 0
    for file, name in names:
        held = 0
        for (item,) in connection.execute("SELECT item FROM items WHERE file = ?", [file]):
            vectors = whole.of(item)
            lost += vectors is None and item > field.since
            owners = _owners(connection, field.number, item) if vectors else None
            held += (vectors or 0) if owners is None else len(owners)
        if held != counted.get(file, 0):
            found.tokens[file, field.number] = held
            found.add(
                "count",
                name,
                f"has {held} tokens in {field.name!r}, {counted.get(file, 0)} are counted",
            )
    if lost and field.number not in found.fields:
        found.fields.add(field.number)
        found.add("field", field.name, f"the vectors of {lost} items are lost")


def _has(connection: sqlite3.Connection, parent: str, file: int, *, live: bool) -> bool:
    """Whether a parent is there; that of a draft's first item is asked for when it is published."""
    if ids.in_draft(connection, parent, file):
        return True
    return ids.exists(connection, parent) if live else True


def _owners(
    connection: sqlite3.Connection, field: int, item: int
) -> Int32[np.ndarray, " tokens"] | None:
    try:
        return owners_of(connection, field, item)
    except (zlib.error, ValueError):
        return np.full(1, -1, np.int32)


def _page_problem(
    what: str,
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
        return f"the layout of {what} cannot be read ({error})"
    if owners is not None and not np.array_equal(np.unique(owners), np.arange(vectors)):
        return f"the tokens of {what} do not belong to its {vectors} vectors"
    if owners is not None:
        vectors = len(owners)
    if token_spans is not None and len(token_spans) != vectors:
        return f"{what} has {vectors} vectors and {len(token_spans)} spans"
    ends = layout_spans if token_spans is None else np.concatenate([layout_spans, token_spans])
    if ends.size and not 0 <= int(ends.min()) <= int(ends.max()) <= len(text):
        return f"spans of {what} point beyond its text"
    return ""
