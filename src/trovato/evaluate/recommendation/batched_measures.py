"""Measures of many short rankings at once, from which of their places are hits."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from trovato.core import InvalidInputError, Sequences
from trovato.core.shapes import Bool, Float64, Int64
from trovato.evaluate.measures import (
    NDCG,
    AveragePrecision,
    Precision,
    Recall,
    ReciprocalRank,
    Success,
)
from trovato.evaluate.measures.base import CutMeasure
from trovato.evaluate.recommendation.conventions import MetricConventions

Hits = Bool[np.ndarray, "users k"]
PerUser = Float64[np.ndarray, " users"]


def hits_of(best: Int64[np.ndarray, "users k"], targets: Sequences) -> Hits:
    """Which recommended items a user wants.

    Parameters
    ----------
    best
        Places of items, best first; a negative place is empty.
    targets
        What each user wants.

    Raises
    ------
    InvalidInputError
        If a user gets an item twice, or there are not as many users on both sides.
    """
    if len(best) != len(targets):
        raise InvalidInputError(
            f"each list needs the targets of its user, got {len(best)} and {len(targets)}"
        )
    if not best.size:
        return np.zeros(best.shape, bool)
    ordered = np.sort(best, axis=1)
    if bool(((ordered[:, 1:] == ordered[:, :-1]) & (ordered[:, 1:] >= 0)).any()):
        raise InvalidInputError("a list names an item more than once; keep its best rank")
    width = int(max(best.max(), targets.items.max(initial=-1))) + 2
    rows = np.arange(len(best))[:, None] * width
    hits: Hits = np.isin(rows + best, targets.users * width + targets.items) & (best >= 0)
    return hits


def wanted_of(targets: Sequences) -> Int64[np.ndarray, " users"]:
    """How many distinct items each user wants."""
    width = int(targets.items.max(initial=0)) + 1
    distinct = np.unique(targets.users * width + targets.items)
    return np.bincount(distinct // width, minlength=len(targets)).astype(np.int64)


def values_of(
    measure: CutMeasure,
    hits: Hits,
    wanted: Int64[np.ndarray, " users"],
    listed: Int64[np.ndarray, " users"],
    conventions: MetricConventions,
) -> tuple[PerUser, PerUser]:
    """What each user adds to the numerator and to the denominator of a measure's mean.

    Parameters
    ----------
    measure
        With a cutoff within the lists.
    hits
        From `hits_of`.
    wanted, listed
        How many items each user wants: distinct, and with repeats.
    conventions
        What the measure's name means.

    Raises
    ------
    InvalidInputError
        If the measure has no cutoff, or one beyond the lists.
    """
    k = measure.k
    if k is None or k > hits.shape[1]:
        raise InvalidInputError(
            f"{measure} needs a cutoff of at most {hits.shape[1]}, the length of the lists"
        )
    best = hits[:, :k]
    reachable = np.minimum(listed if conventions.duplicates == "counted" else wanted, k)
    counted = np.ones(len(hits)) if conventions.no_targets == "zero" else (wanted > 0) * 1.0
    if isinstance(measure, Precision) and conventions.precision == "pooled":
        return best.sum(axis=1).astype(float), reachable.astype(float)
    divisors = {  # at least 1: who wants nothing has no hits
        "wanted": np.maximum(wanted, 1),
        "reachable": np.maximum(reachable, 1),
        "cutoff": np.full(len(hits), k),
    }
    return counted * _value(measure, best, divisors, conventions), counted


def _value(
    measure: CutMeasure,
    best: Hits,
    divisors: Mapping[str, Int64[np.ndarray, " users"]],
    conventions: MetricConventions,
) -> PerUser:
    ranks = np.arange(1, best.shape[1] + 1)
    value: PerUser
    match measure:
        case NDCG():
            gains = 1 / np.log2(ranks + 1)
            value = best @ gains / np.cumsum(gains)[divisors[conventions.ideal] - 1]
        case Recall():
            value = best.sum(axis=1) / divisors[conventions.recall]
        case Precision():
            value = best.mean(axis=1)
        case AveragePrecision():
            precisions = np.cumsum(best, axis=1) / ranks
            total = (precisions * best).sum(axis=1)
            value = total / divisors[conventions.average_precision]
        case ReciprocalRank():
            value = best.any(axis=1) / (best.argmax(axis=1) + 1)
        case Success():
            value = best.any(axis=1).astype(float)
        case _:
            raise InvalidInputError(f"{measure} is not a measure of recommendation")
    return value
