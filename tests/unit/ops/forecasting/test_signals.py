"""Signals of series that are worked out by hand."""

import numpy as np
import pytest

from trovato.ops.forecasting import (
    acceleration,
    autocorrelation,
    burst,
    category_mean,
    excess,
    fill_censored,
    fill_missing,
    momentum,
    rank_gain,
    seasonal_change,
    signal_table,
    trend,
)


def counts_of(x: list[list[float]]) -> np.ndarray:
    counts: np.ndarray = np.expm1(np.array(x))
    return counts


def test_a_line_has_its_slope_whatever_came_before_the_window() -> None:
    line = counts_of([[9.0, 9.0, *(1 + 0.25 * step for step in range(8))]])
    assert trend(line) == pytest.approx([0.25])


def test_momentum_is_the_newest_two_less_the_six_before() -> None:
    assert momentum(counts_of([[1, 1, 1, 2, 2, 2, 4, 5]])) == pytest.approx([3.0])


def test_acceleration_is_the_change_of_the_step() -> None:
    assert acceleration(counts_of([[5, 1, 2, 4]])) == pytest.approx([1.0])


def test_a_burst_is_the_largest_over_the_mean_and_its_age() -> None:
    ratio, age = burst(np.array([[1.0, 1, 1, 9, 1, 1, 1, 1]]))
    assert ratio == pytest.approx([4.5])
    assert age == pytest.approx([4])


def test_a_peak_stands_above_the_seven_before() -> None:
    found = excess(counts_of([[9.0, 1, 1, 1, 1, 1, 1, 1, 3], [9.0, 3, 3, 3, 3, 3, 3, 3, 1]]))
    assert found == pytest.approx([2, -2])
    assert excess(np.array([[5.0]])) == 0


def test_a_season_correlates_at_its_lag_and_not_at_half_of_it() -> None:
    wave = counts_of([[1.0, 0, 0, 0] * 6])
    assert autocorrelation(wave, 4)[0] > 0.7
    assert autocorrelation(wave, 2)[0] < 0
    assert autocorrelation(wave, 13) == 0  # not seen twice


def test_autocorrelation_is_that_of_its_definition() -> None:
    x = np.array([1.0, 3, 2, 5, 4, 4, 1, 0])
    mean = x.mean()
    by_hand = sum((x[at] - mean) * (x[at - 3] - mean) for at in range(3, 8)) / sum((x - mean) ** 2)
    assert autocorrelation(np.expm1(x)[None], 3) == pytest.approx([by_hand])


def test_the_step_of_a_season_ago() -> None:
    # The next bin is number 8; a season of 4 before it is number 4, whose step came from number 3.
    assert seasonal_change(counts_of([[0, 0, 0, 1, 3, 0, 0, 0]]), 4) == pytest.approx([2.0])
    assert seasonal_change(counts_of([[0, 1]]), 4) == 0


def test_ranks_rise_where_others_are_passed() -> None:
    counts = np.array([[9.0, 0, 0, 0, 1], [5, 0, 0, 0, 9], [1, 0, 0, 0, 5]])
    assert rank_gain(counts).tolist() == [-2, 1, 1]


def test_a_category_is_the_mean_of_the_others() -> None:
    values = np.array([1.0, 3, 5, 7, 9])
    found = category_mean(values, np.array([0, 0, 0, 1, -1]))
    assert found.tolist() == [4, 3, 2, 0, 0]


@pytest.mark.parametrize("bins", [1, 2, 3, 7, 8, 30])
@pytest.mark.parametrize("series", ["zero", "one event", "constant"])
def test_no_signal_is_nan_for_any_length(bins: int, series: str) -> None:
    counts = np.full((2, bins), 3.0 if series == "constant" else 0.0)
    if series == "one event":
        counts[0, -1] = 1
    found = signal_table(
        counts,
        observed=np.zeros(2),
        support=np.zeros(2),
        ages=np.zeros(2),
        lags=(4, 13),
        categories=np.array([0, -1]),
    )
    for name, values in found.items():
        assert np.isfinite(values).all(), name
    if series != "one event":
        assert found["trend"] == pytest.approx(0)
        assert found["momentum"] == pytest.approx(0)


def test_what_is_below_the_list_stands_at_half_of_its_end() -> None:
    filled = fill_censored(np.array([[np.nan, 7.0]]), np.array([4.0, 5.0]))
    assert filled.tolist() == [[2.0, 7.0]]


def test_what_nobody_knows_is_the_count_before() -> None:
    window = np.array([[np.nan, 2, np.nan, 5, np.nan], [np.nan] * 5])
    assert fill_missing(window).tolist() == [[2, 2, 2, 5, 5], [0] * 5]
