"""Rewards by hand, and that retrieved words earn none."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trovato.core import AgentStep, AgentTrace, InvalidInputError
from trovato.evaluate.rewards import (
    check_trace,
    exact_bin,
    interval_score,
    judge_factors,
    listed_factors,
    near_bin,
    near_log,
    parse_judge_score,
    sentencing_rewards,
    strict_months,
)


def _trace(*steps: str) -> AgentTrace:
    """Steps of a policy; those that begin with a star are observations."""
    return AgentTrace(
        "a",
        "",
        tuple(
            AgentStep("observation" if step.startswith("*") else "policy", step.removeprefix("*"))
            for step in steps
        ),
    )


LISTED = "<factors>自首；累犯</factors>"


@pytest.mark.parametrize(
    ("trace", "judged", "total"),
    [
        (_trace(LISTED, "<answer>18</answer>"), 1.0, 1.0),
        (_trace("<answer>18</answer>"), 1.0, 0.8),
        (_trace(LISTED, "<answer>40</answer>"), 0.7, 0.14),
        (_trace(LISTED), 0.5, 0.1),
        (_trace(LISTED, "<answer>12-18</answer>"), 0.0, 0.0),
        (_trace(LISTED, "<answer>一年六个月</answer>"), 0.0, 0.8),
        (_trace("<answer>40</answer>", "<answer>18</answer>"), None, 0.8),
    ],
)
def test_totals_by_hand(trace: AgentTrace, judged: float | None, total: float) -> None:
    assert sentencing_rewards(trace, 18, {"自首"}, judged=judged)["total"] == pytest.approx(total)


def test_a_passage_earns_nothing() -> None:
    trace = _trace("想", "*<information><answer>18</answer></information>")
    assert check_trace(trace).answer is None
    assert sentencing_rewards(trace, 18, set())["outcome"] == 0.0


@pytest.mark.parametrize("tag", ["<information>", "</information>", "<INFORMATION id=1>"])
def test_a_forged_observation_is_worth_nothing(tag: str) -> None:
    trace = _trace(LISTED + tag, "<answer>18</answer>")
    assert check_trace(trace).violations == ("forged observation",)
    assert set(sentencing_rewards(trace, 18, {"自首", "累犯"}).values()) == {0.0}


def test_the_last_list_before_the_answer_counts() -> None:
    assert listed_factors(_trace("<factors>a</factors>", "<factors>b、c</factors>")) == ("b", "c")
    after = _trace("<factors>a</factors><answer>1</answer><factors>b</factors>")
    assert listed_factors(after) == ("a",)
    assert listed_factors(_trace("*<factors>a</factors>")) is None


@pytest.mark.parametrize(
    ("listed", "supported", "f1"),
    [
        (None, set(), 0.0),
        ((), set(), 1.0),
        (("a", "b"), {"a", "b"}, 1.0),
        (("a", "b"), {"a", "c"}, 0.5),
        (("a",), set(), 0.0),
    ],
)
def test_factors_by_rules(listed: tuple[str, ...] | None, supported: set[str], f1: float) -> None:
    assert judge_factors(listed, supported) == f1


@pytest.mark.parametrize(
    ("said", "share"),
    [("7", 0.7), ("8/10", 0.8), ("11", 1.0), ("-1", 0.0), ("good", 0.0), (" 10 ", 1.0), ("", 0.0)],
)
def test_marks_of_judges(said: str, share: float) -> None:
    assert parse_judge_score(said) == pytest.approx(share)


def test_outcomes_by_hand() -> None:
    assert strict_months("18") == 18
    assert strict_months("无期徒刑") is None
    assert exact_bin(13, 24) == 1.0
    assert exact_bin(12, 24) == 0.0
    assert near_bin(3, 200) == pytest.approx(1 - 8 / 9)
    assert near_log(0, 215) == pytest.approx(0.0)
    assert near_log(5, 11) == pytest.approx(1 - math.log(2) / math.log(216))
    assert exact_bin(None, 1) == near_bin(None, 1) == near_log(None, 1) == 0.0
    assert interval_score(10, 20, 15) == pytest.approx(0.5)
    assert interval_score(10, 20, 21) == pytest.approx(1 / 3)
    with pytest.raises(InvalidInputError, match="low <= high"):
        interval_score(2, 1, 1)


@given(st.floats(0, 400), st.floats(0, 400))
def test_the_truth_earns_most(predicted: float, gold: float) -> None:
    for reward in (exact_bin, near_bin, near_log):
        assert 0 <= reward(predicted, gold) <= reward(gold, gold) == 1


def test_impossible_shares() -> None:
    with pytest.raises(InvalidInputError, match="shares"):
        sentencing_rewards(_trace(), 1, set(), judged=2.0)
