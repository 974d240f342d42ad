"""Fitting: no leakage, planted trends, saved and read, the gate's words."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from trovato.core import InvalidInputError, Query, SignalEvidence, UnreadableFileError, generator
from trovato.evaluate.forecasts import count_ndcg, direction_accuracy, riser_recall
from trovato.generate.explanations import compose, verify
from trovato.interactions.bins import Absent, CountTable
from trovato.interactions.synthetic import planted_counts
from trovato.retrieve.forecasts import (
    BASELINES,
    ExpectedGrowth,
    FittedForecast,
    PopularityForecaster,
    SimpleForecast,
    load_forecast,
    origin_at,
    save_forecast,
    signal_records,
)
from trovato.train.forecasts import (
    RISER_OBJECTIVES,
    RISERS,
    ForecastSettings,
    TrainingRows,
    Truth,
    fit_forecast,
    fit_risers,
    training_rows,
    truth_after,
)

SETTINGS = ForecastSettings(periods=(4,), origins=20, validation=5)
LAST = 27


def changed_after(table: CountTable, last: int) -> CountTable:
    """The same counts up to a bin, others after it, with an item that was never seen before."""
    random = generator(0, "perturb")
    rows = []
    for at in range(len(table)):
        for place, count in zip(*table.rows_of(at), strict=True):
            if at > last:
                place, count = int(random.integers(len(table.items))), float(random.integers(99))
            rows.append((table.bins[at], table.items[int(place)], float(count)))
    rows.append((table.bins[-1], "newcomer", 1e6))
    return CountTable.of(rows, table.absent, bins=table.bins)


@pytest.mark.parametrize("absent", ["zero", "censored", "missing"])
def test_the_future_changes_no_signal_bit_by_bit(absent: Absent) -> None:
    table = replace(planted_counts()[0], absent=absent)
    one, other = (origin_at(each, LAST, (4, 13)) for each in (table, changed_after(table, LAST)))
    names = [table.items[place] for place in one.places]
    assert "newcomer" not in names
    assert len(names) > 350
    assert one.counts.tobytes() == other.counts.tobytes()
    assert one.features().tobytes() == other.features().tobytes()
    for name, values in one.signals.items():
        assert values.tobytes() == other.signals[name].tobytes(), name


def test_what_came_is_what_the_table_says() -> None:
    unknown_by_kind: dict[Absent, float] = {"zero": 0.0, "censored": 2.5, "missing": np.nan}
    for absent, unknown in unknown_by_kind.items():
        table = CountTable.of(
            [("a", "x", 1.0), ("a", "y", 2.0), ("b", "x", 7.0), ("b", "z", 5.0)], absent
        )
        origin = origin_at(table, 0)
        truth = truth_after(table, 0, origin)
        assert truth is not None
        np.testing.assert_array_equal(truth.counts, [7, unknown])
        np.testing.assert_array_equal(truth.listed, [True, absent == "zero"])
        assert sorted(truth.everything.tolist()) == [5, 7]
        assert truth_after(table, 1, origin_at(table, 1)) is None


def test_more_bins_are_a_mean() -> None:
    table = CountTable.of([("a", "x", 1.0), ("b", "x", 4.0), ("c", "x", 8.0)])
    truth = truth_after(table, 0, origin_at(table, 0), 2)
    assert truth is not None
    assert truth.counts.tolist() == [6]


@pytest.fixture(scope="module")
def fitted() -> FittedForecast:
    return fit_forecast(planted_counts()[0], SETTINGS, until=LAST)


@pytest.mark.needs("lightgbm")
def test_the_future_changes_no_forecast_and_no_explanation(fitted: FittedForecast) -> None:
    changed = changed_after(planted_counts()[0], LAST)
    again = fit_forecast(changed, SETTINGS, until=LAST)
    origins = [origin_at(table, LAST, (4,)) for table in (planted_counts()[0], changed)]
    scores = [each.growth.score(at) for each, at in zip((fitted, again), origins, strict=True)]
    assert scores[0].tobytes() == scores[1].tobytes()
    moment = Query(moment=changed.bins[LAST])
    rankings = [
        PopularityForecaster(table, each).retrieve(moment, 50)
        for table, each in ((planted_counts()[0], fitted), (changed, again))
    ]
    assert [(hit.item.id, hit.score) for hit in rankings[0]] == [
        (hit.item.id, hit.score) for hit in rankings[1]
    ]
    texts = [
        [
            compose(hit.evidence.signals)
            for hit in ranking
            if isinstance(hit.evidence, SignalEvidence)
        ]
        for ranking in rankings
    ]
    assert len(texts[0]) == len(rankings[0])
    assert texts[0] == texts[1]


@pytest.mark.slow
@pytest.mark.needs("lightgbm")
def test_planted_trends_are_found_on_three_seeds() -> None:
    gains = []
    for seed in range(3):
        table, _ = planted_counts(seed=seed)
        for last in range(30, 35):
            if last == 30:
                chosen = fit_forecast(table, SETTINGS, until=last)
            origin = origin_at(table, last, (4,))
            truth = truth_after(table, last, origin)
            assert truth is not None
            now, came = origin.counts[:, -1], truth.counts
            rows = []
            simple = SimpleForecast("ma-4")
            for model, rises in (
                (chosen.model, chosen.growth),
                (simple, ExpectedGrowth(simple)),
            ):
                expected, growth = model.predict(origin), rises.score(origin)
                rows.append(
                    [
                        count_ndcg(expected, came, 20),
                        riser_recall(growth, now, came, 20),
                        direction_accuracy(expected, now, came),
                        float(np.abs(np.log1p(expected) - np.log1p(came)).mean()),
                    ]
                )
            gains.append(rows)
    ours, theirs = np.mean(gains, axis=0)
    assert ours[0] >= theirs[0] - 0.01
    assert ours[1] >= theirs[1] + 0.15
    assert ours[2] >= theirs[2] + 0.02
    assert ours[3] <= 0.92 * theirs[3]


@pytest.mark.slow
@pytest.mark.needs("lightgbm")
def test_newcomers_of_a_hot_category_are_told_from_those_of_a_cold_one() -> None:
    random = generator(3, "hot and cold")
    categories, bins = 12, 40
    # Each category is hot for ten bins, then cold. What is new has one event, then many or none.
    hot = ((np.arange(bins) + random.integers(20, size=(categories, 1))) // 10) % 2 == 0
    rates = 6 * np.exp(np.cumsum(np.where(hot, 0.25, -0.25), axis=1))
    rows: list[tuple[str, str, float]] = []
    for category in range(categories):
        for item in range(40):
            begins = int(random.integers(bins - 1)) if item >= 10 else -1
            for at in range(max(begins, 0), bins):
                rate = rates[category, at] if begins < 0 else (3.0 if hot[category, at] else 0.3)
                count = 1.0 if at == begins else float(random.poisson(rate))
                if count:
                    rows.append((f"{at:02d}", f"c{category:02d}i{item:02d}", count))
    table = CountTable.of(rows)
    numbers = np.array([int(name[1:3]) for name in table.items])
    fitted = fit_forecast(table, SETTINGS, until=28, categories=numbers)
    expected: list[float] = []
    warm: list[bool] = []
    for last in range(29, bins - 1):
        origin = origin_at(table, last, (4,), numbers)
        new = np.flatnonzero(origin.signals["age"] == 0)
        scores = fitted.model.predict(origin)
        for at in new.tolist():
            expected.append(float(scores[at]))
            warm.append(bool(hot[numbers[origin.places[at]], last + 1]))
            signals = signal_records(origin, at, float(scores[at]), (0.0, 99.0))
            claims = {claim.signal for claim in verify(compose(signals), signals).claims}
            assert {"age", "category_momentum"} <= claims
            assert not claims & {"trend", "momentum"}
    ranks = np.argsort(np.argsort(expected))
    these = np.array(warm)
    assert 20 < these.sum() < len(these) - 20
    auc = (ranks[these].mean() - (these.sum() - 1) / 2) / (~these).sum()
    assert auc >= 0.8


@pytest.mark.needs("lightgbm")
def test_a_saved_forecast_is_the_same(fitted: FittedForecast, tmp_path: Path) -> None:
    save_forecast(tmp_path / "f", fitted)
    again = load_forecast(tmp_path / "f")
    origin = origin_at(planted_counts()[0], LAST, (4,))
    for one, other in zip(fitted.predict(origin), again.predict(origin), strict=True):
        assert one.tobytes() == other.tobytes()
    assert again.verdict() == fitted.verdict()
    assert again.growth_verdict() == fitted.growth_verdict()
    assert again.growth.score(origin).tobytes() == fitted.growth.score(origin).tobytes()
    growth = ExpectedGrowth(SimpleForecast("ma-8"))
    save_forecast(tmp_path / "f", replace(fitted, growth=growth))
    saved = load_forecast(tmp_path / "f").growth.score(origin)
    assert saved.tobytes() == growth.score(origin).tobytes()
    (tmp_path / "f").write_text("{}")
    with pytest.raises(UnreadableFileError, match="cannot read a forecast"):
        load_forecast(tmp_path / "f")


@pytest.mark.needs("lightgbm")
def test_intervals_hold_about_what_they_promise(fitted: FittedForecast) -> None:
    table, _ = planted_counts()
    held = []
    for last in range(LAST, 35):
        origin = origin_at(table, last, (4,))
        truth = truth_after(table, last, origin)
        assert truth is not None
        expected, low, high = fitted.predict(origin)
        assert ((low <= expected) & (expected <= high)).all()
        held.append(((truth.counts >= low) & (truth.counts <= high)).mean())
    assert np.mean(held) == pytest.approx(0.8, abs=0.08)


@pytest.mark.needs("lightgbm")
def test_what_was_chosen_was_best_and_is_said(fitted: FittedForecast) -> None:
    scores = fitted.validation
    competed = (scores.keys() - BASELINES.keys()) | {fitted.line}
    assert scores[fitted.name] == max(scores[name] for name in competed)
    assert set(BASELINES) < set(scores)
    assert "beats the best simple line" in fitted.verdict()
    beaten = replace(fitted, name="last", line="last", validation={**scores, "last": 1.0})
    assert "do not beat the best simple line" in beaten.verdict()
    assert "against 1.000 of last" in beaten.verdict()


@pytest.mark.needs("lightgbm")
def test_what_ranks_growth_was_best_on_late_origins(fitted: FittedForecast) -> None:
    scores = fitted.growth_validation
    competed = (scores.keys() - BASELINES.keys()) | {fitted.growth_line}
    assert scores[fitted.growth_name] == max(scores[name] for name in competed)
    assert set(BASELINES) | set(RISER_OBJECTIVES) < set(scores)
    assert f"Growth is ranked by {fitted.growth_name}" in fitted.growth_verdict()


@pytest.mark.needs("lightgbm")
def test_a_line_that_was_good_for_long_is_not_left_for_one_that_was_good_twice() -> None:
    random = generator(0, "long and short")
    # Counts vary about levels that stay; the last two bins happen to repeat the ones before.
    counts = np.exp(random.normal(3, 1, (60, 1)) + random.normal(0, 0.8, (60, 12)))
    counts[:, 10:] = counts[:, 9:10]
    rows = [
        (f"{at:02d}", f"i{item:02d}", float(counts[item, at]))
        for item in range(60)
        for at in range(12)
    ]
    fitted = fit_forecast(CountTable.of(rows), replace(SETTINGS, validation=2))
    assert fitted.validation["last"] == pytest.approx(1)
    assert fitted.line not in ("last", "drift", "seasonal-naive")


@pytest.mark.needs("lightgbm")
@pytest.mark.parametrize("by", RISER_OBJECTIVES)
def test_what_may_jump_is_told_though_its_mean_stays(by: str) -> None:
    random = generator(0, "jumps")
    # Of 200 items 20 jump to ninefold and back by chance; the others grow steadily by a twelfth.
    counts = np.full((200, 40), 10.0) * np.exp(0.08 * np.arange(40))
    counts[:20] = np.where(random.random((20, 40)) < 0.4, 90.0, 10.0)
    counts *= np.exp(random.normal(0, 0.05, counts.shape))
    rows = [
        (f"{at:02d}", f"i{item:03d}", float(counts[item, at]))
        for item in range(200)
        for at in range(40)
    ]
    table = CountTable.of(rows)
    past = [origin_at(table, last) for last in range(10, 35)]
    truths = [
        truth_after(table, last, origin) for last, origin in zip(range(10, 35), past, strict=True)
    ]
    parts = [training_rows(o, t, 1000) for o, t in zip(past, truths, strict=True) if t is not None]
    assert all(part.rose.sum() == RISERS for part in parts)
    now = origin_at(table, 38)
    low = np.flatnonzero(now.counts[:20, -1] < 20)
    scores = fit_risers(TrainingRows.joined(parts), by=by).score(now)
    assert scores[low].min() > np.median(scores[20:])


def test_objectives_that_are_not_there_are_refused() -> None:
    origin = origin_at(CountTable.of([("a", "x", 1.0), ("b", "x", 2.0)]), 0)
    truth = Truth(np.array([np.nan]), np.array([False]), np.array([np.nan]), np.array([2.0]))
    rows = training_rows(origin, truth, 9)
    with pytest.raises(InvalidInputError, match="risers are told by"):
        fit_risers(rows, by="luck")
    with pytest.raises(InvalidInputError, match="needs past growth"):
        fit_risers(rows)


@pytest.mark.needs("lightgbm")
def test_nothing_but_zeros_is_refused() -> None:
    rows = [(f"{at:02d}", item, 0.0) for at in range(20) for item in "xyz"]
    with pytest.raises(InvalidInputError, match="nothing to rank"):
        fit_forecast(CountTable.of(rows), SETTINGS)


def test_too_few_bins_are_refused() -> None:
    table = CountTable.of([("a", "x", 1.0), ("b", "x", 1.0)])
    with pytest.raises(InvalidInputError, match="at least 4 past origins"):
        fit_forecast(table)
    with pytest.raises(InvalidInputError, match="horizon is at least 1"):
        ForecastSettings(horizon=0)
