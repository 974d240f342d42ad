"""Several retrievers' scores or rankings of the same items, made one."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

from trovato.core import InvalidInputError

Id = TypeVar("Id", str, int)


def reciprocal_rank_fusion(rankings: Iterable[Sequence[Id]], k: int = 60) -> dict[Id, float]:
    """Score each item by the sum over rankings of `1 / (k + rank)`, ranks from 1.

    Cormack, Clarke and Büttcher 2009. An item that a ranking leaves out gets nothing from it.

    Parameters
    ----------
    rankings
        Ids from best to worst, each at most once in a ranking.
    k
        Larger values let low ranks count more; at least 0.

    Raises
    ------
    InvalidInputError
        If `k` is negative or a ranking holds an id twice.

    Examples
    --------
    >>> fused = reciprocal_rank_fusion([["a", "b"], ["b", "c"]])
    >>> max(fused, key=fused.__getitem__)
    'b'
    """
    if k < 0:
        raise InvalidInputError(f"k must be at least 0, got {k}")
    fused: dict[Id, float] = {}
    for ranking in rankings:
        if len(set(ranking)) != len(ranking):
            raise InvalidInputError("a ranking must not hold an id twice; remove the duplicates")
        for rank, item in enumerate(ranking, start=1):
            fused[item] = fused.get(item, 0.0) + 1 / (k + rank)
    return fused


def convex_combination(
    scores: Sequence[Mapping[Id, float]], weights: Sequence[float]
) -> dict[Id, float]:
    """Weighted mean of several retrievers' scores, which must be on one scale.

    Bruch, Gai and Ingber 2022 (An analysis of fusion functions for hybrid retrieval). An item that
    a retriever leaves out gets 0 from it: shift the scores so that 0 is what that means.

    Parameters
    ----------
    scores
        Per retriever, scores by id.
    weights
        Per retriever, at least 0; they are divided by their sum.

    Raises
    ------
    InvalidInputError
        If there are not as many weights as retrievers, one is negative, all are 0, or a weight, a
        score or a mean is not finite.

    Examples
    --------
    >>> convex_combination([{"a": 1.0}, {"a": 0.0, "b": 1.0}], [0.75, 0.25])
    {'a': 0.75, 'b': 0.25}
    """
    if len(scores) != len(weights):
        raise InvalidInputError(
            f"each retriever needs a weight, got {len(scores)} and {len(weights)}"
        )
    total = sum(weights)
    if not 0 < total < math.inf or min(weights) < 0:
        raise InvalidInputError(f"weights must be at least 0 and not all 0, got {list(weights)}")
    fused: dict[Id, float] = {}
    for given, weight in zip(scores, weights, strict=True):
        share = weight / total
        for item, score in given.items():
            fused[item] = fused.get(item, 0.0) + share * score
    if not all(map(math.isfinite, fused.values())):
        raise InvalidInputError("scores must be finite; find where NaN or infinity comes from")
    return fused
