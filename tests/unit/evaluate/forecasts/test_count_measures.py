"""Measures of forecasts, by hand."""

import math

import numpy as np
import pytest

from trovato.core import InvalidInputError, generator
from trovato.evaluate.forecasts import (
    count_ndcg,
    direction_accuracy,
    interval_coverage,
    riser_recall,
)


def slow_ndcg(expected: np.ndarray, came: np.ndarray, k: int) -> float:
    order = sorted(range(len(came)), key=lambda at: -expected[at])[:k]
    best = sorted(came.tolist(), reverse=True)[:k]
    sums = [
        sum(gain / math.log2(rank + 1) for rank, gain in enumerate(gains, start=1))
        for gains in ([came[at] for at in order], best)
    ]
    return float(sums[0] / sums[1])


def test_ndcg_of_counts_equals_a_loop() -> None:
    random = generator(0, "counts")
    for k in (1, 5, 50):
        came, expected = random.poisson(3, 30).astype(float), random.random(30)
        assert count_ndcg(expected, came, k) == pytest.approx(slow_ndcg(expected, came, k))


def test_what_could_not_be_ranked_counts_against_a_forecast() -> None:
    assert count_ndcg(np.array([1.0]), np.array([5.0]), 1, np.array([5.0, 10.0])) == 0.5


def test_equal_forecasts_keep_their_order() -> None:
    assert count_ndcg(np.zeros(3), np.array([0.0, 0, 1]), 2) == 0
    assert count_ndcg(np.zeros(3), np.array([0.0, 1, 0]), 2) == pytest.approx(1 / np.log2(3))


def test_nothing_that_came_gives_zero() -> None:
    assert count_ndcg(np.ones(3), np.zeros(3), 2) == 0


def test_risers_are_those_that_grew_most_by_ratio() -> None:
    last, came = np.array([100.0, 1, 1, 50]), np.array([150.0, 9, 1, 60])
    assert riser_recall(np.array([0.0, 5, 1, 0]), last, came, 1) == 1
    assert riser_recall(np.array([9.0, 1, 1, 0]), last, came, 1) == 0
    assert riser_recall(np.array([9.0, 5, 1, 0]), last, came, 2) == 1
    assert riser_recall(np.array([9.0, 5, 8, 0]), last, came, 2) == 0.5


def test_standing_still_is_never_the_right_direction() -> None:
    last, came = np.array([1.0, 9, 5]), np.array([9.0, 1, 5])
    assert direction_accuracy(np.array([2.0, 2, 2]), last, came) == 1
    assert direction_accuracy(last, last, came) == 0
    assert np.isnan(direction_accuracy(last, last, last))


def test_a_censored_count_is_held_where_intervals_meet() -> None:
    low, high = np.array([2.0, 2, 2]), np.array([4.0, 4, 4])
    assert interval_coverage(low, high, np.array([3.0, 0, 5]), np.array([3.0, 2, 5])) == 2 / 3


def test_depths_below_one_are_refused() -> None:
    with pytest.raises(InvalidInputError, match="at least 1"):
        count_ndcg(np.ones(1), np.ones(1), 0)
    with pytest.raises(InvalidInputError, match="at least 1"):
        riser_recall(np.ones(1), np.ones(1), np.ones(1), 0)
