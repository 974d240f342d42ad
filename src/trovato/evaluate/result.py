"""What an evaluation found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from trovato.evaluate.statistics.bootstrap import Estimate


@dataclass(frozen=True, slots=True)
class Summary:
    """Means over some queries.

    Parameters
    ----------
    queries
        How many queries were averaged.
    estimates
        Mean and interval by the measure's name.
    """

    queries: int
    estimates: Mapping[str, Estimate]


@dataclass(frozen=True, slots=True)
class Report:
    """The values of a run: overall, by group, and by query.

    Parameters
    ----------
    measures
        Names of the measures, in the order asked for.
    overall
        Means over all judged queries.
    groups
        Means over each group's judged queries, by group name, sorted. A query may be in several.
    per_query
        Value by query id and by measure.
    not_run
        Judged queries without a ranking; they count 0.
    without_truth
        Queries for which nothing is relevant; they count nowhere.
    not_judged
        Queries of the run that the truth does not name; they count nowhere.
    resamples, seed, level
        How the intervals were drawn.
    """

    measures: tuple[str, ...]
    overall: Summary
    groups: Mapping[str, Summary]
    per_query: Mapping[str, Mapping[str, float]]
    not_run: tuple[str, ...]
    without_truth: tuple[str, ...]
    not_judged: tuple[str, ...]
    resamples: int
    seed: int
    level: float

    @property
    def columns(self) -> list[str]:
        """Heads of the table that `rows` fills."""
        return ["group", "queries", *self.measures]

    def rows(self) -> list[list[str]]:
        """The summaries as a table: all queries first, then each group."""
        named = [("all", self.overall), *self.groups.items()]
        return [
            [
                name,
                str(summary.queries),
                *(str(summary.estimates[measure]) for measure in self.measures),
            ]
            for name, summary in named
        ]

    def to_json(self) -> dict[str, Any]:
        """Everything in the report as plain values that `json.dumps` takes."""
        return asdict(self)
