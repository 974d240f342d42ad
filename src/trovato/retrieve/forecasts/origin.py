"""All that is known at one moment about the items that may matter next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from trovato.core import InvalidInputError
from trovato.core.shapes import Bool, Float64, Int64
from trovato.interactions.bins import CountTable
from trovato.ops.forecasting import (
    WINDOW,
    feature_matrix,
    fill_censored,
    fill_missing,
    signal_table,
)


@dataclass(frozen=True, slots=True, eq=False)
class Origin:
    """A moment from which to forecast. No count of a later bin has been read.

    Parameters
    ----------
    moment
        Label of the newest bin.
    places
        Items, rising: those with a count in the newest 8 bins, or a season before the next one.
    counts
        Oldest bin first, without NaN.
    listed
        Whether the newest count of each item is exact: it was counted, or is known to be 0.
    known
        Whether anything is known of it: what was below the smallest count of the bin is.
    season_listed
        Whether the two counts of the step a season ago are exact.
    lowest
        The smallest count of the newest bin.
    signals
        Arrays by the name of the signal.
    periods
        Seasons, in bins.
    complete
        Whether every count is there: an item without one was not wanted.
    """

    moment: str
    places: Int64[np.ndarray, " items"]
    counts: Float64[np.ndarray, "items bins"]
    listed: Bool[np.ndarray, " items"]
    known: Bool[np.ndarray, " items"]
    season_listed: Bool[np.ndarray, " items"]
    lowest: float
    signals: Mapping[str, Float64[np.ndarray, " items"]]
    periods: tuple[int, ...]
    complete: bool

    def features(self) -> Float64[np.ndarray, "items features"]:
        """What a learned forecast reads."""
        return feature_matrix(self.counts, self.signals, self.periods)


def origin_at(
    table: CountTable,
    last: int,
    periods: Sequence[int] = (),
    categories: Int64[np.ndarray, " items"] | None = None,
) -> Origin:
    """What is known when bin `last` has just ended.

    Memory: the items that may matter, times twice the longest season.

    Parameters
    ----------
    table
        Counts.
    last
        Place of the newest bin.
    periods
        Seasons to look for, in bins.
    categories
        A number for the category of each item of the table, −1 for none.

    Raises
    ------
    InvalidInputError
        If there is no such bin, or a period below 2.
    """
    if not 0 <= last < len(table):
        raise InvalidInputError(f"the newest bin is one of 0 to {len(table) - 1}, got {last}")
    if any(period < 2 for period in periods):
        raise InvalidInputError(f"a period is at least 2 bins, got {min(periods)}")
    width = min(last + 1, 2 * max(periods, default=0) + WINDOW)
    places = _candidates(table, last, periods)
    window = table.window(last, width, places)
    recorded = ~np.isnan(window)
    lowest = table.lowest(last, width)
    if table.absent == "censored":
        counts = fill_censored(window, lowest)
    elif table.absent == "missing":
        counts = fill_missing(window)
    else:
        counts = np.nan_to_num(window)
    signals = signal_table(
        counts,
        observed=recorded[:, -WINDOW:].sum(axis=1).astype(np.float64),
        support=np.nansum(window[:, -WINDOW:], axis=1),
        ages=(last - table.first_bins[places]).astype(np.float64),
        lags=periods,
        categories=None if categories is None else categories[places],
    )
    listed = recorded[:, -1] | (table.absent == "zero")
    known = listed | (table.absent == "censored")
    season = max(periods, default=0)
    step = recorded[:, -season - 1 : recorded.shape[1] - season + 1]
    season_listed = (step.all(axis=1) | (table.absent == "zero")) & (0 < season < width)
    return Origin(
        table.bins[last],
        places,
        counts,
        listed,
        known,
        season_listed,
        float(lowest[-1]),
        signals,
        tuple(periods),
        table.absent == "zero",
    )


def _candidates(
    table: CountTable, last: int, periods: Sequence[int]
) -> Int64[np.ndarray, " items"]:
    """Items with a row in the newest bins, or about a season before the next bin."""
    looked_at = set(range(last - WINDOW + 1, last + 1))
    for period in periods:
        looked_at.update(range(last - period, last - period + 3))
    parts = [table.rows_of(at)[0] for at in looked_at if 0 <= at <= last]
    return np.unique(np.concatenate(parts))
