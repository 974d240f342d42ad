"""A run against the truth."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from trovato.core import InvalidInputError, as_id, check_many
from trovato.evaluate.inputs import QrelsLike, RunLike, as_qrels, as_run
from trovato.evaluate.measures.registry import MeasureLike, named_measures
from trovato.evaluate.measures.relevance import relevant_count
from trovato.evaluate.result import Report, Summary
from trovato.evaluate.statistics.bootstrap import estimates, resampled_means


def evaluate(
    run: RunLike,
    qrels: QrelsLike,
    measures: MeasureLike | Iterable[MeasureLike],
    *,
    groups: Mapping[Any, Sequence[str]] | None = None,
    resamples: int = 1000,
    seed: int = 0,
    level: float = 0.95,
) -> Report:
    """Measures every ranking and averages over queries, with bootstrap intervals.

    A judged query without a ranking counts 0. A query for which nothing is relevant can only score
    0, so it is kept apart (`Report.without_truth`) and not averaged.

    Parameters
    ----------
    run
        By query id: item ids from best to worst, scores by item id, or a `Ranking`. Or a data frame
        or records with `query_id`, `doc_id` and `score`. Or the path of a TREC run. Scores order
        items by falling score, ties by rising id.
    qrels
        By query id: grades by item id; items not named have grade 0. Or a data frame or records
        with `query_id`, `doc_id` and `relevance`. Or the path of a TREC qrels file. Ids are text; a
        whole number is the text of itself, in both.
    measures
        What to compute, one or several: names (see `parse_measure`), objects such as `nDCG @ 10`,
        or functions of a ranking and its grades.
    groups
        Names of the groups that each query is in, by query id.
    resamples
        How often the queries are drawn anew.
    seed
        Seed of the draws; the same seed gives the same intervals.
    level
        Share of the resampled means that an interval holds.

    Raises
    ------
    InvalidInputError
        If nothing can be averaged, the run or the judgements have another form, a ranking names an
        item twice, two measures share a name, or no query of the run is in the judgements.
    UnreadableFileError
        If a file cannot be read.

    Examples
    --------
    >>> report = evaluate({"q1": {"a": 0.5, "b": 0.9}}, {"q1": {"b": 1}}, ["nDCG@10", "RR"])
    >>> report.overall.estimates["RR"].mean
    1.0
    """
    for query, members in (groups or {}).items():
        check_many(f"the groups of query {query!r}", members)
    chosen, run, truth = named_measures(measures), as_run(run), as_qrels(qrels)
    groups = {as_id(query, "a query's id"): members for query, members in (groups or {}).items()}
    names = tuple(chosen)
    _check_run(run, truth)
    judged = [query for query, grades in truth.items() if relevant_count(grades)]
    if not judged:
        raise InvalidInputError(
            f"none of the {len(truth)} queries has a relevant item; the truth must name some"
        )
    per_query = {
        query: {name: measure(run.get(query, ()), truth[query]) for name, measure in chosen.items()}
        for query in judged
    }

    def summary(queries: Sequence[str]) -> Summary:
        values = np.array([[per_query[query][name] for name in names] for query in queries])
        found = estimates(values, resampled_means(values, resamples, seed), level)
        return Summary(len(queries), dict(zip(names, found, strict=True)))

    return Report(
        measures=names,
        overall=summary(judged),
        groups={name: summary(members) for name, members in _members(groups, judged)},
        per_query=per_query,
        not_run=tuple(query for query in judged if query not in run),
        without_truth=tuple(query for query in truth if query not in per_query),
        not_judged=tuple(query for query in run if query not in truth),
        resamples=resamples,
        seed=seed,
        level=level,
    )


def _check_run(run: Mapping[str, Sequence[str]], truth: Mapping[str, Mapping[str, int]]) -> None:
    for query, ranking in run.items():
        if len(set(ranking)) < len(ranking):
            twice = next(found for found in ranking if list(ranking).count(found) > 1)
            raise InvalidInputError(
                f"the ranking of query {query!r} names {twice!r} more than once; keep its best rank"
            )
    if run and truth and not run.keys() & truth.keys():
        raise InvalidInputError(
            f"no query of the run is in the truth: the run has {next(iter(run))!r} and others, the "
            f"truth {next(iter(truth))!r} and others; check that both use the same ids"
        )


def _members(
    groups: Mapping[Any, Sequence[str]], judged: Sequence[str]
) -> list[tuple[str, list[str]]]:
    """The judged queries of each group that has any, by sorted name."""
    names = sorted({name for query in judged for name in groups.get(query, ())})
    return [(name, [query for query in judged if name in groups.get(query, ())]) for name in names]
