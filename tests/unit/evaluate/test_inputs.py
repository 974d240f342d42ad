"""What `evaluate` takes for a run, for judgements and for measures, and how it refuses the rest."""

from collections.abc import Mapping, Sequence
from types import SimpleNamespace
from typing import Any

import pytest

from trovato.core import InvalidInputError, UnreadableFileError
from trovato.evaluate import AP, NDCG, RR, MeasureLike, P, R, Success, evaluate, nDCG

RUN = {"q1": ["a", "b"]}
QRELS = {"q1": {"b": 1}}


def reciprocal_rank(run: Any, qrels: Any = QRELS) -> float:
    return evaluate(run, qrels, RR, resamples=1).overall.estimates["RR"].mean


@pytest.mark.parametrize(
    "run",
    [
        {"q1": ("a", "b")},
        {"q1": {"b": 0.5, "a": 2}},
        {"q1": {"b": 1.0, "a": 1.0}},  # ties by rising id
        [("q1", "b", 0.1), ("q1", "a", 0.2)],
        [{"query_id": "q1", "doc_id": "b", "score": -1, "rank": 1}, ("q1", "a", 0)],
        (SimpleNamespace(query_id="q1", doc_id=d, score=s) for d, s in (("a", 3.0), ("b", 2.0))),
    ],
)
def test_forms_of_a_run(run: Any) -> None:
    assert reciprocal_rank(run) == 0.5


def test_whole_numbers_are_the_text_of_themselves() -> None:
    report = evaluate([(1, 20, 0.5)], {"1": {"20": 1}}, "RR", groups={1: ["easy"]})
    assert report.per_query == {"1": {"RR": 1.0}}
    assert report.groups["easy"].queries == 1
    assert reciprocal_rank({1: [20]}, [("1", 20, 1.0)]) == 1.0


@pytest.mark.parametrize(
    ("run", "message"),
    [
        ([("q1", "a", 0.5), ("q1", "b")], r"row 2: wanted the fields query_id, doc_id, score"),
        ([("q1", "a", 0.5), ("q1", "b", "high")], r"row 2, item 'b': wanted a finite score"),
        ([("q1", "a", 0.5), ("q1", "b", float("nan"))], r"row 2, item 'b'.*got nan"),
        ([("q1", "a", 0.5), ("q1", 1.5, 0.5)], r"row 2: an item's id must be text.*got 1.5"),
        ([("q1", "a", 0.5), ("q1", "a", 0.4)], r"row 2: query 'q1' has 'a' more than once"),
        ([(None, "a", 0.5)], r"row 1: query_id must be text or a whole number, got None"),
        ({"q1": {"a": None}}, r"query 'q1', item 'a': wanted a finite score, got None"),
        ({"q1": {1: 0.5, "1": 0.2}}, r"query 'q1' has '1' more than once"),
        ({"q1": "ab"}, r"the ranking of query 'q1' must be several"),
        ({"q1": 3}, r"must be scores by item id, item ids from best to worst, or a Ranking"),
        ({1: ["a"], "1": ["b"]}, r"query '1' comes twice"),
        (7, r"wanted a data frame or records with the fields query_id, doc_id, score, got int"),
    ],
)
def test_what_is_wrong_with_a_run_is_said(run: Any, message: str, unchecked: None) -> None:
    with pytest.raises(InvalidInputError, match=message):
        reciprocal_rank(run)


@pytest.mark.parametrize(
    ("qrels", "message"),
    [
        ([("q1", "b", 1), ("q1", "a", 0.5)], r"row 2, item 'a': wanted a whole number as grade"),
        ({"q1": ["b"]}, r"judgements of query 'q1' must be grades by item id, such as"),
        ({"q1": {"b": "yes"}}, r"query 'q1', item 'b': wanted a whole number as grade, got 'yes'"),
        ([{"query_id": "q1", "doc_id": "b", "score": 1}], r"row 1.*doc_id, relevance"),
    ],
)
def test_what_is_wrong_with_judgements_is_said(qrels: Any, message: str) -> None:
    with pytest.raises(InvalidInputError, match=message):
        reciprocal_rank(RUN, qrels)


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_a_data_frame_without_a_column_is_refused(library: str) -> None:
    frame = pytest.importorskip(library).DataFrame({"query_id": ["q1"], "docno": ["a"]})
    with pytest.raises(InvalidInputError, match=r"lacks doc_id, score and has query_id, docno"):
        reciprocal_rank(frame)


def test_a_file_that_is_not_there() -> None:
    with pytest.raises(UnreadableFileError, match="absent"):
        reciprocal_rank("absent.run")


def found_any(ranking: Sequence[str], grades: Mapping[str, int]) -> float:
    return float(any(grades.get(item, 0) for item in ranking))


def test_measures_are_names_objects_kinds_and_functions() -> None:
    asked: list[MeasureLike] = [
        "nDCG@10",
        nDCG @ 5,
        RR,
        AP @ 3,
        P @ 1,
        R @ 2,
        Success @ 1,
        found_any,
    ]
    report = evaluate(RUN, QRELS, asked, resamples=1)
    assert report.measures == (
        *("nDCG@10", "nDCG@5", "RR", "AP@3", "P@1", "R@2", "Success@1"),
        "found_any",
    )
    assert report.per_query["q1"]["found_any"] == report.per_query["q1"]["R@2"] == 1.0
    assert nDCG @ 5 == NDCG(5)


@pytest.mark.parametrize("alone", ["RR", RR, RR @ 10, found_any])
def test_one_measure_needs_no_list(alone: Any) -> None:
    assert len(evaluate(RUN, QRELS, alone, resamples=1).measures) == 1


@pytest.mark.parametrize(
    ("measures", "message"),
    [
        ([], "one or more"),
        (["RR", RR], "differ"),
        ([P], "P needs a cutoff"),
        ([10], r"a measure is a name such as 'nDCG@10'.*got 10"),
        (["best@10"], "no measure is called 'best@10'"),
    ],
)
def test_other_measures_are_refused(measures: Any, message: str, unchecked: None) -> None:
    with pytest.raises(InvalidInputError, match=message):
        evaluate(RUN, QRELS, measures)


def test_a_cutoff_is_at_least_one() -> None:
    with pytest.raises(InvalidInputError, match="at least 1"):
        nDCG @ 0
