import json

import pytest

from trovato.core import InvalidInputError, generator
from trovato.evaluate import Report, compare, evaluate, parse_measure

RR = parse_measure("RR")


def report(ranks: list[int]) -> Report:
    """One query per rank at which its only relevant item stands."""
    run = {f"q{n}": [f"x{i}" for i in range(rank - 1)] + ["a"] for n, rank in enumerate(ranks)}
    return evaluate(run, {query: {"a": 1} for query in run}, [RR], resamples=10)


def test_a_run_equals_itself() -> None:
    same = report([1, 2, 3, 4] * 10)
    found = compare(same, same).differences["RR"]
    assert (found.change.mean, found.change.low, found.change.high) == (0, 0, 0)
    assert (found.p, found.wins, found.losses) == (1.0, 0, 0)


def test_a_run_that_is_better_everywhere_is_better_for_sure() -> None:
    found = compare(report([2] * 40), report([1] * 40)).differences["RR"]
    assert (found.first, found.second, found.change.mean) == (0.5, 1.0, 0.5)
    assert found.p == pytest.approx(2 / 1001)
    assert (found.wins, found.losses) == (40, 0)


def test_swapping_the_sides_swaps_the_sign() -> None:
    random = generator(1, "test")
    one = report([int(rank) for rank in random.integers(1, 5, size=60)])
    two = report([int(rank) for rank in random.integers(1, 5, size=60)])
    there, back = compare(one, two).differences["RR"], compare(two, one).differences["RR"]
    assert there.change.mean == pytest.approx(-back.change.mean)
    assert there.change.low == pytest.approx(-back.change.high)
    assert (there.wins, there.losses, there.p) == (back.losses, back.wins, back.p)
    assert there.change.mean == pytest.approx(there.second - there.first)


def test_pairing_sees_what_separate_intervals_cannot() -> None:
    """Queries differ far more than the runs do, yet one run is better on nearly every query."""
    first = [1, 50] * 40
    second = [1, 25] * 40
    one, two = report(first), report(second)
    found = compare(one, two).differences["RR"]
    assert one.overall.estimates["RR"].high > two.overall.estimates["RR"].low
    assert found.change.low > 0


def test_two_runs_with_the_same_values_on_other_queries_differ_query_by_query() -> None:
    found = compare(report([1, 2] * 20), report([2, 1] * 20)).differences["RR"]
    assert (found.change.mean, found.wins, found.losses) == (0, 20, 20)
    assert found.change.low < 0 < found.change.high
    assert found.p > 0.5


def test_reports_over_different_queries_are_refused() -> None:
    with pytest.raises(InvalidInputError, match="1 are in one only, such as 'q2'"):
        compare(report([1, 1]), report([1, 1, 1]))


def test_reports_without_a_shared_measure_are_refused() -> None:
    other = evaluate({"q0": ["a"]}, {"q0": {"a": 1}}, [parse_measure("AP")])
    with pytest.raises(InvalidInputError, match="share no measure"):
        compare(report([1]), other)


def test_rows_and_json() -> None:
    comparison = compare(report([2]), report([1]))
    assert comparison.columns[0] == "measure"
    assert comparison.rows() == [
        ["RR", "0.500", "1.000", "+0.500 [+0.500, +0.500]", "0.002", "1", "0"]
    ]
    assert json.loads(json.dumps(comparison.to_json()))["differences"]["RR"]["wins"] == 1
