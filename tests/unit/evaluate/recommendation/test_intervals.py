"""How sure figures of recommenders are, alone and in pairs."""

import numpy as np
import pytest

from trovato.core import InvalidInputError, Sequences
from trovato.evaluate import NDCG, Recall
from trovato.evaluate.recommendation import (
    AUC,
    BeyondAccuracy,
    MetricAccumulator,
    clustered_interval,
)


def tally(best: np.ndarray, truth: np.ndarray, seed: int = 0) -> MetricAccumulator:
    users = len(best)
    targets = Sequences.of(np.arange(users), truth, users)
    empty = MetricAccumulator.empty([NDCG(3), Recall(3)], resamples=300, seed=seed)
    return empty.add(np.arange(users), best, targets)


def lists(random: np.random.Generator, truth: np.ndarray, skill: float) -> np.ndarray:
    """Three items each; the first is the wanted one with some chance."""
    best = np.tile(np.array([20, 21, 22]), (len(truth), 1))
    found = random.random(len(truth)) < skill
    best[found, 0] = truth[found]
    return best


def test_differences_are_resampled_in_pairs() -> None:
    random = np.random.default_rng(0)
    truth = random.integers(0, 20, 400)
    worse = lists(random, truth, 0.3)
    better = worse.copy()
    better[:40, 0] = truth[:40]  # the same but for some users
    first, second = tally(worse, truth), tally(better, truth)
    change = second.minus(first)
    for name, one in change.items():
        means = [part.estimates()[name].mean for part in (first, second)]
        assert one.mean == pytest.approx(means[1] - means[0])
        assert 0 < one.low < one.mean < one.high
        apart = second.estimates()[name]
        assert one.high - one.low < (apart.high - apart.low) / 1.5  # what is shared cancels
    for one in first.minus(first).values():
        assert (one.mean, one.low, one.high) == (0, 0, 0)


def test_only_the_same_users_are_compared() -> None:
    random = np.random.default_rng(1)
    truth = random.integers(0, 20, 50)
    best = lists(random, truth, 0.5)
    for other in (tally(best[:49], truth[:49]), tally(best, truth, seed=1)):
        with pytest.raises(InvalidInputError, match="the same"):
            tally(best, truth).minus(other)
    with pytest.raises(InvalidInputError, match="no users"):
        MetricAccumulator.empty([NDCG(3)]).minus(MetricAccumulator.empty([NDCG(3)]))


def test_influence_is_that_of_the_plain_definition() -> None:
    random = np.random.default_rng(2)
    scores = random.integers(0, 6, 60).astype(np.float32)
    positive = random.random(60) < 0.4
    auc = AUC.of(scores, positive)
    sides = scores[positive].astype(float), scores[~positive].astype(float)
    wins = np.sign(sides[0][:, None] - sides[1][None, :]) / 2 + 0.5
    assert auc.value == pytest.approx(wins.mean())
    wanted = np.empty(60)
    wanted[positive] = (wins.mean(axis=1) - wins.mean()) / positive.sum()
    wanted[~positive] = (wins.mean(axis=0) - wins.mean()) / (~positive).sum()
    moved = auc.influence(scores, positive)
    assert moved == pytest.approx(wanted)
    assert moved.sum() == pytest.approx(0)


def test_the_interval_of_an_auc_is_that_of_resampled_users() -> None:
    random = np.random.default_rng(3)
    users = np.repeat(np.arange(150), 8)
    mood = random.standard_normal(150)[users]
    habit = random.standard_normal(150)[users]  # rows of one user are alike
    positive = random.random(len(users)) < 1 / (1 + np.exp(-mood))
    scores = (2 * habit + positive + random.standard_normal(len(users))).astype(np.float32)
    auc = AUC.of(scores, positive)
    shares = np.bincount(users, auc.influence(scores, positive))
    one = clustered_interval(auc.value, shares)
    drawn = []
    rows = np.arange(len(users)).reshape(150, 8)
    for _ in range(600):
        chosen = rows[random.integers(150, size=150)].ravel()
        drawn.append(AUC.of(scores[chosen], positive[chosen]).value)
    assert one.high - one.low == pytest.approx(2 * 1.96 * np.std(drawn), rel=0.12)
    naive = clustered_interval(auc.value, auc.influence(scores, positive))
    assert naive.high - naive.low < 0.8 * (one.high - one.low)
    assert clustered_interval(0.0, shares - shares).low == 0


def test_what_intervals_refuse() -> None:
    with pytest.raises(InvalidInputError, match="two"):
        clustered_interval(0.5, np.zeros(1))
    with pytest.raises(InvalidInputError, match="level"):
        clustered_interval(0.5, np.zeros(3), 95.0)


def test_recommendations_by_popularity() -> None:
    exposure = BeyondAccuracy.empty(np.array([5, 9, 0, 5]), 20).add(np.array([[1, 0], [1, 2]]))
    shares = exposure.shares_by_popularity(np.array([1, 2, 3, 4]))
    assert shares.tolist() == [0.5, 0.75, 0.75, 1.0]  # items 1, 0, 3, 2
    nothing = BeyondAccuracy.empty(np.array([5, 9]), 20)
    assert nothing.shares_by_popularity(np.array([2])).tolist() == [0.0]
