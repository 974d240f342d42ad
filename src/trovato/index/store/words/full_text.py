"""Search by words: BM25 in SQLite's FTS5."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Mapping

import numpy as np

from trovato.core import Attribute
from trovato.core.shapes import Float64, Int64
from trovato.ops import QUERY_STOP_WORDS, captions, fold

# FTS5 cuts further where its own tokeniser does; combining marks stay with their letter.
_WORD = re.compile(r"[\w\u0300-\u036f]+")
# A whole page pasted as a question still answers in bounded time.
_MOST_TERMS = 256

Weights = tuple[float, float, float]


def match_expression(text: str) -> str:
    """A question in FTS5's language: any of its words, each quoted, so nothing in it is syntax.

    Stop words are left out unless nothing else is there. Empty where there is no word at all.
    """
    terms = list(dict.fromkeys(match.group().casefold() for match in _WORD.finditer(text)))
    content = [term for term in terms if term not in QUERY_STOP_WORDS] or terms
    return " OR ".join(f'"{term}"' for term in content[:_MOST_TERMS])


def context_of(name: str, page: int | None, attributes: Mapping[str, Attribute], text: str) -> str:
    """What an item is known by beside its words: title, words of its name, numbers of the page.

    With them go the captions on it, so that a page with a figure comes before those that only
    mention it.
    """
    known = [str(attributes.get("title", "")), re.sub(r"\.\w+$", "", name).replace("_", " ")]
    known += [] if page is None else [f"page {page}"]
    known += [f"page {attributes['label']}"] if "label" in attributes else []
    return " ".join(filter(None, [*known, *captions(fold(text))])).strip()


def best_rows(
    connection: sqlite3.Connection,
    expression: str,
    k: int,
    weights: Weights,
    selection: tuple[str, list[Attribute]] | None,
) -> tuple[Int64[np.ndarray, " found"], Float64[np.ndarray, " found"]]:
    """Rows that score at least as well as the `k`-th best, ties included, and their scores.

    By FTS5 alone: of collections that have no postings yet.

    Parameters
    ----------
    connection
        A database with the table `words`.
    expression
        From `match_query`.
    k
        At least 1.
    weights
        BM25's weight of the page's text, of its context and of its codes.
    selection
        A query for the rows to choose from, with its parameters; None for all.
    """
    chosen, parameters = selection or ("", [])
    # The plus keeps SQLite from asking FTS5 for each chosen row by itself: 1,000 times slower.
    within = f"AND +rowid IN ({chosen})" if chosen else ""
    matching = (
        "SELECT rowid AS item, -bm25(words, ?, ?, ?) AS score FROM words "  # noqa: S608
        f"WHERE words MATCH ? {within}"
    )
    bound = [*weights, expression, *parameters]
    ordered = f"{matching} ORDER BY score DESC LIMIT ?"
    found = connection.execute(ordered, [*bound, k + 1]).fetchall()
    if len(found) > k and found[k][1] == found[k - 1][1]:
        tied = f"SELECT item, score FROM ({matching}) WHERE score >= ?"  # noqa: S608
        found = connection.execute(tied, [*bound, found[k - 1][1]]).fetchall()
    else:
        found = found[:k]
    rows = np.array([row for row, _ in found], np.int64)
    return rows, np.array([score for _, score in found], np.float64)


def matching_rows(connection: sqlite3.Connection, expression: str) -> set[int]:
    """The rows that match an expression of `match_query`."""
    rows = connection.execute("SELECT rowid FROM words WHERE words MATCH ?", [expression])
    return {row for (row,) in rows.fetchall()}


def count_matching(connection: sqlite3.Connection, expression: str) -> int:
    """How many rows match an expression of `match_query`."""
    found = connection.execute("SELECT count(*) FROM words WHERE words MATCH ?", [expression])
    return int(found.fetchone()[0])


def mean_length(connection: sqlite3.Connection) -> tuple[int, float]:
    """How many rows the word index has, and how many terms their texts have on average."""
    rows, terms, *_ = [*_totals(connection), 0, 0]
    return rows, terms / rows if rows else 0.0


def count_terms(connection: sqlite3.Connection) -> tuple[int, int]:
    """How many rows the word index has, and how many terms in all of their columns."""
    rows, *terms = _totals(connection) or [0]
    return rows, sum(terms)


def _totals(connection: sqlite3.Connection) -> list[int]:
    """The record that BM25 reads its averages from: number of rows, and of terms by column.

    They stand there in SQLite's variable-length integers.
    """
    found = connection.execute("SELECT block FROM words_data WHERE id = 1").fetchone()
    numbers, value = [], 0
    for byte in found[0] if found else b"":
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            numbers.append(value)
            value = 0
    return numbers
