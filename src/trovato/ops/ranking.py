"""From scores to a ranking."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from trovato.core import InvalidInputError, check_many
from trovato.core.shapes import Float, Int64


def top_k(
    scores: Float[np.ndarray, " items"], ids: Sequence[str] | Sequence[int], k: int
) -> Int64[np.ndarray, " best"]:
    """Positions of the best `k` items: by falling score, ties by rising id.

    The outcome is that of a full sort, also where a tie crosses the border, but only the items at
    or above the border are sorted. Items that score −∞ are left out.

    Parameters
    ----------
    scores
        One score per item.
    ids
        One id per item, comparable with each other.
    k
        At most so many positions, at least 0.

    Raises
    ------
    InvalidInputError
        If a score is NaN, `k` is negative, or there are not as many ids as scores.
    """
    check_many("ids", ids)
    if len(ids) != len(scores):
        raise InvalidInputError(f"each score needs an id, got {len(scores)} and {len(ids)}")
    if k < 0:
        raise InvalidInputError(f"k must be at least 0, got {k}")
    if bool(np.any(np.isnan(scores))):
        raise InvalidInputError("scores must be numbers; find where NaN comes from")
    candidates = np.flatnonzero(scores > -np.inf)
    if 0 < k < len(candidates):
        border = np.partition(scores[candidates], -k)[-k]
        candidates = candidates[scores[candidates] >= border]
    order = sorted(candidates.tolist(), key=lambda position: (-scores[position], ids[position]))
    return np.array(order[:k], np.int64)
