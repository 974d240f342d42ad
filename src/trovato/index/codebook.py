"""The centroids of a collection, and what was measured when they were made."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import asdict, dataclass

import numpy as np

from trovato.ops import Int8Vectors

# Candidates whose recall a card states; a search takes the fewest that reach the goal.
CANDIDATES = (128, 256, 512, 1024, 2048)
GOAL = 0.99


@dataclass(frozen=True, slots=True)
class Setting:
    """What was measured with one number of candidates.

    Parameters
    ----------
    candidates
        Pages whose exact score is computed.
    recall
        Mean share of the exact ten best pages that was found, 0…1.
    milliseconds
        Median CPU time of a query.
    """

    candidates: int
    recall: float
    milliseconds: float


@dataclass(frozen=True, slots=True)
class IndexCard:
    """How good and how fast searches through the centroids are, measured when they were made.

    Parameters
    ----------
    queries
        Held-out questions: runs of tokens of random pages, whose own page is left out.
    pages, tokens
        What was searched.
    exact_milliseconds
        Median CPU time of an exact query.
    bytes_per_token
        Of vectors and cells on the disk.
    settings
        By rising number of candidates.
    """

    queries: int
    pages: int
    tokens: int
    exact_milliseconds: float
    bytes_per_token: float
    settings: tuple[Setting, ...]

    @property
    def default(self) -> Setting:
        """The fewest candidates that reach the goal; the most where none do."""
        reaching = (setting for setting in self.settings if setting.recall >= GOAL)
        return next(reaching, self.settings[-1])

    def recall_of(self, candidates: int) -> float:
        """Recall to expect of so many candidates: that of the nearest setting below, else 0."""
        below = [entry.recall for entry in self.settings if entry.candidates <= candidates]
        return below[-1] if below else 0.0

    def to_json(self) -> str:
        """The card as one line of JSON."""
        return json.dumps(asdict(self))

    @staticmethod
    def from_json(text: str) -> IndexCard:
        """The card that `to_json` wrote."""
        fields = json.loads(text)
        fields["settings"] = tuple(Setting(**entry) for entry in fields["settings"])
        return IndexCard(**fields)


@dataclass(frozen=True, slots=True, eq=False)
class Codebook:
    """Centroids under a number that is never used twice."""

    number: int
    centroids: Int8Vectors


def insert_codebook(connection: sqlite3.Connection, centroids: Int8Vectors) -> Codebook:
    """Store centroids; they have no card yet."""
    added = connection.execute(
        "INSERT INTO codebooks (cells, codes, scales) VALUES (?, ?, ?)",
        [len(centroids), centroids.codes.tobytes(), centroids.scales.astype("<f4").tobytes()],
    )
    return Codebook(added.lastrowid or 0, centroids)


def set_card(connection: sqlite3.Connection, codebook: int, card: IndexCard) -> None:
    """Keep what was measured."""
    connection.execute(
        "UPDATE codebooks SET card = ? WHERE codebook = ?", [card.to_json(), codebook]
    )


def newest_card(connection: sqlite3.Connection) -> IndexCard | None:
    """The card of the centroids in use, if there are any."""
    found = connection.execute(
        "SELECT card FROM codebooks WHERE card IS NOT NULL ORDER BY codebook DESC LIMIT 1"
    ).fetchone()
    return None if found is None else IndexCard.from_json(found[0])


def read_codebook(connection: sqlite3.Connection, number: int | None = None) -> Codebook | None:
    """The centroids of that number, or the newest; None where there are none."""
    found = connection.execute(
        "SELECT codebook, cells, codes, scales FROM codebooks WHERE codebook = "
        "ifnull(?, (SELECT max(codebook) FROM codebooks))",
        [number],
    ).fetchone()
    if found is None:
        return None
    key, cells, codes, scales = found
    return Codebook(
        key,
        Int8Vectors(np.frombuffer(codes, np.int8).reshape(cells, -1), np.frombuffer(scales, "<f4")),
    )


def drop_codebooks(connection: sqlite3.Connection, kept: Iterable[int]) -> None:
    """Delete all centroids but these, with the rows of the cells that belong to them."""
    numbers = json.dumps(sorted(kept))
    for table in ("codebooks", "cells"):
        connection.execute(
            f"DELETE FROM {table} WHERE codebook NOT IN (SELECT value FROM json_each(?))",  # noqa: S608
            [numbers],
        )
