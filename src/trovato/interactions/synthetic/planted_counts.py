"""Counts whose trends are known: rising, falling, in season, after a burst, flat."""

from __future__ import annotations

import numpy as np

from trovato.core import generator
from trovato.core.shapes import Float64
from trovato.interactions.bins import CountTable

# Shares of items of each kind.
KINDS = {"rising": 0.20, "falling": 0.20, "seasonal": 0.20, "burst": 0.15, "flat": 0.25}
SEASON = 4


def planted_counts(
    items: int = 400, bins: int = 36, seed: int = 0
) -> tuple[CountTable, Float64[np.ndarray, "items bins"]]:
    """Draw Poisson counts about known rates.

    Parameters
    ----------
    items, bins
        How many.
    seed
        The same seed, the same counts.

    Returns
    -------
    The counts, and the rates that they were drawn about. The kinds of `KINDS` follow one another.
    """
    random = generator(seed, "planted counts")
    at = np.arange(bins)
    borders = np.searchsorted(
        np.cumsum(list(KINDS.values())), (np.arange(items) + 0.5) / items, side="left"
    )
    kinds = [list(KINDS)[min(border, len(KINDS) - 1)] for border in borders]
    rates = np.empty((items, bins))
    for row, kind in enumerate(kinds):
        level = np.exp(random.normal(2.0, 0.8))
        slope = random.uniform(0.04, 0.10)
        if kind == "rising":
            rates[row] = level * np.exp(slope * (at - bins / 2))
        elif kind == "falling":
            rates[row] = level * np.exp(-slope * (at - bins / 2))
        elif kind == "seasonal":
            phase = int(random.integers(SEASON))
            rates[row] = level * np.where(at % SEASON == phase, 3.0, 0.5)
        elif kind == "burst":
            start = int(random.integers(bins))
            size = level * random.uniform(5, 12)
            rates[row] = level + np.where(at >= start, size * np.exp(-(at - start) / 2), 0)
        else:
            rates[row] = level
    counts = random.poisson(rates)
    names = tuple(f"i{number:0{len(str(items))}d}" for number in range(items))
    places, when = np.nonzero(counts)
    table = CountTable.of_arrays(
        names,
        tuple(f"{bin_:03d}" for bin_ in at.tolist()),
        when.astype(np.int64),
        places.astype(np.int64),
        counts[places, when].astype(np.float64),
    )
    return table, rates
