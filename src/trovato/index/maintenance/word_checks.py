"""Looking for damage in the files of postings."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import numpy as np

from trovato.core import CorruptCollectionError
from trovato.index.maintenance.issues import Inspection
from trovato.index.store.words.full_text import count_terms
from trovato.index.store.words.records import alive_in, word_segments
from trovato.index.store.words.vocabulary import listed_terms
from trovato.index.store.words.word_segment import check_word_segment, map_word_segment


def check_terms(connection: sqlite3.Connection, found: Inspection) -> None:
    """Whether each term of FTS5's is in the list of terms."""
    with listed_terms(connection):
        (missing,) = connection.execute(
            "SELECT count(*) FROM listed WHERE term NOT IN (SELECT term FROM terms)"
        ).fetchone()
    if missing:
        found.add("words", "terms", f"lacks {missing} of the terms that FTS5 has")


def check_word_segments(connection: sqlite3.Connection, folder: Path, found: Inspection) -> None:
    """Whether each published item is in one file of postings, and those files are as written."""
    held, terms = [np.zeros(0, np.int64)], 0
    for record in word_segments(connection):
        path = folder / record.file_name
        try:
            segment = map_word_segment(path, record)
            check_word_segment(path, record)
        except CorruptCollectionError as error:
            found.add("words", record.file_name, str(error))
            continue
        alive = alive_in(connection, segment, record)
        kept = slice(None) if alive is None else alive
        held.append(segment.columns.items[kept])
        terms += int(segment.lists.lengths[kept].sum(dtype=np.int64))
    if found.has("words"):  # which is made anew with the postings
        return
    rows = connection.execute("SELECT item FROM items JOIN files USING (file) WHERE live")
    published = np.sort(np.array([item for (item,) in rows], np.int64))
    if not np.array_equal(np.sort(np.concatenate(held)), published):
        found.add("words", "postings", "are not those of the published pages")
        return
    _, counted = count_terms(connection)
    if counted != terms:
        found.add("words", "postings", f"have {terms} terms where FTS5 has {counted}")
