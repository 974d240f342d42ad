"""Tiles equal one full sort, and blocks equal one pass, however they are cut."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trovato.core import InvalidInputError, Sequences
from trovato.evaluate import NDCG, Recall
from trovato.evaluate.recommendation import MetricAccumulator
from trovato.ops import NO_ITEM, best_in_tiles


def histories(pairs: np.ndarray) -> Sequences:
    users, items = np.nonzero(pairs)
    return Sequences.of(users, items, len(pairs))


@given(
    st.integers(0, 2**32 - 1),
    st.integers(0, 6),
    st.integers(1, 40),
    st.integers(1, 45),
    st.integers(1, 50),
    st.sampled_from([1, 3, 1000]),
)
def test_tiles_are_a_full_sort(
    seed: int, users: int, items: int, k: int, tile: int, values: int
) -> None:
    random = np.random.default_rng(seed)
    scores = random.integers(0, values, (users, items)).astype(np.float32)  # few values: many ties
    scores[random.random((users, items)) < 0.1] = -np.inf
    pairs = random.random((users, items)) < 0.2
    seen = histories(pairs)
    before = scores.copy()
    places, best = best_in_tiles(
        lambda first, last: scores[:, first:last], users, items, k, seen=seen, tile=tile
    )
    assert np.array_equal(scores, before)
    masked = np.where(pairs, -np.inf, scores)
    for row in range(users):
        expected = sorted(range(items), key=lambda item: (-masked[row, item], item))
        expected = [item for item in expected if masked[row, item] > -np.inf][:k]
        assert places[row].tolist() == expected + [NO_ITEM] * (k - len(expected))
        assert best[row, : len(expected)].tolist() == [masked[row, item] for item in expected]


def test_what_was_seen_does_not_take_the_place_of_what_was_not() -> None:
    scores = np.arange(60, dtype=np.float32)[None, :]
    seen = Sequences(np.arange(55, 60), np.array([0, 5]))
    places, _ = best_in_tiles(lambda a, b: scores[:, a:b], 1, 60, 3, seen=seen)
    assert places.tolist() == [[54, 53, 52]]


def test_what_tiles_refuse() -> None:
    with pytest.raises(InvalidInputError, match="at least 1"):
        best_in_tiles(lambda a, b: np.zeros((1, b - a), np.float32), 1, 3, 0)
    with pytest.raises(InvalidInputError, match="NaN"):
        best_in_tiles(lambda a, b: np.full((1, b - a), np.nan, np.float32), 1, 3, 1)
    with pytest.raises(InvalidInputError, match="2 users"):
        best_in_tiles(lambda a, b: np.zeros((1, b - a), np.float32), 2, 3, 1)


@given(st.integers(0, 2**32 - 1), st.integers(2, 30), st.integers(1, 29))
def test_tallies_merge_by_addition_in_any_order(seed: int, users: int, cut: int) -> None:
    random = np.random.default_rng(seed)
    best = np.stack([random.permutation(12)[:5] for _ in range(users)])
    targets = histories(random.random((users, 12)) < 0.3)
    ids = random.permutation(1000)[:users]
    empty = MetricAccumulator.empty([NDCG(5), Recall(3)], resamples=20)
    whole = empty.add(ids, best, targets)
    order = random.permutation(users)
    first, second = order[:cut], order[cut:]
    parts = empty.add(ids[second], best[second], targets.take(second))
    parts = parts + empty.add(ids[first], best[first], targets.take(first))
    assert parts.users == whole.users
    np.testing.assert_allclose(parts.numerators, whole.numerators, rtol=0, atol=1e-12)
    np.testing.assert_allclose(parts.denominators, whole.denominators, rtol=0, atol=1e-12)


def test_poisson_intervals_are_those_of_the_standard_error() -> None:
    random = np.random.default_rng(0)
    users = 4000
    best = random.integers(0, 2, (users, 1))
    targets = Sequences(np.zeros(users, np.int64), np.arange(users + 1))
    tally = MetricAccumulator.empty([Recall(1)], resamples=1000).add(
        np.arange(users), best, targets
    )
    estimate = tally.estimates()["R@1"]
    error = 0.5 / np.sqrt(users)
    assert estimate.low == pytest.approx(estimate.mean - 1.96 * error, abs=0.2 * error)
    assert estimate.high == pytest.approx(estimate.mean + 1.96 * error, abs=0.2 * error)
