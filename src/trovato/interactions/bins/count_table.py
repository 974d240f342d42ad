"""How often each item was wanted in each bin of time; pairs without a count are not kept."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np

from trovato.core import InvalidInputError, check_many
from trovato.core.shapes import Float64, Int64

# What it means that an item has no count in a bin: nobody wanted it; it was below the smallest
# count of that bin, as in lists of the best; or nobody knows.
Absent = Literal["zero", "censored", "missing"]


@dataclass(frozen=True, eq=False)
class CountTable:
    """Counts by item and bin, bin by bin.

    Parameters
    ----------
    items
        Ids, rising.
    bins
        Labels, oldest first, without gaps: a bin in which nothing was counted is there, empty.
    offsets
        Where the rows of each bin begin, and the end.
    places
        Item of each row, rising within a bin.
    counts
        At least 0.
    absent
        What a pair without a row means.
    """

    items: tuple[str, ...]
    bins: tuple[str, ...]
    offsets: Int64[np.ndarray, " borders"]
    places: Int64[np.ndarray, " rows"]
    counts: Float64[np.ndarray, " rows"]
    absent: Absent = "zero"

    @staticmethod
    def of(
        rows: Iterable[tuple[str, str, float]],
        absent: Absent = "zero",
        bins: Sequence[str] | None = None,
    ) -> CountTable:
        """A table of rows (bin, item, count) in any order; counts of the same pair are added.

        Parameters
        ----------
        rows
            What was counted.
        absent
            What a pair without a row means.
        bins
            All labels, oldest first; by default those of the rows, in the order of text.

        Raises
        ------
        InvalidInputError
            If a count is below 0 or not finite, or a row has a bin that `bins` lacks.
        """
        if bins is not None:
            check_many("bins", bins)
        rows = list(rows)
        labels = sorted({row[0] for row in rows}) if bins is None else list(bins)
        items = sorted({row[1] for row in rows})
        bin_of = {label: at for at, label in enumerate(labels)}
        place_of = {item: at for at, item in enumerate(items)}
        unknown = sorted({row[0] for row in rows} - bin_of.keys())
        if unknown:
            raise InvalidInputError(f"no bin is called {unknown[0]!r}: name all bins, or none")
        at = np.array([bin_of[row[0]] for row in rows], np.int64)
        places = np.array([place_of[row[1]] for row in rows], np.int64)
        counts = np.array([row[2] for row in rows], np.float64)
        return CountTable.of_arrays(tuple(items), tuple(labels), at, places, counts, absent)

    @staticmethod
    def of_arrays(
        items: tuple[str, ...],
        bins: tuple[str, ...],
        at: Int64[np.ndarray, " rows"],
        places: Int64[np.ndarray, " rows"],
        counts: Float64[np.ndarray, " rows"],
        absent: Absent = "zero",
    ) -> CountTable:
        """A table of rows in any order, as arrays: places of bins and of items, and counts."""
        check_many("items", items)
        check_many("bins", bins)
        wrong = np.flatnonzero(~(counts >= 0) | ~np.isfinite(counts))
        if len(wrong):
            raise InvalidInputError(
                f"a count is a number of at least 0, got {counts[wrong[0]]} for the item "
                f"{items[places[wrong[0]]]!r} in {bins[at[wrong[0]]]!r}"
            )
        keys, inverse = np.unique(at * len(items) + places, return_inverse=True)
        summed = np.bincount(inverse, counts, len(keys)).astype(np.float64)
        offsets = np.searchsorted(keys, np.arange(len(bins) + 1) * len(items)).astype(np.int64)
        return CountTable(items, bins, offsets, keys % max(len(items), 1), summed, absent)

    def __len__(self) -> int:
        return len(self.bins)

    @cached_property
    def first_bins(self) -> Int64[np.ndarray, " items"]:
        """The first bin in which each item has a row."""
        first = np.full(len(self.items), len(self.bins), np.int64)
        bins = np.repeat(np.arange(len(self.bins)), np.diff(self.offsets))
        np.minimum.at(first, self.places, bins)
        return first

    def place_of_bin(self, label: str) -> int:
        """Place of a bin; that of the last one where the label is empty.

        Raises
        ------
        InvalidInputError
            If there is no such bin.
        """
        if not label:
            return len(self.bins) - 1
        if label not in self.bins:
            raise InvalidInputError(
                f"no bin is called {label!r}: they go from {self.bins[0]!r} to {self.bins[-1]!r}"
            )
        return self.bins.index(label)

    def rows_of(self, at: int) -> tuple[Int64[np.ndarray, " rows"], Float64[np.ndarray, " rows"]]:
        """Items of one bin, and their counts."""
        rows = slice(self.offsets[at], self.offsets[at + 1])
        return self.places[rows], self.counts[rows]

    def window(
        self, last: int, width: int, places: Int64[np.ndarray, " some"]
    ) -> Float64[np.ndarray, "some width"]:
        """Counts of some items in the `width` bins up to `last`; NaN where there is no row.

        Parameters
        ----------
        last
            Place of the newest bin that is looked at; no later one is read.
        width
            How many bins; those before the first are NaN.
        places
            Items, rising.
        """
        found = np.full((len(places), width), np.nan)
        for back in range(min(width, last + 1)):
            items, counts = self.rows_of(last - back)
            at = np.searchsorted(places, items)
            known = at < len(places)
            known[known] = places[at[known]] == items[known]
            found[at[known], width - 1 - back] = counts[known]
        return found

    def lowest(self, last: int, width: int) -> Float64[np.ndarray, " width"]:
        """The smallest count of each of the `width` bins up to `last`; 0 where there is none."""
        found = np.zeros(width)
        for back in range(min(width, last + 1)):
            counts = self.rows_of(last - back)[1]
            if len(counts):
                found[width - 1 - back] = counts.min()
        return found
