"""Runs against a sample of the judgements: means, differences, and what is still needed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from itertools import combinations
from statistics import NormalDist
from typing import Any

import numpy as np

from trovato.core import InvalidInputError
from trovato.evaluate.incomplete.bounds import run_bounds
from trovato.evaluate.incomplete.expected_measures import EXPECTED
from trovato.evaluate.incomplete.query_estimate import QueryEstimate, estimate_query
from trovato.evaluate.incomplete.sampling import SampledItem
from trovato.evaluate.inputs import RunLike, as_run
from trovato.evaluate.measures.registry import parse_measure
from trovato.evaluate.statistics.bootstrap import Estimate, estimates, resampled_means

_ALL = 1000  # the cutoff of a measure without one, as in TREC


@dataclass(frozen=True, slots=True)
class RunEstimate:
    """One run.

    Parameters
    ----------
    judging
        Mean with the interval for these very queries: how far it may move as judging goes on.
    queries
        Mean with the interval for queries like these: their variation and that of the sample.
    worst, best
        The least and the largest mean that judging the rest of the pool can lead to, were each
        document of it given 0 or the highest grade seen.
    """

    judging: Estimate
    queries: Estimate
    worst: float
    best: float


@dataclass(frozen=True, slots=True)
class RunDifference:
    """One run against another, for these very queries.

    Parameters
    ----------
    first, second
        Names of the runs.
    difference
        Mean of first − second with its interval by the sampling of judgements.
    more_needed
        About how many more judgements until the interval leaves 0 out, if the difference stays as
        it is; 0 where it does already.
    """

    first: str
    second: str
    difference: Estimate
    more_needed: int

    @property
    def half_width(self) -> float:
        """Half the length of the interval."""
        return (self.difference.high - self.difference.low) / 2


@dataclass(frozen=True, slots=True)
class IncompleteReport:
    """What a sample of the judgements says about runs.

    Parameters
    ----------
    measure
        Its name.
    judged, pool
        Documents in the sample, and those that could be.
    runs
        By name, best first.
    differences
        Of every two runs.
    assumption
        What is taken for granted.
    """

    measure: str
    queries: int
    judged: int
    pool: int
    runs: Mapping[str, RunEstimate]
    differences: tuple[RunDifference, ...]
    assumption: str = (
        "documents outside the pool are not relevant; the order of judging was drawn beforehand"
    )

    @property
    def columns(self) -> list[str]:
        """Heads of the table that `rows` fills."""
        return ["run", self.measure, "queries like these", "worst", "best"]

    def rows(self) -> list[list[str]]:
        """One row per run, best first."""
        return [
            [name, str(one.judging), str(one.queries), f"{one.worst:.3f}", f"{one.best:.3f}"]
            for name, one in self.runs.items()
        ]

    def to_json(self) -> dict[str, Any]:
        """Everything as plain values."""
        return asdict(self)


def estimate_runs(
    runs: Mapping[str, RunLike],
    sample: Iterable[SampledItem],
    measure: str = "nDCG@10",
    *,
    confidence: float = 0.95,
    seed: int = 0,
) -> IncompleteReport:
    """Estimates every run and every difference from a sample of the pool.

    Parameters
    ----------
    runs
        By name; each as of `evaluate`.
    sample
        Every document of the pool (see `priority_sample`).
    measure
        nDCG, P, AP or RR, with or without a cutoff.
    confidence
        Of the intervals.
    seed
        Of the draws of queries.

    Raises
    ------
    InvalidInputError
        If there are no runs or nothing is judged, the measure has no estimator, or confidence is
        not between 0 and 1.
    """
    if not 0 < confidence < 1:
        raise InvalidInputError(f"confidence lies between 0 and 1, got {confidence}")
    name, k = _parsed(measure)
    ranked = {name: as_run(run) for name, run in runs.items()}
    by_query: dict[str, list[SampledItem]] = {}
    for item in sample:
        by_query.setdefault(item.query, []).append(item)
    judged = sum(item.grade is not None for items in by_query.values() for item in items)
    if not ranked or not judged:
        raise InvalidInputError(
            f"an estimate needs runs and judgements, got {len(ranked)} runs and {judged} "
            "judgements: judge the pool in its order until there are some"
        )
    parts = {
        query: estimate_query(
            {name: run.get(query, []) for name, run in ranked.items()}, items, EXPECTED[name], k
        )
        for query, items in sorted(by_query.items())
    }
    values = np.array([part.values for part in parts.values()])
    means = values.mean(axis=0)
    spread = np.sqrt(sum(part.variances() for part in parts.values())) / len(parts)
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    over_queries = estimates(values, resampled_means(values, 1000, seed), confidence)
    bounds = run_bounds(ranked, by_query, name, k)
    order = sorted(range(len(ranked)), key=lambda at: (-means[at], list(ranked)[at]))
    names = list(ranked)
    found = {
        names[at]: RunEstimate(
            _normal(float(means[at]), z * float(spread[at])),
            over_queries[at],
            *bounds[names[at]],
        )
        for at in order
    }
    pool = [item for items in by_query.values() for item in items]
    differences = tuple(
        _difference(names, first, second, list(parts.values()), pool, z)
        for first, second in combinations(order, 2)
    )
    return IncompleteReport(measure, len(parts), judged, len(pool), found, differences)


def _parsed(measure: str) -> tuple[str, int]:
    name = str(parse_measure(measure))
    match = re.fullmatch(r"(\w+?)(?:@(\d+))?", name)
    assert match is not None  # noqa: S101 (measures print so)
    if match[1] not in EXPECTED:
        raise InvalidInputError(
            f"{name} has no estimator from incomplete judgements: use {', '.join(EXPECTED)}"
        )
    return match[1], int(match[2] or _ALL)


def _difference(
    names: list[str],
    first: int,
    second: int,
    parts: list[QueryEstimate],
    pool: list[SampledItem],
    z: float,
) -> RunDifference:
    mean = float(np.mean([part.values[first] - part.values[second] for part in parts]))

    def half_width(factor: float) -> float:
        variance = sum(part.variance_of_difference(first, second, factor) for part in parts)
        return float(z * np.sqrt(variance) / len(parts))

    now = half_width(1.0)
    needed = 0
    if now >= abs(mean) and now > 0:
        probabilities = np.array([item.probability for item in pool])
        low, high = 1.0, float(1 / probabilities.min())
        for _ in range(40):  # the least factor that is enough, to a millionth of the range
            middle = (low * high) ** 0.5
            low, high = (low, middle) if half_width(middle) < abs(mean) else (middle, high)
        drawn = np.minimum(1, probabilities * high).sum() - probabilities.sum()
        needed = int(np.ceil(drawn))
    return RunDifference(names[first], names[second], _normal(mean, now), needed)


def _normal(mean: float, half: float) -> Estimate:
    return Estimate(mean, mean - half, mean + half)
