"""How an item may begin that was never counted: as the items began that are most like it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from trovato.core import InvalidInputError, Signal
from trovato.core.shapes import Float32, Float64, Int64
from trovato.interactions.bins import CountTable

Values = Float64[np.ndarray, " items"]

_FEWEST = 3


@dataclass(frozen=True, slots=True, eq=False)
class ColdStart:
    """First counts of items, with what they are like.

    Parameters
    ----------
    first
        The first count of each item that is learned from.
    vectors
        Of length 1, of their titles.
    categories
        A number for the category of each, −1 for none.
    neighbours
        How many of them tell of a new item; at most a quarter of those there are, but 3.
    level
        Share of the neighbours' first counts that an interval holds.
    """

    first: Values
    vectors: Float32[np.ndarray, "items dim"]
    categories: Int64[np.ndarray, " items"]
    neighbours: int = 20
    level: float = 0.8

    @staticmethod
    def fit(
        table: CountTable,
        places: Int64[np.ndarray, " items"],
        vectors: Float32[np.ndarray, "items dim"],
        categories: Int64[np.ndarray, " items"] | None = None,
        *,
        neighbours: int = 20,
        level: float = 0.8,
    ) -> ColdStart:
        """Learn how some items began.

        Parameters
        ----------
        table
            Counts.
        places
            Those items, as `newcomers` finds them.
        vectors
            Of the title of each; need not have length 1.
        categories
            A number for the category of each, −1 for none.
        neighbours, level
            As above.

        Raises
        ------
        InvalidInputError
            If there are no items, or there is not one vector for each.
        """
        if not len(places) or len(vectors) != len(places):
            raise InvalidInputError(
                f"a cold start needs items that came after the first bin, and a vector of each: "
                f"got {len(places)} items and {len(vectors)} vectors"
            )
        first = np.zeros(len(places))
        for at, place in enumerate(places.tolist()):
            items, counts = table.rows_of(int(table.first_bins[place]))
            first[at] = counts[np.searchsorted(items, place)]
        known = np.full(len(places), -1, np.int64) if categories is None else categories
        return ColdStart(first, _unit(vectors), known, neighbours, level)

    def predict(
        self,
        vectors: Float32[np.ndarray, "new dim"],
        categories: Int64[np.ndarray, " new"] | None = None,
    ) -> tuple[Values, Values, Values, Int64[np.ndarray, " new"]]:
        """Expected first counts, the ends of intervals, and how many neighbours tell of each.

        Neighbours are those of the same category with the nearest titles; of all categories where
        the item has none, or it has fewer than 3 items.
        """
        known = np.full(len(vectors), -1, np.int64) if categories is None else categories
        tail = (1 - self.level) / 2
        expected, low, high = (np.zeros(len(vectors)) for _ in range(3))
        told = np.zeros(len(vectors), np.int64)
        for at, vector in enumerate(_unit(vectors)):
            among = np.flatnonzero((self.categories == known[at]) & (known[at] >= 0))
            if len(among) < _FEWEST:
                among = np.arange(len(self.first))
            many = min(self.neighbours, max(len(among) // 4, _FEWEST))
            near = np.argsort(-(self.vectors[among] @ vector), kind="stable")[:many]
            began = self.first[among[near]]
            expected[at] = np.expm1(np.log1p(began).mean())
            low[at], high[at] = np.quantile(began, [tail, 1 - tail])
            told[at] = len(began)
        return expected, np.minimum(low, expected), np.maximum(high, expected), told


def newcomers(table: CountTable, last: int, most: int) -> Int64[np.ndarray, " items"]:
    """The newest items, at most `most`, whose first count came by bin `last`.

    Items of the first bin are not among them: they may be older than the counts.
    """
    came = np.flatnonzero((table.first_bins > 0) & (table.first_bins <= last))
    found: Int64[np.ndarray, " items"] = np.sort(
        came[np.argsort(-table.first_bins[came], kind="stable")[:most]]
    )
    return found


def cold_signals(
    expected: float, interval: tuple[float, float], neighbours: int
) -> tuple[Signal, ...]:
    """The signals of an item without counts: what is expected, and on how many others it rests."""
    support = float(neighbours)
    return (
        Signal("neighbours", support, "count", 0, "", support),
        Signal("forecast", expected, "count", 1, "", support),
        Signal("low", interval[0], "count", 1, "", support),
        Signal("high", interval[1], "count", 1, "", support),
    )


def _unit(vectors: Float32[np.ndarray, "rows dim"]) -> Float32[np.ndarray, "rows dim"]:
    found: Float32[np.ndarray, "rows dim"] = vectors / np.maximum(
        np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9
    ).astype(np.float32)
    return found
