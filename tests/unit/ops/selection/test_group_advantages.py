"""What each rollout is worth beside the others of its group."""

import numpy as np
import pytest

from trovato.core import InvalidInputError
from trovato.ops import group_advantages


def test_an_advantage_is_a_distance_from_the_mean_in_standard_deviations() -> None:
    found = group_advantages(np.array([[0.0, 1.0], [0.2, 0.6]]), std_floor=1e-12)
    np.testing.assert_allclose(found, [[-(0.5**0.5), 0.5**0.5]] * 2, rtol=1e-9)


def test_noise_stays_small_and_is_loud_with_the_floor_of_published_programs() -> None:
    random = np.random.default_rng(0)
    rewards = 0.3 + 1e-6 * random.standard_normal((64, 4))
    assert np.abs(group_advantages(rewards)).max() <= 0.05
    loud = group_advantages(rewards, std_floor=1e-8)
    assert loud.std() == pytest.approx(1, abs=0.2)


@pytest.mark.parametrize("scale", ["group", "batch", "none"])
def test_equal_rewards_give_exactly_nothing(scale: str) -> None:
    found = group_advantages(np.array([[0.1] * 7, [0.7] * 7]), scale)  # type: ignore[arg-type]
    assert not found.any()


def test_over_a_batch_a_group_with_more_spread_counts_for_more() -> None:
    rewards = np.array([[0.0, 1.0], [0.4, 0.6]])
    found = group_advantages(rewards, "batch")
    np.testing.assert_allclose(found[0] / found[1], 5)
    np.testing.assert_allclose(group_advantages(rewards, "none"), [[-0.5, 0.5], [-0.1, 0.1]])


def test_rewards_must_be_numbers() -> None:
    with pytest.raises(InvalidInputError, match="finite"):
        group_advantages(np.array([[0.0, np.nan]]))
