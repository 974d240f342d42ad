"""Models of watch time on rows whose law is known."""

from dataclasses import dataclass, replace

import numpy as np
import pytest

from trovato.core import InvalidInputError, generator
from trovato.train import (
    WatchMixture,
    WatchModel,
    expected_rank,
    fit_watch_mixture,
    fit_watch_regression,
    watch_likelihood,
)

TRUE = WatchMixture(
    gate=np.array([0.3, 1.1, -0.5]),
    skimmed=3.0,
    weights=np.array([0.3, 0.55, 0.15]),
    means=np.array([0.45, 1.0, 1.9]),
    deviations=np.array([0.2, 0.08, 0.5]),
)


@dataclass(frozen=True)
class Drawn:
    """Rows of the true law: seconds as they were, before anything is cut off."""

    features: np.ndarray
    lengths: np.ndarray
    times: np.ndarray

    def seconds(self, cap: int) -> np.ndarray:
        seconds: np.ndarray = np.minimum(self.times, cap).astype(np.int64)
        return seconds


def draw(rows: int, seed: int) -> Drawn:
    random = generator(seed, "watch times")
    features = random.standard_normal((rows, 2))
    lengths = np.clip(np.exp(3.5 + 0.66 * random.standard_normal(rows)), 3, 250).astype(np.int64)
    part = random.choice(3, rows, p=TRUE.weights)
    shares = TRUE.means[part] + TRUE.deviations[part] * random.standard_normal(rows)
    skips = random.random(rows) < TRUE.skips(features)
    times = np.where(skips, random.exponential(3.0, rows), np.maximum(shares, 0) * lengths)
    return Drawn(features, lengths, times)


@pytest.mark.parametrize("cap", [255, 60])
def test_the_law_is_found_again_even_where_many_are_cut_off(cap: int) -> None:
    drawn = draw(40_000, 0)
    seconds = drawn.seconds(cap)
    assert (seconds == 60).mean() > 0.08 or cap == 255
    found = fit_watch_mixture(drawn.features, drawn.lengths, seconds, cap=cap)
    assert found.gate == pytest.approx(TRUE.gate, abs=0.05)
    assert found.skimmed == pytest.approx(3, abs=0.1)
    assert found.weights == pytest.approx(TRUE.weights, abs=0.02)
    assert found.means == pytest.approx(TRUE.means, abs=0.05)
    assert found.deviations == pytest.approx(TRUE.deviations, abs=0.04)


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_what_is_cut_off_must_not_be_taken_for_exact(seed: int) -> None:
    drawn = draw(20_000, seed)
    known, seconds = (drawn.features, drawn.lengths), drawn.seconds(60)
    censored = fit_watch_mixture(*known, seconds, cap=60)
    exact = fit_watch_mixture(*known, seconds, cap=61)  # as if all ended in second 60
    line = fit_watch_regression(*known, seconds, cap=60)
    for edge in (90.0, 150.0):
        edges = np.full(len(seconds), edge)
        happened = (drawn.times >= edge).mean()
        expected, *others = (
            model.beyond(*known, edges).mean() for model in (censored, exact, line)
        )
        assert expected == pytest.approx(happened, rel=0.12)
        assert max(others) < 0.85 * happened
    whole = drawn.seconds(255)
    likelihoods = [watch_likelihood(one, *known, whole).mean() for one in (censored, exact, line)]
    assert likelihoods[0] > max(likelihoods[1:]) + 0.01


def test_no_small_change_of_a_fit_is_likelier() -> None:
    drawn = draw(5_000, 1)
    known, seconds = (drawn.features, drawn.lengths), drawn.seconds(60)
    found = fit_watch_mixture(*known, seconds, cap=60, rounds=2000, tolerance=1e-10)

    def likelihood(model: WatchMixture) -> float:
        return float(watch_likelihood(model, *known, seconds, 60).mean())

    best = likelihood(found)
    for sign in (-1, 1):
        others = [replace(found, skimmed=found.skimmed + 0.05 * sign)]
        for place in range(3):
            step = np.eye(3)[place] * sign
            weights = found.weights + 0.01 * step
            others += [
                replace(found, gate=found.gate + 0.05 * step),
                replace(found, means=found.means + 0.02 * step),
                replace(found, deviations=found.deviations + 0.01 * step),
                replace(found, weights=weights / weights.sum()),
            ]
        for other in others:
            assert likelihood(other) < best


