"""The signals of one item as records: rounded as they are shown, with a word for each."""

from __future__ import annotations

import numpy as np

from trovato.core import Signal
from trovato.ops.forecasting import LEVEL_BINS, WINDOW
from trovato.retrieve.forecasts.origin import Origin

# Name: (unit, window, the borders between buckets, the buckets from low to high).
_KINDS: dict[str, tuple[str, int, tuple[float, ...], tuple[str, ...]]] = {
    "last": ("count", 1, (), ("",)),
    "level": ("count", LEVEL_BINS, (), ("",)),
    "level_rank": ("rank", LEVEL_BINS, (10.5, 100.5), ("top", "upper", "lower")),
    "trend": ("log per bin", WINDOW, (-0.04, 0.04), ("falling", "stable", "rising")),
    "momentum": ("log", WINDOW, (-0.15, 0.15), ("down", "even", "up")),
    "acceleration": ("log", 3, (-0.15, 0.15), ("slowing", "steady", "speeding")),
    "burst": ("ratio", WINDOW, (2.5,), ("none", "spike")),
    "since_peak": ("bins", WINDOW, (), ("",)),
    "excess": ("log", WINDOW, (-0.3, 0.3), ("dip", "usual", "peak")),
    "period": ("bins", 0, (), ("",)),
    "autocorrelation": ("ratio", 0, (0.6,), ("no", "yes")),
    "season_step": ("log", 0, (-0.15, 0.15), ("fell", "stayed", "rose")),
    "age": ("bins", 0, (7.5, 25.5), ("new", "recent", "mature")),
    "listed_age": ("bins", 0, (7.5, 25.5), ("new", "recent", "mature")),
    "category_momentum": ("log", WINDOW, (-0.15, 0.15), ("cold", "neutral", "hot")),
    "support": ("count", WINDOW, (10,), ("little", "enough")),
}
_SOURCE = {"listed_age": "age"}
# A history of so few counted bins has no trend to speak of.
_NEEDS_HISTORY = frozenset({"trend", "momentum", "acceleration", "burst", "since_peak", "excess"})
_LEAST_OBSERVED = 3
# Below this change of log(1 + count) a forecast is level with the newest count.
_LEVEL_CHANGE = 0.05


def shown(value: float, unit: str) -> str:
    """A number as it is shown: whole from 10 on where it counts something, else two decimals."""
    if unit in ("bins", "rank"):
        return f"{value:.0f}"
    if unit == "count":
        return f"{value:.0f}" if value >= 10 or value == int(value) else f"{value:.1f}"
    if unit.startswith("log"):
        # No negative zero.
        return f"{round(value, 2) + 0.0:+.2f}"
    return f"{value:.2f}"


def signal_records(
    origin: Origin,
    at: int,
    expected: float,
    interval: tuple[float, float],
    horizon: int = 1,
) -> tuple[Signal, ...]:
    """The signals of one item, and its forecast among them.

    What cannot be relied on is not there: nothing of a trend for an item that was counted in fewer
    than 3 of the newest 8 bins, nothing of a season that was not seen twice, nothing of a category
    that is not known. Where the newest count was below the smallest one listed, that is there
    instead ("lowest"). Where an item without a count may yet have been wanted, it may be older than
    its first count, whose age is "listed_age".

    Parameters
    ----------
    origin
        The moment.
    at
        Which of its items, from 0.
    expected
        The forecast for a bin.
    interval
        Its lower and upper end.
    horizon
        Over how many bins.
    """
    support = float(origin.signals["support"][at])
    left_out: set[str] = set() if origin.listed[at] else {"last", "excess"}
    # An item may be older than its place in a list that does not hold everything.
    left_out.add("listed_age" if origin.complete else "age")
    short = origin.counts.shape[1] < WINDOW
    if short or origin.signals["observed"][at] < _LEAST_OBSERVED:
        left_out |= _NEEDS_HISTORY
    season = max(origin.periods, default=0)
    if not origin.season_listed[at]:
        left_out.add("season_step")
    if not origin.signals["period"][at]:
        left_out |= {"period", "autocorrelation"}
    if not origin.signals["category_momentum"][at]:
        left_out.add("category_momentum")
    records = [
        _record(name, float(origin.signals[_SOURCE.get(name, name)][at]), support, season)
        for name in _KINDS
        if name not in left_out
    ]
    direction = ""
    if origin.listed[at]:
        direction = _direction(expected, float(origin.counts[at, -1]))
    elif origin.known[at]:
        records.append(Signal("lowest", origin.lowest, "count", 1, "", support))
    records.append(Signal("forecast", expected, "count", horizon, direction, support))
    for name, end in zip(("low", "high"), interval, strict=True):
        records.append(Signal(name, end, "count", horizon, "", support))
    return tuple(records)


def _direction(expected: float, last: float) -> str:
    change = np.log1p(expected) - np.log1p(last)
    if abs(change) <= _LEVEL_CHANGE:
        return "level"
    return "above" if change > 0 else "below"


def _record(name: str, value: float, support: float, season: int) -> Signal:
    unit, window, borders, buckets = _KINDS[name]
    if name == "season_step":
        window = season
    bucket = buckets[int(np.searchsorted(borders, value, side="right"))]
    return Signal(name, value, unit, window, bucket, support)
