"""From scores to a ranking."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

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

    Examples
    --------
    >>> import numpy as np
    >>> top_k(np.array([0.5, 0.9, 0.9]), ["a", "c", "b"], 2).tolist()
    [2, 1]
    """
    check_many("ids", ids)
    if len(ids) != len(scores):
        raise InvalidInputError(f"each score needs an id, got {len(scores)} and {len(ids)}")
    _check(scores, k)
    candidates = _reaching(scores, k)
    order = _order(scores[candidates], lambda tied: [ids[place] for place in candidates[tied]])
    best: Int64[np.ndarray, " best"] = candidates[order[:k]]
    return best


def top_rows(
    rows: Int64[np.ndarray, " items"],
    scores: Float[np.ndarray, " items"],
    k: int,
    ids_of: Callable[[list[int]], Mapping[int, str]],
) -> list[tuple[int, float]]:
    """The best `k` rows with their scores, in the order of `top_k`.

    Ids are asked for only where equal scores make them matter.

    Parameters
    ----------
    rows, scores
        Items by number, each once, and the score of each.
    k
        At most so many, at least 0.
    ids_of
        Gives the ids of some rows.

    Raises
    ------
    InvalidInputError
        If a score is NaN or `k` is negative.
    """
    _check(scores, k)
    candidates = _reaching(scores, k)
    rows, scores = rows[candidates], scores[candidates]

    def ids_at(tied: Int64[np.ndarray, " tied"]) -> list[str]:
        asked = rows[tied].tolist()
        ids = ids_of(asked)
        return [ids[row] for row in asked]

    order = _order(scores, ids_at)[:k]
    return list(zip(rows[order].tolist(), scores[order].tolist(), strict=True))


def _check(scores: Float[np.ndarray, " items"], k: int) -> None:
    if k < 0:
        raise InvalidInputError(f"k must be at least 0, got {k}")
    if bool(np.any(np.isnan(scores))):
        raise InvalidInputError("scores must be numbers; find where NaN comes from")


def _reaching(scores: Float[np.ndarray, " items"], k: int) -> Int64[np.ndarray, " reaching"]:
    """Positions of the best `k` scores above −∞, and of those that equal the last of them."""
    candidates = np.flatnonzero(scores > -np.inf)
    if 0 < k < len(candidates):
        border = np.partition(scores[candidates], -k)[-k]
        candidates = candidates[scores[candidates] >= border]
    return candidates


def _order(
    scores: Float[np.ndarray, " items"],
    ids_at: Callable[[Int64[np.ndarray, " tied"]], Sequence[str] | Sequence[int]],
) -> Int64[np.ndarray, " items"]:
    """Positions by falling score, ties by rising id; only those of ties are asked for."""
    order = np.argsort(-scores, kind="stable")
    ranked = scores[order]
    equal = np.flatnonzero(ranked[1:] == ranked[:-1])
    if not len(equal):
        return order
    tied = order[np.union1d(equal, equal + 1)]
    ids = ids_at(tied)
    by_id = np.zeros(len(scores), np.int64)
    by_id[tied[sorted(range(len(tied)), key=ids.__getitem__)]] = np.arange(len(tied))
    return np.lexsort((by_id, -scores))