def test_what_is_skipped_can_be_cut_off_too() -> None:
    random = generator(0, "skipped")
    skips = random.random(8_000) < 0.7
    times = np.where(skips, random.exponential(3.0, 8_000), 250 * random.normal(1, 0.1, 8_000))
    nothing, lengths = np.zeros((8_000, 0)), np.full(8_000, 250)
    found = fit_watch_mixture(
        nothing,
        lengths,
        np.minimum(times, 5).astype(np.int64),
        parts=1,
        cap=5,
        rounds=1000,
        tolerance=1e-7,
    )
    assert found.skimmed == pytest.approx(3, abs=0.3)
    assert found.skips(nothing[:1])[0] == pytest.approx(0.7, abs=0.03)


def test_each_round_is_likelier() -> None:
    drawn = draw(3_000, 2)
    rows = drawn.features, drawn.lengths, drawn.seconds(255)
    found = [
        watch_likelihood(fit_watch_mixture(*rows, rounds=rounds), *rows).mean()
        for rounds in (1, 2, 4, 8, 16, 32)
    ]
    assert found == sorted(found)


@pytest.mark.parametrize("cap", [255, 40])
def test_all_seconds_together_are_certain(cap: int) -> None:
    drawn = draw(200, 3)
    for model in fitted(drawn):
        total = np.zeros(len(drawn.times))
        for second in range(cap + 1):
            seconds = np.full(len(total), second)
            found = watch_likelihood(model, drawn.features, drawn.lengths, seconds, cap)
            total += np.exp(found)
        assert total == pytest.approx(1, abs=1e-6)


def test_means_and_medians_are_those_of_the_law() -> None:
    drawn = draw(1, 4)
    features, lengths = (np.repeat(part, 100_000, 0) for part in (drawn.features, drawn.lengths))
    random = generator(0, "check of means")
    part = random.choice(3, len(lengths), p=TRUE.weights)
    shares = TRUE.means[part] + TRUE.deviations[part] * random.standard_normal(len(lengths))
    skips = random.random(len(lengths)) < TRUE.skips(features)
    times = np.where(skips, random.exponential(3.0, len(lengths)), np.maximum(shares, 0) * lengths)
    assert TRUE.mean(features[:1], lengths[:1])[0] == pytest.approx(times.mean(), rel=0.01)
    assert TRUE.median(features[:1], lengths[:1])[0] == pytest.approx(np.median(times), abs=1)


def test_rank_is_the_share_that_is_passed() -> None:
    drawn = draw(500, 5)
    others = np.arange(32)
    many = np.repeat(others, 100)  # so that each is one of the quantiles
    rank = expected_rank(TRUE, drawn.features, drawn.lengths, many)
    twin = np.zeros(500)
    for second in others.tolist():
        passed, equal = (
            TRUE.beyond(drawn.features, drawn.lengths, np.full(500, float(edge)))
            for edge in (second + 1, second)
        )
        twin += passed + (equal - passed) / 2
    assert rank == pytest.approx(twin / 32)


def test_one_part_and_no_features_are_enough() -> None:
    drawn = draw(2_000, 6)
    nothing = np.zeros((2_000, 0))
    model = fit_watch_mixture(nothing, drawn.lengths, drawn.seconds(255), parts=1)
    assert model.means[0] == pytest.approx(1, abs=0.3)
    assert model.skips(nothing[:1])[0] == pytest.approx(TRUE.skips(drawn.features).mean(), abs=0.1)


def test_what_cannot_be_fitted_is_refused() -> None:
    drawn = draw(10, 7)
    features, lengths, seconds = drawn.features, drawn.lengths, drawn.seconds(255)
    for bad in (
        (features, lengths * 0, seconds),
        (features * np.nan, lengths, seconds),
        (features, lengths, -seconds - 1),
        (features[:0], lengths[:0], seconds[:0]),
    ):
        for fit in (fit_watch_mixture, fit_watch_regression):
            with pytest.raises(InvalidInputError):
                fit(*bad)
    with pytest.raises(InvalidInputError, match="parts and rounds"):
        fit_watch_mixture(features, lengths, seconds, parts=0)


def fitted(drawn: Drawn) -> tuple[WatchModel, WatchModel]:
    rows = drawn.features, drawn.lengths, drawn.seconds(255)
    return fit_watch_mixture(*rows), fit_watch_regression(*rows)
