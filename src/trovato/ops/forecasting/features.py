"""What a learned forecast reads of each item: signals, and counts against the newest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from trovato.core.shapes import Float64
from trovato.ops.forecasting.signals import LEVEL_BINS, WINDOW

_AS_THEY_ARE = (
    *(
        "trend",
        "momentum",
        "acceleration",
        "excess",
        "burst",
        "since_peak",
        "autocorrelation",
        "period",
    ),
    *("seasonal_change", "rank_gain", "category_momentum", "observed"),
)
_BY_SIZE = ("level_rank", "age", "support")


def feature_matrix(
    counts: Float64[np.ndarray, "items bins"],
    signals: Mapping[str, Float64[np.ndarray, " items"]],
    periods: Sequence[int] = (),
) -> Float64[np.ndarray, "items features"]:
    """One row an item. All but the newest x are relative to it: large items teach small ones.

    Parameters
    ----------
    counts
        Oldest bin first, without NaN.
    signals
        As `signal_table` gives them.
    periods
        Seasons in bins; where history is too short for one, NaN.
    """
    x = np.log1p(counts)
    newest = x[:, -1]
    level = np.log1p(counts[:, -LEVEL_BINS:].mean(axis=1))
    columns = [newest, level - newest, x.mean(axis=1) - newest, x.max(axis=1) - newest]
    columns += [signals[name] for name in _AS_THEY_ARE]
    columns += [np.log1p(signals[name]) for name in _BY_SIZE]
    columns += [_lag(x, back) - newest for back in range(1, WINDOW)]
    for period in periods:
        if period > WINDOW:  # shorter ones are among the newest
            # The bin a season before the next one, and its neighbours.
            columns += [_lag(x, period - 1 + near) - newest for near in (-1, 0, 1)]
    return np.column_stack(columns)


def _lag(x: Float64[np.ndarray, "items bins"], back: int) -> Float64[np.ndarray, " items"]:
    if back >= x.shape[1]:
        return np.full(len(x), np.nan)
    column: Float64[np.ndarray, " items"] = x[:, -1 - back]
    return column
