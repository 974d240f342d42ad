"""Is one run better than another: a paired bootstrap of the difference."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from trovato.core import InvalidInputError
from trovato.evaluate.result import Report
from trovato.evaluate.statistics.bootstrap import Estimate, estimates, resampled_means


@dataclass(frozen=True, slots=True)
class Difference:
    """How the second run differs from the first in one measure.

    Parameters
    ----------
    first, second
        Mean of each run.
    change
        Mean of second − first over queries, with its interval.
    p
        Two-sided bootstrap p-value of "there is no difference": twice the share of resampled means
        on the rarer side of 0, where the real sample counts as one more resample.
    wins, losses
        Queries on which the second run is better, and worse.
    """

    first: float
    second: float
    change: Estimate
    p: float
    wins: int
    losses: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """The differences between two runs over the same queries, by measure."""

    queries: int
    differences: Mapping[str, Difference]
    resamples: int
    seed: int
    level: float

    @property
    def columns(self) -> list[str]:
        """Heads of the table that `rows` fills."""
        return ["measure", "first", "second", "change", "p", "wins", "losses"]

    def rows(self) -> list[list[str]]:
        """One row per measure."""
        return [
            [
                name,
                f"{found.first:.3f}",
                f"{found.second:.3f}",
                f"{found.change.mean:+.3f} [{found.change.low:+.3f}, {found.change.high:+.3f}]",
                f"{found.p:.3f}",
                str(found.wins),
                str(found.losses),
            ]
            for name, found in self.differences.items()
        ]

    def to_json(self) -> dict[str, Any]:
        """Everything in the comparison as plain values that `json.dumps` takes."""
        return asdict(self)


def compare(
    first: Report,
    second: Report,
    *,
    resamples: int = 1000,
    seed: int = 0,
    level: float = 0.95,
) -> Comparison:
    """Compares two reports query by query, in the measures that both have.

    Parameters
    ----------
    first, second
        Reports over the same queries.
    resamples, seed, level
        As in `evaluate`.

    Raises
    ------
    InvalidInputError
        If the reports are over different queries or share no measure.

    Examples
    --------
    >>> qrels, runs = {"q": {"a": 1}}, ({"q": ["b", "a"]}, {"q": ["a", "b"]})
    >>> first, second = (evaluate(run, qrels, ["RR"]) for run in runs)
    >>> compare(first, second).differences["RR"].change.mean
    0.5
    """
    if first.per_query.keys() != second.per_query.keys():
        differing = sorted(first.per_query.keys() ^ second.per_query.keys())
        raise InvalidInputError(
            f"both reports must be over the same queries; {len(differing)} are in one only, "
            f"such as {differing[0]!r}: evaluate both runs with the same truth"
        )
    names = [name for name in first.measures if name in second.measures]
    if not names:
        raise InvalidInputError(
            f"the reports share no measure: {list(first.measures)} and {list(second.measures)}"
        )
    queries = list(first.per_query)
    before = np.array([[first.per_query[query][name] for name in names] for query in queries])
    after = np.array([[second.per_query[query][name] for name in names] for query in queries])
    change = after - before
    means = resampled_means(change, resamples, seed)
    differences = {}
    for column, found in enumerate(estimates(change, means, level)):
        rarer = min((means[:, column] <= 0).sum(), (means[:, column] >= 0).sum())
        differences[names[column]] = Difference(
            first=float(before[:, column].mean()),
            second=float(after[:, column].mean()),
            change=found,
            p=float(min(1.0, 2 * (rarer + 1) / (resamples + 1))),
            wins=int((change[:, column] > 0).sum()),
            losses=int((change[:, column] < 0).sum()),
        )
    return Comparison(len(queries), differences, resamples, seed, level)
