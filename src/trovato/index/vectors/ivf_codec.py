"""The centroids of a collection, and what was measured when they were made."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import asdict, dataclass, replace

import numpy as np

from trovato.core import InvalidInputError
from trovato.core.shapes import Float32
from trovato.ops import Int8Vectors, ResidualCodec

# Candidates whose recall a card states, and the recall that is wanted.
CANDIDATES = (128, 256, 512, 1024, 2048)
GOAL = 0.99
# Candidates must take less than this share of an exact search: they leave something out.
_WORTH = 0.75


@dataclass(frozen=True, slots=True)
class OperatingPoint:
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
class SearchProfile:
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
    chosen
        Candidates that somebody decided for; None where nobody did, see `candidates_for`.
    refined
        Whether candidates are looked at again, by their tokens in probed cells, and only the best
        of them are scored: where that reached the goal with as few candidates.
    """

    queries: int
    pages: int
    tokens: int
    exact_milliseconds: float
    bytes_per_token: float
    settings: tuple[OperatingPoint, ...]
    chosen: int | None = None
    refined: bool = False

    @property
    def default(self) -> OperatingPoint | None:
        """What a search for a few pages uses; None where it scores every page."""
        count = self.candidates_for(1)
        return next((entry for entry in self.settings if entry.candidates == count), None)

    def candidates_for(self, k: int) -> int | None:
        """How many pages a search for the best `k` scores; None for all of them.

        The chosen number, at least `k`. Where none was chosen the fewest that reach the goal, at
        least `k`; all pages where no number reaches it, or so many cost about as much as all.
        """
        if self.chosen is not None:
            return max(k, self.chosen)
        reaching = [entry.candidates for entry in self.settings if entry.recall >= GOAL]
        if not reaching:
            return None
        count = max(k, reaching[0])
        cost = next(
            (entry for entry in self.settings if entry.candidates >= count), self.settings[-1]
        )
        worth = cost.milliseconds < _WORTH * self.exact_milliseconds
        return count if worth else None

    def recall_of(self, candidates: int) -> float:
        """Recall to expect of so many candidates: that of the nearest setting below, else 0."""
        below = [entry.recall for entry in self.settings if entry.candidates <= candidates]
        return below[-1] if below else 0.0

    def to_json(self) -> str:
        """The card as one line of JSON."""
        return json.dumps(asdict(self))

    @staticmethod
    def from_json(text: str) -> SearchProfile:
        """The card that `to_json` wrote."""
        fields = json.loads(text)
        fields["settings"] = tuple(OperatingPoint(**entry) for entry in fields["settings"])
        return SearchProfile(**fields)


@dataclass(frozen=True, slots=True, eq=False)
class Codebook:
    """Centroids under a number that is never used twice."""

    number: int
    centroids: Int8Vectors

    @property
    def dim(self) -> int:
        """Components of each centroid: fewer than vectors came with, where they are projected."""
        return int(self.centroids.codes.shape[1])


def insert_codebook(connection: sqlite3.Connection, field: int, centroids: Int8Vectors) -> Codebook:
    """Store centroids of a field; they have no card yet."""
    added = connection.execute(
        "INSERT INTO codebooks (field, cells, codes, scales) VALUES (?, ?, ?, ?)",
        [field, len(centroids), centroids.codes.tobytes(), _floats(centroids.scales)],
    )
    return Codebook(added.lastrowid or 0, centroids)


def set_newest_card(connection: sqlite3.Connection, field: int, card: SearchProfile) -> None:
    """Keep what was measured with the newest centroids of a field."""
    connection.execute(
        "UPDATE codebooks SET card = ? "
        "WHERE codebook = (SELECT max(codebook) FROM codebooks WHERE field = ?)",
        [card.to_json(), field],
    )


def newest_card(connection: sqlite3.Connection, field: int) -> SearchProfile | None:
    """The card of the centroids that a field uses, if there are any."""
    found = connection.execute(
        "SELECT card FROM codebooks WHERE field = ? AND card IS NOT NULL "
        "ORDER BY codebook DESC LIMIT 1",
        [field],
    ).fetchone()
    return None if found is None else SearchProfile.from_json(found[0])


def choose_candidates(connection: sqlite3.Connection, field: int, candidates: int) -> SearchProfile:
    """Let searches of a field score so many candidates from now on.

    Raises
    ------
    InvalidInputError
        If there is no card, or it does not say what so many candidates would find.
    """
    card = newest_card(connection, field)
    if card is None:
        raise InvalidInputError("candidates are chosen from an index card: make centroids first")
    known = [setting.candidates for setting in card.settings]
    if candidates not in known:
        raise InvalidInputError(f"{candidates} candidates were not measured: take one of {known}")
    card = replace(card, chosen=candidates)
    set_newest_card(connection, field, card)
    return card


def newest_codebook(connection: sqlite3.Connection, field: int) -> Codebook | None:
    """The centroids that a field uses; None where there are none."""
    (number,) = connection.execute(
        "SELECT max(codebook) FROM codebooks WHERE field = ?", [field]
    ).fetchone()
    return None if number is None else read_codebook(connection, number)


def read_codebook(connection: sqlite3.Connection, number: int) -> Codebook | None:
    """The centroids of that number; None where there are none."""
    found = connection.execute(
        "SELECT codebook, cells, codes, scales FROM codebooks WHERE codebook = ?", [number]
    ).fetchone()
    if found is None:
        return None
    key, cells, codes, scales = found
    return Codebook(
        key,
        Int8Vectors(np.frombuffer(codes, np.int8).reshape(cells, -1), np.frombuffer(scales, "<f4")),
    )


def drop_codebooks(connection: sqlite3.Connection) -> None:
    """Delete the centroids and codecs that no segment needs, but the newest of each field."""
    kept = (
        "SELECT codebook FROM segments UNION SELECT codebook FROM cells "
        "UNION SELECT max(codebook) FROM codebooks GROUP BY field"
    )
    for table in ("codebooks", "codecs"):
        connection.execute(f"DELETE FROM {table} WHERE codebook NOT IN ({kept})")  # noqa: S608


def insert_codec(connection: sqlite3.Connection, codebook: int, codec: ResidualCodec) -> None:
    """Store what residual codes under those centroids mean."""
    connection.execute(
        "INSERT INTO codecs VALUES (?, ?, ?, ?)",
        [codebook, codec.bits, *(_floats(part) for part in (codec.cutoffs, codec.levels))],
    )


def read_codec(connection: sqlite3.Connection, codebook: int, bits: int) -> ResidualCodec | None:
    """The codec of so many bits under those centroids; None where there is none."""
    book = read_codebook(connection, codebook)
    found = connection.execute(
        "SELECT cutoffs, levels FROM codecs WHERE codebook = ? AND bits = ?", [codebook, bits]
    ).fetchone()
    if book is None or found is None:
        return None
    cutoffs, levels = (np.frombuffer(part, "<f4") for part in found)
    return ResidualCodec(book.centroids, cutoffs, levels)


def _floats(values: Float32[np.ndarray, " count"]) -> bytes:
    return values.astype("<f4").tobytes()
