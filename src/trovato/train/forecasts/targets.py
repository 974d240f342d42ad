"""What came after an origin."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from trovato.core.shapes import Bool, Float64
from trovato.interactions.bins import CountTable
from trovato.retrieve.forecasts import Origin


@dataclass(frozen=True, slots=True, eq=False)
class Truth:
    """Mean counts of the bins after an origin.

    Parameters
    ----------
    counts
        Of the origin's items; half of the smallest count where they were below it, NaN where
        nobody knows.
    listed
        Whether each was counted in full; of others, as far as they are censored, `most` is known.
    most
        The most that each count may have been; the count itself where it is known.
    everything
        Of all items that were counted, those that the origin does not have included.
    """

    counts: Float64[np.ndarray, " items"]
    listed: Bool[np.ndarray, " items"]
    most: Float64[np.ndarray, " items"]
    everything: Float64[np.ndarray, " all"]

    @property
    def least(self) -> Float64[np.ndarray, " items"]:
        """The least that each count may have been: what a ranking is given for it."""
        return np.where(self.listed, self.counts, 0.0)


def truth_after(table: CountTable, last: int, origin: Origin, horizon: int = 1) -> Truth | None:
    """What came in the `horizon` bins after bin `last`; None where a bin has no rows at all.

    Parameters
    ----------
    table
        Counts.
    last
        Place of the origin's newest bin.
    origin
        Its items.
    horizon
        How many bins together; a bin past the end of the table has no rows.
    """
    nexts = range(last + 1, last + 1 + horizon)
    if nexts[-1] >= len(table) or any(not len(table.rows_of(at)[0]) for at in nexts):
        return None
    rows = [table.rows_of(at) for at in nexts]
    keys = np.unique(np.concatenate([places for places, _ in rows]))
    summed = np.zeros(len(keys))
    for places, counts in rows:
        summed[np.searchsorted(keys, places)] += counts / horizon
    window = table.window(nexts[-1], horizon, origin.places)
    known = ~np.isnan(window)
    listed = known.all(axis=1)
    lowest = table.lowest(nexts[-1], horizon)
    if table.absent == "zero":
        counts = np.nan_to_num(window).mean(axis=1)
        return Truth(counts, np.ones(len(counts), bool), counts, summed)
    if table.absent == "censored":
        most = np.where(known, window, lowest).mean(axis=1)
        counts = np.where(known, window, lowest / 2).mean(axis=1)
        return Truth(counts, listed, most, summed)
    counts = window.mean(axis=1)
    return Truth(counts, listed, counts, summed)
