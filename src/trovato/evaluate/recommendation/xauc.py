"""Whether predictions order all pairs of rows as what happened does, exactly."""

from __future__ import annotations

import numpy as np

from trovato.core import InvalidInputError
from trovato.core.shapes import Float64, Int64

_BITS = 8  # of what happened


def xauc(
    predicted: Float64[np.ndarray, " rows"], happened: Int64[np.ndarray, " rows"]
) -> tuple[float, Float64[np.ndarray, " rows"]]:
    """The share of pairs with different watch times that predictions order right, ties half.

    The chance of concordance of Harrell et al. 1982; for watch time Zhan et al., "Deconfounding
    duration bias in watch-time prediction", KDD 2022, section 5.1 (XAUC). All pairs count, in
    rows × log(rows).

    Parameters
    ----------
    predicted
        Any numbers.
    happened
        0 to 255, such as seconds.

    Returns
    -------
    The share, NaN where nothing differs; and how far each row moves it (the jackknife), whose sums
    over the rows of each user `clustered_interval` takes.

    Raises
    ------
    InvalidInputError
        If a prediction is NaN, or what happened is out of range.
    """
    if bool(np.isnan(predicted).any()):
        raise InvalidInputError("predictions must be numbers; find where NaN comes from")
    if len(happened) and not 0 <= happened.min() <= happened.max() < 1 << _BITS:
        raise InvalidInputError(f"what happened must be 0 to {(1 << _BITS) - 1}")
    counts = np.bincount(happened, minlength=1 << _BITS)
    comparable = (len(happened) - counts)[happened]
    right = _in_order(predicted, happened)
    wrong = _in_order(-predicted, happened)
    scores = (comparable + right - wrong) / 2  # ties are in both or in neither
    pairs = float(comparable.sum()) / 2
    value = float(scores.sum()) / 2 / pairs if pairs else float("nan")
    return value, (scores - value * comparable) / max(pairs, 1.0)


def _in_order(
    predicted: Float64[np.ndarray, " rows"], happened: Int64[np.ndarray, " rows"]
) -> Int64[np.ndarray, " rows"]:
    """For each row, how many others have both numbers lower, or both higher.

    Two numbers differ first in one bit; rows that agree above it stand together, sorted by
    prediction, and each 1 comes after the 0s that are below it. Where predictions tie, the order
    of rows decides, the same for predictions and their negatives.
    """
    order = np.argsort(predicted, kind="stable")
    found = np.zeros(len(happened), np.int64)
    for bit in range(_BITS):
        group = happened[order] >> (bit + 1)
        rows = order[np.argsort(group, kind="stable")]
        ones = (happened[rows] >> bit) & 1
        group = happened[rows] >> (bit + 1)
        sizes = np.bincount(group)
        begins = np.repeat(np.cumsum(sizes) - sizes, sizes)
        ends = np.repeat(np.cumsum(sizes), sizes)
        zeros_before = np.concatenate([[0], np.cumsum(1 - ones)])
        ones_before = np.concatenate([[0], np.cumsum(ones)])
        here = np.arange(len(rows))
        below = zeros_before[here] - zeros_before[begins]
        above = ones_before[ends] - ones_before[here]
        found[rows] += np.where(ones == 1, below, above)
    return found
