"""Rules for hard negatives on tables made by hand."""

import numpy as np
import pytest

from trovato.core import InvalidInputError
from trovato.ops import NegativeRule, cluster_quotas, hard_negatives

#                  right  0.97s  0.90s  tie    tie    far
SCORES = np.array([0.80, 0.776, 0.72, 0.40, 0.40, -0.2])
RIGHT = np.array([True, False, False, False, False, False])


@pytest.mark.parametrize(
    ("rule", "bound", "wanted"),
    [
        ("perc_pos", 0.95, [2, 3, 4]),
        ("margin_pos", 0.05, [2, 3, 4]),
        ("margin_pos", 0.02, [1, 2, 3]),
        ("absolute", 0.4, [5]),
        ("top_k", 0.0, [1, 2, 3]),
    ],
)
def test_rules(rule: NegativeRule, bound: float, wanted: list[int]) -> None:
    assert hard_negatives(SCORES, RIGHT, 3, rule=rule, bound=bound).tolist() == wanted


def test_the_bound_is_strict() -> None:
    scores = np.array([1.0, 0.5, 0.25])
    right = np.array([True, False, False])
    assert hard_negatives(scores, right, 3, bound=0.5).tolist() == [2]


def test_the_least_of_several_positives_counts() -> None:
    scores, right = np.array([0.9, 0.5, 0.6, 0.3]), np.array([True, True, False, False])
    assert hard_negatives(scores, right, 3).tolist() == [3]


def test_a_positive_of_no_score_asks_for_a_margin() -> None:
    scores = np.array([-0.1, -0.12, -0.2, 0.4])
    right = np.array([True, False, False, False])
    assert hard_negatives(scores, right, 3).tolist() == [2]


def test_the_first_are_passed_over() -> None:
    assert hard_negatives(SCORES, RIGHT, 2, skip=1).tolist() == [3, 4]
    assert hard_negatives(SCORES, RIGHT, 0).tolist() == []


def test_what_cannot_be_mined() -> None:
    with pytest.raises(InvalidInputError, match="needs a positive"):
        hard_negatives(SCORES, ~RIGHT & False, 2)
    with pytest.raises(InvalidInputError, match="at least 0"):
        hard_negatives(SCORES, RIGHT, -1)


def test_an_unknown_rule(unchecked: None) -> None:
    with pytest.raises(InvalidInputError, match="one of perc_pos"):
        hard_negatives(SCORES, RIGHT, 2, rule="nearest")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("sizes", "total", "wanted"),
    [
        ([10, 10, 10], 7, [3, 2, 2]),
        ([1, 10, 3], 9, [1, 5, 3]),
        ([1, 1], 9, [1, 1]),
        ([0, 4], 2, [0, 2]),
        ([], 3, []),
    ],
)
def test_quotas(sizes: list[int], total: int, wanted: list[int]) -> None:
    assert cluster_quotas(np.array(sizes, np.int64), total).tolist() == wanted


def test_quotas_below_zero() -> None:
    with pytest.raises(InvalidInputError):
        cluster_quotas(np.array([1]), -1)
