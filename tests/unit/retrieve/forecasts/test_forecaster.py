"""The forecast as a retriever, its parts and its records."""

from dataclasses import replace

import numpy as np
import pytest

from trovato.core import InvalidInputError, Item, Query, Signal
from trovato.interactions.bins import CountTable
from trovato.interactions.synthetic import planted_counts
from trovato.retrieve.forecasts import (
    BASELINES,
    BlendedForecast,
    ExpectedGrowth,
    FittedForecast,
    ForecastIntervals,
    ForecastOrder,
    PopularityForecaster,
    SimpleForecast,
    category_places,
    origin_at,
    shown,
    signal_records,
)
from trovato.testing import check_retriever

INTERVALS = ForecastIntervals(np.zeros(0), np.array([-0.5]), np.array([0.5]), 0.8)


def fitted(name: str = "last") -> FittedForecast:
    line = SimpleForecast(name)
    scores = {name: 0.5, "boosting": 0.4}
    growth = ExpectedGrowth(line)
    return FittedForecast(
        *(name, line, INTERVALS, (4,), 1, "035", name, scores, name, growth, name, {name: 0.3})
    )


@pytest.mark.parametrize("order", ["count", "growth"])
def test_the_laws_of_a_retriever(order: ForecastOrder) -> None:
    table, _ = planted_counts(60)
    forecaster = PopularityForecaster(table, fitted("ma-4"), order=order)
    check_retriever(forecaster, [Query(), Query(moment="020")], set(table.items))


def test_equal_items_are_ordered_by_id_and_named_by_the_catalogue() -> None:
    table = CountTable.of([(bin_, item, 3.0) for bin_ in "abc" for item in ("y", "x", "z")])
    catalogue = {"y": Item("y", "song", "Why", None, {"category": "rock"})}
    found = PopularityForecaster(table, fitted(), catalogue).retrieve(Query(), 2)
    assert found.ids == ("x", "y")
    assert found[1].item.text == "Why"
    assert category_places(table, catalogue).tolist() == [-1, 0, -1]  # type: ignore[union-attr]


def test_growth_puts_risers_first() -> None:
    rows = [("a", "big", 90.0), ("b", "big", 90.0), ("a", "small", 9.0), ("b", "small", 1.0)]
    table = CountTable.of(rows)
    by_count = PopularityForecaster(table, fitted("ma-2")).retrieve(Query(), 2)
    by_growth = PopularityForecaster(table, fitted("ma-2"), order="growth").retrieve(Query(), 2)
    assert by_count.ids == ("big", "small")
    assert by_growth.ids == ("small", "big")
    assert by_growth[0].score == pytest.approx(np.log(6) - np.log(2))


def test_what_nobody_counted_for_long_is_not_ranked() -> None:
    # Both are a season old; one was counted since.
    rows = [(f"{at:02d}", "here", 5.0) for at in range(20)]
    rows += [(f"{at:02d}", "gone", 99.0) for at in range(9)]
    rows += [(f"{at:02d}", "late", 50.0) for at in range(16)]
    for absent, ids in (("missing", ("late", "here")), ("censored", ("here", "gone", "late"))):
        table = CountTable.of(rows, absent)  # type: ignore[arg-type]
        one = replace(fitted(), periods=(12,))
        assert PopularityForecaster(table, one).retrieve(Query(), 3).ids == ids


def test_a_moment_that_is_not_there_is_refused() -> None:
    table, _ = planted_counts(10)
    with pytest.raises(InvalidInputError, match="no bin is called"):
        PopularityForecaster(table, fitted()).retrieve(Query(moment="2030"), 3)
    with pytest.raises(InvalidInputError, match="newest bin is one of"):
        origin_at(table, 99)
    with pytest.raises(InvalidInputError, match="at least 2 bins"):
        origin_at(table, 9, (1,))


@pytest.mark.parametrize("name", BASELINES)
def test_every_simple_forecast_is_finite_and_not_negative(name: str) -> None:
    table, _ = planted_counts(80)
    for last in (0, 1, 5, 30):
        origin = origin_at(table, last, (4,))
        expected = SimpleForecast(name).predict(origin)
        assert expected.shape == origin.places.shape
        assert (expected >= 0).all()


