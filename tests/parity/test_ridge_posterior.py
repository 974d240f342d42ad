"""The ridge regression beside one that has a row for every observation."""

from __future__ import annotations

import numpy as np
import pytest

from trovato.core import InvalidInputError
from trovato.ops import ridge_posterior


def test_means_of_several_observations_say_what_the_observations_say() -> None:
    random = np.random.default_rng(0)
    features = random.standard_normal((9, 3))
    counts = random.integers(1, 5, 9)
    rows = np.repeat(features, counts, axis=0)
    values = rows @ [1.0, -2.0, 0.5] + random.standard_normal(len(rows)) + 4
    means = np.array([part.mean() for part in np.split(values, np.cumsum(counts)[:-1])])
    found = ridge_posterior(features, means, counts * 1.0, float(values @ values), 0.7)
    precision = rows.T @ rows + 0.7 * np.eye(3)
    mean = np.linalg.inv(precision) @ rows.T @ (values - values.mean())
    noise = np.sqrt(np.mean((values - values.mean() - rows @ mean) ** 2))
    assert found.intercept == pytest.approx(values.mean())
    np.testing.assert_allclose(found.mean, mean, atol=1e-12)
    assert found.noise == pytest.approx(noise)
    np.testing.assert_allclose(
        found.root @ found.root.T, noise**2 * np.linalg.inv(precision), atol=1e-12
    )


def test_draws_have_the_mean_and_the_covariance() -> None:
    random = np.random.default_rng(1)
    found = ridge_posterior(random.standard_normal((6, 2)), random.random(6), np.ones(6), 3.0)
    drawn = np.stack([found.draw(random) for _ in range(20_000)])
    np.testing.assert_allclose(drawn.mean(0), found.mean, atol=0.02)
    np.testing.assert_allclose(np.cov(drawn.T), found.root @ found.root.T, atol=0.01)
    np.testing.assert_array_equal(found.draw(random, 0.0), found.mean)


def test_without_features_there_is_a_mean_and_a_deviation() -> None:
    found = ridge_posterior(np.zeros((2, 0)), np.array([1.0, 3.0]), np.ones(2), 10.0)
    assert (found.intercept, found.noise, len(found.mean)) == (2.0, 1.0, 0)


def test_what_cannot_be_fitted_is_refused() -> None:
    for weights, ridge in ((0.0, 1.0), (1.0, 0.0)):
        with pytest.raises(InvalidInputError, match="ridge regression"):
            ridge_posterior(np.ones((1, 1)), np.ones(1), np.full(1, weights), 1.0, ridge)
