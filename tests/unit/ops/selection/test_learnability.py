"""What the rewards of a few rollouts say of how much there is to learn."""

import numpy as np
import pytest

from trovato.core import InvalidInputError
from trovato.ops import (
    beta_learnability,
    gaussian_learnability,
    min_max,
    progress_learnability,
    quantile_gaussian_learnability,
)


def test_the_gaussian_is_highest_at_mu_and_falls_alike_on_both_sides() -> None:
    found = gaussian_learnability(np.array([0.0, 0.25, 0.5, 0.75, 1.0]), 0.5, 0.25)
    np.testing.assert_allclose(found, np.exp([-2, -0.5, 0, -0.5, -2]), rtol=1e-12)


def test_without_a_width_it_is_the_standard_deviation_of_the_means() -> None:
    means = np.array([0.1, 0.4, 0.9])
    np.testing.assert_array_equal(
        gaussian_learnability(means), gaussian_learnability(means, 0.5, float(means.std()))
    )


def test_in_ranks_skewed_rewards_have_as_many_learnable_as_even_ones() -> None:
    even = np.linspace(0.01, 1, 1001)
    skewed = even**8 + 0.01
    for means in (even, skewed):
        found = quantile_gaussian_learnability(means)
        assert found.argmax() == 500
        assert np.mean(found > 0.5) == pytest.approx(0.471, abs=0.002)  # 2 · 1.1774 σ
    assert np.mean(gaussian_learnability(skewed) > 0.5) < 0.2


def test_rewards_up_to_the_floor_are_equal_and_below_those_above_it() -> None:
    found = quantile_gaussian_learnability(np.array([1e-7, 1e-6, 1e-9, 0.2, 0.3, 0.4]))
    assert found[0] == found[1] == found[2]
    assert found[4] == found.max() == 1.0


def test_all_equal_or_all_zero_rewards_are_equally_learnable() -> None:
    for means in (np.zeros(4), np.full(4, 0.3), np.zeros(1)):
        assert len(set(quantile_gaussian_learnability(means).tolist())) == 1
        assert len(set(gaussian_learnability(means).tolist())) == 1
        assert not min_max(gaussian_learnability(means)).any()


def test_the_posterior_is_wide_where_rollouts_are_few() -> None:
    few, many = beta_learnability(np.zeros(2), np.array([1, 100]))
    assert few > 0.5  # Beta(1, 2): E[4p(1 − p)] = 4 · 2 / 12
    assert few == pytest.approx(8 / 12)
    assert many < 0.05
    middle = beta_learnability(np.array([0.5]), np.array([1000]))
    assert middle[0] == pytest.approx(1.0, abs=2e-3)
    with pytest.raises(InvalidInputError, match="from 0 to 1"):
        beta_learnability(np.array([1.5]), np.array([4]))


def test_progress_is_a_rise_and_never_a_fall() -> None:
    found = progress_learnability(np.array([0.5, 0.1]), np.array([0.2, 0.4]))
    np.testing.assert_allclose(found, [0.3, 0.0])


@pytest.mark.parametrize("learnability", [gaussian_learnability, quantile_gaussian_learnability])
def test_a_width_must_be_above_0(learnability: type) -> None:
    with pytest.raises(InvalidInputError, match="sigma"):
        learnability(np.array([0.1, 0.2]), 0.5, 0.0)