def test_a_blend_is_a_weighted_mean_of_logarithms() -> None:
    table, _ = planted_counts(20)
    origin = origin_at(table, 20)
    parts = (SimpleForecast("last"), SimpleForecast("ma-8"))
    blended = BlendedForecast(parts, (0.25, 0.75)).predict(origin)
    one, other = (part.predict(origin) for part in parts)
    assert blended == pytest.approx((1 + one) ** 0.25 * (1 + other) ** 0.75 - 1)
    with pytest.raises(InvalidInputError, match="sum to 1"):
        BlendedForecast(parts, (0.5, 0.6))
    with pytest.raises(InvalidInputError, match="no simple forecast"):
        SimpleForecast("best")


def test_intervals_are_quantiles_of_past_errors_by_size() -> None:
    small, large = np.full(100, 1.0), np.full(100, 1000.0)
    errors = np.linspace(-1, 1, 100)
    came = np.expm1(np.concatenate([np.log1p(small) + 0.1 * errors, np.log1p(large) + errors]))
    fit = ForecastIntervals.fit(np.concatenate([small, large]), came, 0.8)
    low, high = fit.around(np.array([1.0, 1000.0]))
    width = np.log1p(high) - np.log1p(low)
    assert width == pytest.approx([0.16, 1.6], abs=0.05)
    with pytest.raises(InvalidInputError, match="above 0 and below 1"):
        ForecastIntervals.fit(small, small, 1.0)
    with pytest.raises(InvalidInputError, match="got none"):
        ForecastIntervals.fit(np.zeros(0), np.zeros(0))


def test_the_largest_forecasts_have_intervals_of_their_own() -> None:
    expected = np.geomspace(1, 1000, 2000)
    errors = np.tile(np.linspace(-1, 1, 50), 40)
    # Of the largest fortieth errors are ten times as large.
    came = np.expm1(np.log1p(expected) + np.where(np.arange(2000) >= 1950, 1.0, 0.1) * errors)
    low, high = ForecastIntervals.fit(expected, came, 0.8).around(expected[[1000, 1990]])
    assert np.log1p(high) - np.log1p(low) == pytest.approx([0.16, 1.6], abs=0.1)


def record_of(absent: str) -> dict[str, Signal]:
    rows = [(f"{at}", "x", 4.0 * at) for at in range(9)] + [
        (f"{at}", "y", 50.0) for at in range(10)
    ]
    table = CountTable.of(rows, absent)  # type: ignore[arg-type]
    origin = origin_at(table, 9)
    return {one.name: one for one in signal_records(origin, 0, 40.0, (20.0, 80.0))}


def test_a_count_that_is_not_known_is_not_told() -> None:
    assert record_of("zero")["last"].value == 0
    assert record_of("zero")["forecast"].bucket == "above"
    censored = record_of("censored")
    assert "last" not in censored
    assert censored["lowest"].value == 50
    assert censored["forecast"].bucket == ""
    assert not {"last", "lowest"} & record_of("missing").keys()


def test_records_have_windows_buckets_and_support() -> None:
    found = record_of("zero")
    assert found["trend"].bucket == "falling"  # from 32 to nothing
    assert (found["trend"].window, found["trend"].unit) == (8, "log per bin")
    assert found["support"].value == sum(4.0 * at for at in range(2, 9))
    assert found["age"].value == 9
    assert "listed_age" not in found
    listed = record_of("censored")
    assert listed["listed_age"].value == 9
    assert "age" not in listed


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (1234.6, "count", "1235"),
        (3.0, "count", "3"),
        (3.14159, "count", "3.1"),
        (-0.001, "log", "+0.00"),
        (0.126, "log per bin", "+0.13"),
        (52.0, "bins", "52"),
        (0.6, "ratio", "0.60"),
    ],
)
def test_numbers_as_they_are_shown(value: float, unit: str, text: str) -> None:
    assert shown(value, unit) == text
