"""Simple forecasts against arithmetic by hand and loops for one series at a time."""

from itertools import pairwise

import numpy as np
import pytest

from trovato.core import InvalidInputError, generator
from trovato.ops.forecasting import (
    croston,
    drift,
    exponential_smoothing,
    last_count,
    moving_average,
    seasonal_naive,
    tsb,
)

SERIES = np.array([[2.0, 4, 6, 12], [0, 0, 0, 0]])


def test_by_hand() -> None:
    assert last_count(SERIES).tolist() == [12, 0]
    assert moving_average(SERIES, 2).tolist() == [9, 0]
    assert moving_average(SERIES, 9).tolist() == [6, 0]
    assert exponential_smoothing(SERIES).tolist() == [8.25, 0]
    assert drift(SERIES) == pytest.approx([12 + 10 / 3, 0])
    assert drift(np.array([[9.0, 1]])) == 0
    assert seasonal_naive(SERIES, 3).tolist() == [4, 0]
    assert seasonal_naive(SERIES, 5).tolist() == [12, 0]


def slow_croston(series: np.ndarray, alpha: float) -> float:
    demands = [at for at, count in enumerate(series) if count > 0]
    if not demands:
        return 0.0
    size, interval = series[demands[0]], demands[0] + 1.0
    for before, at in pairwise(demands):
        size = alpha * series[at] + (1 - alpha) * size
        interval = alpha * (at - before) + (1 - alpha) * interval
    return float(size / interval)


def slow_tsb(series: np.ndarray, alpha: float, beta: float) -> float:
    size: float | None = None
    chance = 0.0
    for at, count in enumerate(series):
        if size is None:
            if count > 0:
                size, chance = float(count), 1 / (at + 1)
        elif count > 0:
            size = alpha * count + (1 - alpha) * size
            chance = beta + (1 - beta) * chance
        else:
            chance *= 1 - beta
    return 0.0 if size is None else size * chance


def test_intermittent_demand_equals_a_loop() -> None:
    random = generator(0, "demand")
    counts = (random.poisson(3, (50, 40)) * (random.random((50, 40)) < 0.3)).astype(float)
    counts[0] = 0
    assert croston(counts, 0.2) == pytest.approx([slow_croston(row, 0.2) for row in counts])
    assert tsb(counts, 0.2, 0.3) == pytest.approx([slow_tsb(row, 0.2, 0.3) for row in counts])


def test_tsb_forgets_and_croston_does_not() -> None:
    dead = np.array([[5.0, 5, 5, 5] + [0.0] * 40])
    assert tsb(dead)[0] < 0.1
    assert croston(dead)[0] == pytest.approx(5)


def test_wrong_settings_are_refused() -> None:
    with pytest.raises(InvalidInputError, match="at least 1"):
        moving_average(SERIES, 0)
    with pytest.raises(InvalidInputError, match="at least 1"):
        seasonal_naive(SERIES, 0)
    for share in (0.0, 1.5):
        with pytest.raises(InvalidInputError, match="alpha"):
            croston(SERIES, share)
        with pytest.raises(InvalidInputError, match="beta"):
            tsb(SERIES, 0.1, share)
        with pytest.raises(InvalidInputError, match="alpha"):
            exponential_smoothing(SERIES, share)
