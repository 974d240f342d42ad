"""Terms of the word index that are near to one that is not in it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager

from trovato.core import QueryReading
from trovato.index.store.table_definitions import TOKENIZER
from trovato.index.store.words.word_query import (
    WordQuery,
    content_words,
    free_words,
    is_code,
    linked_of,
)
from trovato.ops import (
    SearchQuery,
    codes,
    edit_distances,
    is_unspaced,
    query_words,
)

# Of a term that is not there, so many of the nearest are asked for in its place.
_MOST = 5
# Words beside a phrase up to which a question is no sentence.
_MOST_BESIDE = 3
# So many words of a question are looked up in that way.
_MOST_UNKNOWN = 8
# Letters that a part of a compound, or a beginning, must have to mean the same.
_PART = 5
_SHORTEST = 4
# German umlauts as they are written where there are none.
_UMLAUTS = (("ae", "a"), ("oe", "o"), ("ue", "u"))


def open_vocabulary(connection: sqlite3.Connection) -> None:
    """Let a connection that will read ask how many pages have a term of the word index."""
    connection.execute("CREATE VIRTUAL TABLE temp.vocabulary USING fts5vocab(main, words, row)")


@contextmanager
def listed_terms(connection: sqlite3.Connection) -> Iterator[None]:
    """Let a connection read FTS5's list of terms as the table `listed`, within the block."""
    connection.execute("CREATE VIRTUAL TABLE temp.listed USING fts5vocab(main, words, row)")
    yield
    connection.execute("DROP TABLE temp.listed")


def has_term(connection: sqlite3.Connection, term: str) -> bool:
    """Whether a published page holds a term, or several in a row, in any form of their stems."""
    found = connection.execute("SELECT 1 FROM words WHERE words MATCH ? LIMIT 1", [f'"{term}"'])
    return found.fetchone() is not None


def read_words(
    connection: sqlite3.Connection, query: SearchQuery, holds: Callable[[str], bool]
) -> tuple[WordQuery, QueryReading]:
    """What to ask of the index for a question, and which of its words no page holds.

    Where a page holds a part number as a whole, its parts are not asked for. A phrase must be there
    unless more than 3 other words are asked for, as in a sentence with a quotation; one that is on
    no page counts as words where there are others. `holds` says whether a page holds a word.
    """
    lost = [phrase for phrase in query.phrases if not _has(connection, phrase)]
    required, terms = list(query.phrases), free_words(query)
    if terms or query.prefixes:
        held = [phrase for phrase in query.phrases if phrase not in lost]
        required = held if len(terms) <= _MOST_BESIDE else []
        quoted = [phrase for phrase in query.phrases if phrase not in required]
        terms = list(dict.fromkeys(terms + content_words(" ".join(quoted))))
    linked = linked_of(query.free)
    whole = [run for run in linked if is_code(run) and _has_code(connection, run)]
    parts = {term for run in whole for term in query_words(run)}
    terms = [term for term in terms if term not in parts]
    unknown = [term for term in terms if not holds(term)]
    looked_up = {term: tuple(near_terms(connection, term)) for term in unknown[:_MOST_UNKNOWN]}
    near = {term: found for term, found in looked_up.items() if found}
    unmatched = [f'"{phrase}"' for phrase in lost] + [term for term in unknown if term not in near]
    asked = WordQuery(
        tuple(terms),
        (
            *filter(is_code, linked),
            *(phrase for phrase in query.phrases if phrase not in required),
        ),
        tuple(code for run in linked for code in codes(run)),
        query.prefixes,
        tuple(required),
        query.excluded,
        near,
    )
    # Part of a number is that number; a word near another may be one of another language.
    guessed = [term for term in unknown if term not in near or not is_code(term)]
    if len(unknown) < len(terms):
        # Bigrams across the border of two words are on no page, whatever the language.
        guessed = [term for term in guessed if not is_unspaced(term)]
    known = 1 - len(guessed) / len(terms) if terms else 1.0
    return asked, QueryReading(near, tuple(unmatched), known)


def _has(connection: sqlite3.Connection, phrase: str) -> bool:
    words = " ".join(query_words(phrase))
    return not words or has_term(connection, words)


def _has_code(connection: sqlite3.Connection, run: str) -> bool:
    return _has(connection, run) or any(has_term(connection, code) for code in codes(run))


def near_terms(connection: sqlite3.Connection, term: str) -> list[str]:
    """Terms that may be meant by one that is not in the index, the likeliest first; at most 5.

    Those that differ by one letter, or two in words of 8, and begin with the same one, unless the
    word is shorter than 5; the same word with umlauts; parts and wholes of compounds (Abfall in
    Abfallgebühren); and for a number or part number of 4 characters, those that contain it.
    """
    if is_unspaced(term) or len(term) < _SHORTEST:
        return []
    if any(character.isdigit() for character in term):
        return _held(connection, _terms(connection, "instr(term, ?)", [term]), by_pages=True)
    if len(term) < _PART:
        return []
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
        if distance <= allowed and len(other) >= _SHORTEST
    )
    if found := _held(connection, [other for _, other in misspelt]):
        return found
    related = _terms(
        connection,
        "length(term) >= ?2 AND (substr(term, 1, length(?1)) = ?1 OR substr(term, -length(?1)) = ?1"
        " OR substr(?1, 1, length(term)) = term OR substr(?1, -length(term)) = term)",
        [stem, _PART],
    )
    related.sort(key=lambda other: (abs(len(other) - len(stem)), other))
    return _held(connection, related)


def _terms(
    connection: sqlite3.Connection, condition: str, parameters: Iterable[object]
) -> list[str]:
    """Terms of that condition by the alphabet; some may be of deleted pages alone."""
    rows = connection.execute(
        f"SELECT term FROM terms WHERE {condition} ORDER BY term",  # noqa: S608
        [*parameters],
    )
    return [term for (term,) in rows.fetchall()]


def _held(
    connection: sqlite3.Connection, terms: Iterable[str], *, by_pages: bool = False
) -> list[str]:
    """The first 5 of those terms that a published page has, or the 5 that most pages have."""
    found: list[tuple[int, str]] = []
    for term in terms:
        pages = connection.execute("SELECT doc FROM vocabulary WHERE term = ?", [term]).fetchone()
        if pages is not None and pages[0]:
            found.append((pages[0], term))
        if not by_pages and len(found) == _MOST:
            break
    if by_pages:
        found.sort(key=lambda one: (-one[0], one[1]))
    return [term for _, term in found[:_MOST]]


def _stem(term: str) -> str:
    """The term as the index holds it: FTS5 stems, so it is asked."""
    with closing(sqlite3.connect(":memory:")) as memory:
        memory.execute(f"CREATE VIRTUAL TABLE one USING fts5(term, tokenize={TOKENIZER})")
        memory.execute("CREATE VIRTUAL TABLE stems USING fts5vocab(one, row)")
        memory.execute("INSERT INTO one VALUES (?)", [term])
        row: tuple[str] | None = memory.execute("SELECT term FROM stems").fetchone()
    return term if row is None else row[0]
