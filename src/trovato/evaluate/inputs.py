"""Runs and judgements in the forms that people have them in."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from numbers import Real
from typing import Any

from trovato.core import InvalidInputError, PathLike, Ranking, as_id, check_many, field_rows
from trovato.evaluate.trec import read_qrels, read_run

# By query id, or rows (records or a data frame), or a file: see `as_run` and `as_qrels`.
RunLike = Mapping[Any, Any] | Iterable[Any] | PathLike
QrelsLike = Mapping[Any, Any] | Iterable[Any] | PathLike

_Read = Callable[[Any, str], Any]


def as_run(run: RunLike) -> dict[str, list[str]]:
    """Item ids from best to worst, by query id.

    Parameters
    ----------
    run
        By query id: a mapping from item id to score, item ids from best to worst, or a `Ranking`.
        Or rows with `query_id`, `doc_id` and `score`, as a data frame or as records. Or the path of
        a TREC run. Where there are scores, items are ordered by falling score, ties by rising id.

    Raises
    ------
    InvalidInputError
        If it is none of these, an id is neither text nor a whole number, a score is no finite
        number, or a query has an item twice.
    UnreadableFileError
        If the file cannot be read.
    """
    if isinstance(run, (str, os.PathLike)):
        return read_run(run)
    if not isinstance(run, Mapping):
        rows = _rows(run, "score")
        return {query: _best_first(scores) for query, scores in _by_query(rows, _score).items()}
    return {query: _ranked(query, ranking) for query, ranking in _queries(run)}


def as_qrels(qrels: QrelsLike) -> dict[str, dict[str, int]]:
    """Grade by item id, by query id.

    Parameters
    ----------
    qrels
        By query id, a mapping from item id to grade. Or rows with `query_id`, `doc_id` and
        `relevance`, as a data frame or as records. Or the path of a TREC qrels file.

    Raises
    ------
    InvalidInputError
        If it is none of these, an id is neither text nor a whole number, a grade is no whole
        number, or a query has an item twice.
    UnreadableFileError
        If the file cannot be read.
    """
    if isinstance(qrels, (str, os.PathLike)):
        return read_qrels(qrels)
    if not isinstance(qrels, Mapping):
        return _by_query(_rows(qrels, "relevance"), _grade)
    judged = {}
    for query, grades in _queries(qrels):
        if not isinstance(grades, Mapping):
            raise InvalidInputError(
                f"the judgements of query {query!r} must be grades by item id, such as {{'d1': 1}},"
                f" got {grades!r}"
            )
        judged[query] = _values(query, grades, _grade)
    return judged


def _queries(by_query: Mapping[Any, Any]) -> Iterator[tuple[str, Any]]:
    seen = set()
    for name, value in by_query.items():
        query = as_id(name, "a query's id")
        if query in seen:
            raise InvalidInputError(f"query {query!r} comes twice, as text and as a number")
        seen.add(query)
        yield query, value


def _ranked(query: str, ranking: Any) -> list[str]:
    if isinstance(ranking, Mapping):
        return _best_first(_values(query, ranking, _score))
    if isinstance(ranking, Ranking):
        return list(ranking.ids)
    check_many(f"the ranking of query {query!r}", ranking)
    if not isinstance(ranking, Iterable):
        raise InvalidInputError(
            f"the ranking of query {query!r} must be scores by item id, item ids from best to "
            f"worst, or a Ranking, got {ranking!r}"
        )
    return [as_id(item, f"an item of query {query!r}") for item in ranking]


def _values(query: str, by_item: Mapping[Any, Any], read: _Read) -> dict[str, Any]:
    rows = ((query, item, value) for item, value in by_item.items())
    return _by_query(rows, read, f"query {query!r}").get(query, {})


def _rows(source: Any, value: str) -> Iterator[tuple[Any, ...]]:
    return field_rows(source, ("query_id", "doc_id", value))


def _by_query(
    rows: Iterable[tuple[Any, ...]], read: _Read, source: str | None = None
) -> dict[str, dict[str, Any]]:
    """The values of each query; errors name `source`, or else the row."""
    found: dict[str, dict[str, Any]] = {}
    for number, (query, item, value) in enumerate(rows, start=1):
        place = source or f"row {number}"
        items = found.setdefault(as_id(query, f"{place}: query_id"), {})
        name = as_id(item, f"{place}: an item's id")
        if name in items:
            raise InvalidInputError(
                f"{place}: query {query!r} has {name!r} more than once; keep one of them"
            )
        items[name] = read(value, f"{place}, item {name!r}")
    return found


def _score(value: Any, source: str) -> float:
    if not isinstance(value, Real) or not math.isfinite(value):
        raise InvalidInputError(f"{source}: wanted a finite score, got {value!r}")
    return float(value)


def _grade(value: Any, source: str) -> int:
    if not isinstance(value, Real) or not float(value).is_integer():
        raise InvalidInputError(f"{source}: wanted a whole number as grade, got {value!r}")
    return int(float(value))


def _best_first(scores: Mapping[str, float]) -> list[str]:
    return sorted(scores, key=lambda item: (-scores[item], item))
