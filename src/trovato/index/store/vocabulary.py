"""Terms of the word index that are near to one that is not in it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from contextlib import closing

from trovato.index.store.table_definitions import TOKENIZER
from trovato.ops import edit_distances, is_unspaced

# Of a term that is not there, so many of the nearest are asked for in its place.
_MOST = 5
# Letters that a part of a compound, or a beginning, must have to mean the same.
_PART = 5
# German umlauts as they are written where there are none.
_UMLAUTS = (("ae", "a"), ("oe", "o"), ("ue", "u"))


def open_vocabulary(connection: sqlite3.Connection) -> None:
    """Let a connection that will read look into the terms of the word index."""
    connection.execute("CREATE VIRTUAL TABLE temp.vocabulary USING fts5vocab(main, words, row)")


def has_term(connection: sqlite3.Connection, term: str) -> bool:
    """Whether a published page holds the term, in whatever form its stem is."""
    found = connection.execute("SELECT 1 FROM words WHERE words MATCH ? LIMIT 1", [f'"{term}"'])
    return found.fetchone() is not None


def near_terms(connection: sqlite3.Connection, term: str) -> list[str]:
    """Terms that may be meant by one that is not in the index, the likeliest first; at most 5.

    Those that differ by one letter, or two in long words, and begin with the same one; the same
    word with umlauts; parts and wholes of compounds (Abfall in Abfallgebühren); and for a number or
    part number of 4 characters, those that contain it.
    """
    if is_unspaced(term) or len(term) < 4:
        return []
    if any(character.isdigit() for character in term):
        return _terms(connection, "instr(term, ?)", [term])[:_MOST]
    for spelled, letter in _UMLAUTS:
        plain = term.replace(spelled, letter)
        if plain != term and has_term(connection, plain):
            return [plain]
    stem = _stem(term)
    same_letter = _terms(
        connection,
        "term >= ?1 AND term < ?2 AND abs(length(term) - ?3) <= 2 AND NOT term GLOB '*[0-9]*'",
        [stem[0], chr(ord(stem[0]) + 1), len(stem)],
    )
    allowed = 1 + (len(stem) >= 8)
    distances = edit_distances(stem, same_letter).tolist()
    misspelt = sorted(
        (distance, other)
        for distance, other in zip(distances, same_letter, strict=True)
        if distance <= allowed and len(other) >= 4
    )
    if misspelt:
        return [other for _, other in misspelt][:_MOST]
    if len(term) < _PART:
        return []
    related = _terms(
        connection,
        "length(term) >= ?2 AND (substr(term, 1, length(?1)) = ?1 OR substr(term, -length(?1)) = ?1"
        " OR substr(?1, 1, length(term)) = term OR substr(?1, -length(term)) = term)",
        [stem, _PART],
    )
    return sorted(related, key=lambda other: (abs(len(other) - len(stem)), other))[:_MOST]


def _terms(
    connection: sqlite3.Connection, condition: str, parameters: Iterable[object]
) -> list[str]:
    rows = connection.execute(
        f"SELECT term FROM vocabulary WHERE {condition} ORDER BY doc DESC, term",  # noqa: S608
        [*parameters],
    )
    return [term for (term,) in rows.fetchall()]


def _stem(term: str) -> str:
    """The term as the index holds it: FTS5 stems, so it is asked."""
    with closing(sqlite3.connect(":memory:")) as memory:
        memory.execute(f"CREATE VIRTUAL TABLE one USING fts5(term, tokenize={TOKENIZER})")
        memory.execute("CREATE VIRTUAL TABLE stems USING fts5vocab(one, row)")
        memory.execute("INSERT INTO one VALUES (?)", [term])
        row: tuple[str] | None = memory.execute("SELECT term FROM stems").fetchone()
    return term if row is None else row[0]
