"""A forecast against the counts that came: ranking, growth, size, intervals."""

from __future__ import annotations

import numpy as np

from trovato.core import InvalidInputError
from trovato.core.shapes import Float64

Values = Float64[np.ndarray, " items"]


def count_ndcg(
    expected: Values,
    came: Values,
    k: int,
    ideal: Float64[np.ndarray, " all"] | None = None,
) -> float:
    """NDCG@k with counts as gains: the share of the best discounted sum that a ranking collects.

    Parameters
    ----------
    expected
        Ranks the items; equal ones by their place.
    came
        Gains, at least 0.
    k
        Depth.
    ideal
        Counts of all items, also those that could not be ranked, as what was never seen before;
        `came` by default.

    Raises
    ------
    InvalidInputError
        If `k` is below 1.
    """
    _check_depth(k)
    discounts = 1 / np.log2(np.arange(2, k + 2))
    best = np.sort(came if ideal is None else ideal)[::-1][:k]
    found = came[_first(expected, k)]
    most = float(best @ discounts[: len(best)])
    return float(found @ discounts[: len(found)]) / most if most > 0 else 0.0


def riser_recall(scores: Values, last: Values, came: Values, k: int) -> float:
    """Share of the k items that grew most that are among the k with the largest scores.

    Growth is log(1 + count) less that of the newest bin. Equal ones by their place.

    Parameters
    ----------
    scores
        Such as the growth that is expected.
    last, came
        Counts of the newest bin, and of the next.
    k
        Depth.

    Raises
    ------
    InvalidInputError
        If `k` is below 1.
    """
    _check_depth(k)
    grew = np.log1p(came) - np.log1p(last)
    k = min(k, len(last))
    if not k:
        return 0.0
    return len(np.intersect1d(_first(grew, k), _first(scores, k))) / k


def direction_accuracy(expected: Values, last: Values, came: Values, least: float = 0.3) -> float:
    """Share of right directions, of items whose log(1 + count) changed by more than `least`.

    No change is never the right direction; NaN where nothing changed.
    """
    change = np.log1p(came) - np.log1p(last)
    moved = np.abs(change) > least
    if not moved.any():
        return float("nan")
    said = np.sign(np.log1p(expected) - np.log1p(last))[moved]
    return float((said == np.sign(change[moved])).mean())


def interval_coverage(low: Values, high: Values, came_low: Values, came_high: Values) -> float:
    """Share of items whose interval holds what came; NaN without items.

    Parameters
    ----------
    low, high
        The interval.
    came_low, came_high
        What came; of a censored count, the least and the most that it may have been: it counts as
        held where the two intervals meet.
    """
    if not len(low):
        return float("nan")
    return float(((came_high >= low) & (came_low <= high)).mean())


def _first(values: Values, k: int) -> np.ndarray:
    return np.argsort(-values, kind="stable")[:k]


def _check_depth(k: int) -> None:
    if k < 1:
        raise InvalidInputError(f"a depth is at least 1, got {k}")
