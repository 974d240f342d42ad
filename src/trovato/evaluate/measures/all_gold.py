"""Whether everything that an answer needs was found."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence

from trovato.core import InvalidInputError, check_many


def all_gold(
    ranking: Sequence[str], gold: Sequence[Collection[str]], k: int, *, grouped_by: int = 1
) -> bool:
    """Whether the best `k` hold an item of every set of gold items.

    Parameters
    ----------
    ranking
        Ids from best to worst.
    gold
        Sets of items, each of which is met by any one of its own.
    k
        How many hits count, at least 1.
    grouped_by
        How many hits count as one: LILaC reports R@3 over pages that hold 3 components each, which
        is 9 components.

    Raises
    ------
    InvalidInputError
        If `k` or `grouped_by` is below 1, or nothing is needed.

    Examples
    --------
    >>> all_gold(["a", "b", "c"], [{"a"}, {"c", "d"}], 2)
    False
    """
    check_many("ranking", ranking)
    _check(gold, k, grouped_by)
    if not gold:
        raise InvalidInputError("at least one set of gold items is needed, got none")
    best = set(ranking[: k * grouped_by])
    return all(not best.isdisjoint(any_of) for any_of in gold)


def gold_recall(
    ranking: Sequence[str], gold: Sequence[Collection[str]], k: int, *, grouped_by: int = 1
) -> float:
    """The share of the sets of gold items that the best `k` hold an item of; see `all_gold`."""
    check_many("ranking", ranking)
    _check(gold, k, grouped_by)
    best = set(ranking[: k * grouped_by])
    return sum(not best.isdisjoint(any_of) for any_of in gold) / len(gold) if gold else math.nan


def _check(gold: Sequence[Collection[str]], k: int, grouped_by: int) -> None:
    for any_of in gold:
        check_many("each set of gold items", any_of)
    if k < 1 or grouped_by < 1:
        raise InvalidInputError(f"k and grouped_by must be at least 1, got {k} and {grouped_by}")
