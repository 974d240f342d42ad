"""The least and the most that a run's measure can come to as judging goes on."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from trovato.core.shapes import Float64
from trovato.evaluate.incomplete.sampling import SampledItem

# Of a run for one query, by how many documents of an order turn out to have the highest grade.
Values = Float64[np.ndarray, "counts"]
Grades = Float64[np.ndarray, "ranks"]
Known = Float64[np.ndarray, "judged"]
# From the grades by rank, all known grades, the places of the order (−1 for none), the highest
# grade and the cutoff.
_Course = Callable[[Grades, Known, Sequence[int], int, int], Values]


def run_bounds(
    runs: Mapping[str, Mapping[str, list[str]]],
    by_query: Mapping[str, list[SampledItem]],
    measure: str,
    k: int,
) -> dict[str, tuple[float, float]]:
    """Each run's lowest and highest mean over all ways to give what is not judged 0 or the highest.

    More relevant documents raise what a run gathers and the ideal too, so neither none nor all of
    them need be the extreme. For a number of them the run gains most where they are its first ones,
    and least where they are not in it, or its last ones: so only their number is tried.

    Parameters
    ----------
    runs
        Rankings by query, by the run's name.
    by_query
        The pool of each query.
    measure
        nDCG, P, AP or RR, without its cutoff.
    k
        The cutoff.
    """
    course = _COURSES[measure]
    grades = [item.grade for items in by_query.values() for item in items if item.grade is not None]
    highest = max(1, *grades) if grades else 1
    found = {}
    for name, run in runs.items():
        extremes = []
        for query, items in by_query.items():
            known = {item.document: item.grade for item in items if item.grade is not None}
            ranking = run.get(query, [])[:k]
            open_ = {item.document for item in items} - known.keys()
            inside = [rank for rank, document in enumerate(ranking) if document in open_]
            outside = len(open_) - len(inside)
            ranked = np.array([max(known.get(one, 0), 0) for one in ranking], np.float64)
            judged = np.sort([max(grade, 0) for grade in known.values()]).astype(np.float64)[::-1]
            worst = course(ranked, judged, [-1] * outside + inside[::-1], highest, k)
            best = course(ranked, judged, inside, highest, k)
            extremes.append((worst.min(), best.max()))
        low, high = np.mean(extremes, axis=0)
        found[name] = (float(low), float(high))
    return found


def _ndcg(grades: Grades, judged: Known, order: Sequence[int], highest: int, k: int) -> Values:
    discounts = 1 / np.log2(np.arange(2, k + 2))
    gained = np.array([highest * discounts[rank] if rank >= 0 else 0.0 for rank in order])
    gathered = grades @ discounts[: len(grades)] + np.concatenate([[0.0], np.cumsum(gained)])
    ideals = np.zeros(len(order) + 1)
    for count in range(len(order) + 1):
        top = min(count, k)
        rest = judged[: k - top]
        ideals[count] = highest * discounts[:top].sum() + rest @ discounts[top : top + len(rest)]
    values: Values = np.divide(gathered, ideals, out=np.zeros_like(ideals), where=ideals > 0)
    return values


def _precision(grades: Grades, _: Known, order: Sequence[int], _highest: int, k: int) -> Values:
    gained = np.cumsum([0, *(rank >= 0 for rank in order)])
    return np.asarray((np.count_nonzero(grades) + gained) / k, np.float64)


def _reciprocal(grades: Grades, _: Known, order: Sequence[int], _highest: int, k: int) -> Values:
    relevant = np.flatnonzero(grades)
    first = int(relevant[0]) if len(relevant) else k
    firsts = np.minimum.accumulate([first, *(rank if rank >= 0 else k for rank in order)])
    return np.where(firsts < k, 1 / (firsts + 1.0), 0.0)


def _average(grades: Grades, judged: Known, order: Sequence[int], _: int, _k: int) -> Values:
    """AP step by step: a hit adds its own precision, and one to the count of each later hit."""
    hits, inverse = grades > 0, 1 / np.arange(1, len(grades) + 1)
    total = float((inverse * np.cumsum(hits))[hits].sum())
    wanted = int(np.count_nonzero(judged))
    values = [total / wanted if wanted else 0.0]
    for rank in order:
        wanted += 1
        if rank >= 0:
            later = inverse[rank + 1 :][hits[rank + 1 :]].sum()
            total += float((np.count_nonzero(hits[:rank]) + 1) * inverse[rank] + later)
            hits[rank] = True
        values.append(total / wanted)
    return np.array(values)


_COURSES: dict[str, _Course] = {
    "nDCG": _ndcg,
    "P": _precision,
    "RR": _reciprocal,
    "AP": _average,
}
