import json

import numpy as np
import pytest

from trovato.core import InvalidInputError, Measure, generator
from trovato.evaluate import Report, evaluate, parse_measure

RR = parse_measure("RR")
R1 = parse_measure("R@1")


def test_a_judged_query_without_a_ranking_counts_zero() -> None:
    report = evaluate({"q1": ["a"]}, {"q1": {"a": 1}, "q2": {"b": 1}}, [RR])
    assert report.overall.queries == 2
    assert report.overall.estimates["RR"].mean == 0.5
    assert report.not_run == ("q2",)
    assert report.per_query == {"q1": {"RR": 1.0}, "q2": {"RR": 0.0}}


def test_a_query_with_nothing_relevant_is_kept_apart() -> None:
    truth = {"q1": {"a": 1}, "q2": {}, "q3": {"a": 0}}
    report = evaluate({"q1": ["a"], "q2": ["a"], "q9": ["a"]}, truth, [RR])
    assert report.overall.queries == 1
    assert report.without_truth == ("q2", "q3")
    assert report.not_judged == ("q9",)


def test_groups_are_averaged_apart_and_a_query_may_be_in_several() -> None:
    report = evaluate(
        {"q1": ["a"], "q2": ["x", "b"], "q3": []},
        {"q1": {"a": 1}, "q2": {"b": 1}, "q3": {"c": 1}},
        [RR, R1],
        groups={"q1": ["table"], "q2": ["table", "chart"], "gone": ["scan"]},
    )
    assert list(report.groups) == ["chart", "table"]
    assert report.groups["table"].queries == 2
    assert report.groups["table"].estimates["RR"].mean == 0.75
    assert report.groups["chart"].estimates["R@1"].mean == 0.0
    assert report.overall.estimates["RR"].mean == 0.5


def many(count: int = 200) -> Report:
    random = generator(3, "test")
    places = random.integers(1, 6, size=count)
    run = {f"q{n}": [f"x{i}" for i in range(p - 1)] + ["a"] for n, p in enumerate(places)}
    return evaluate(run, {query: {"a": 1} for query in run}, [RR, R1], resamples=2000)


def test_intervals_agree_with_the_normal_approximation() -> None:
    report = many()
    for name in report.measures:
        values = np.array([held[name] for held in report.per_query.values()])
        half = 1.96 * values.std(ddof=1) / np.sqrt(len(values))
        found = report.overall.estimates[name]
        assert found.mean == pytest.approx(values.mean())
        assert found.low == pytest.approx(values.mean() - half, abs=0.15 * half)
        assert found.high == pytest.approx(values.mean() + half, abs=0.15 * half)


def test_the_seed_decides_the_intervals() -> None:
    run = {f"q{n}": ["a"] if n % 3 else ["x", "a"] for n in range(30)}
    truth = {query: {"a": 1} for query in run}
    assert evaluate(run, truth, [RR], seed=1) == evaluate(run, truth, [RR], seed=1)
    first, second = (evaluate(run, truth, [RR], seed=seed, resamples=50) for seed in (1, 2))
    assert first.overall != second.overall


def test_a_higher_level_gives_a_wider_interval() -> None:
    run = {f"q{n}": ["a"] if n % 3 else ["x", "a"] for n in range(30)}
    truth = {query: {"a": 1} for query in run}
    narrow = evaluate(run, truth, [RR], level=0.5).overall.estimates["RR"]
    wide = evaluate(run, truth, [RR], level=0.99).overall.estimates["RR"]
    assert wide.low < narrow.low < narrow.high < wide.high


def test_rows_fill_the_columns() -> None:
    report = evaluate({"q": ["a"]}, {"q": {"a": 1}}, [RR, R1], groups={"q": ["table"]})
    assert report.columns == ["group", "queries", "RR", "R@1"]
    assert report.rows() == [
        ["all", "1", "1.000 [1.000, 1.000]", "1.000 [1.000, 1.000]"],
        ["table", "1", "1.000 [1.000, 1.000]", "1.000 [1.000, 1.000]"],
    ]


def test_json_holds_everything() -> None:
    report = evaluate({"q": ["a"]}, {"q": {"a": 1}, "r": {}}, [RR], groups={"q": ["table"]})
    held = json.loads(json.dumps(report.to_json()))
    assert held["overall"] == {
        "queries": 1,
        "estimates": {"RR": {"mean": 1.0, "low": 1.0, "high": 1.0}},
    }
    assert held["groups"]["table"]["queries"] == 1
    assert held["per_query"] == {"q": {"RR": 1.0}}
    assert held["without_truth"] == ["r"]
    assert (held["resamples"], held["seed"], held["level"]) == (1000, 0, 0.95)


@pytest.mark.parametrize("measures", [[], [RR, RR]])
def test_no_measures_or_the_same_twice_are_refused(measures: list[Measure]) -> None:
    with pytest.raises(InvalidInputError, match="one or more and differ"):
        evaluate({"q": ["a"]}, {"q": {"a": 1}}, measures)


def test_a_ranking_with_an_item_twice_is_refused() -> None:
    with pytest.raises(InvalidInputError, match="'q' names 'a' more than once"):
        evaluate({"q": ["a", "b", "a"]}, {"q": {"a": 1}}, [RR])


def test_truth_without_relevant_items_is_refused() -> None:
    with pytest.raises(InvalidInputError, match="none of the 1 queries has a relevant item"):
        evaluate({"q": ["a"]}, {"q": {"a": 0}}, [RR])


def test_a_run_of_other_queries_is_refused() -> None:
    with pytest.raises(InvalidInputError, match="check that both use the same ids"):
        evaluate({"q01": ["a"]}, {"q1": {"a": 1}}, [RR])


@pytest.mark.parametrize("level", [0.0, 1.0, 95.0])
def test_a_level_outside_zero_to_one_is_refused(level: float) -> None:
    with pytest.raises(InvalidInputError, match="level lies between"):
        evaluate({"q": ["a"]}, {"q": {"a": 1}}, [RR], level=level)


def test_no_resamples_are_refused() -> None:
    with pytest.raises(InvalidInputError, match="resamples"):
        evaluate({"q": ["a"]}, {"q": {"a": 1}}, [RR], resamples=0)
