"""The gap statistic on planted clusters."""

import numpy as np
import pytest

from trovato.core import InvalidInputError
from trovato.ops import gap_statistic


def planted(clusters: int, seed: int, each: int = 15) -> np.ndarray:
    random = np.random.default_rng([clusters, seed])
    centres = np.repeat(random.normal(0, 3, (clusters, 12)), each, axis=0)
    return centres + random.normal(0, 0.7, centres.shape)


@pytest.mark.parametrize(("clusters", "most"), [(1, 4), (3, 6)])
def test_it_finds_what_was_planted(clusters: int, most: int) -> None:
    found = [
        gap_statistic(planted(clusters, seed, 30), most, references=6, seed=seed).clusters
        for seed in range(4)
    ]
    assert found == [clusters] * 4


@pytest.mark.slow
@pytest.mark.parametrize("clusters", [1, 3, 14])
def test_it_finds_it_for_nine_seeds_of_ten(clusters: int) -> None:
    found = [
        gap_statistic(planted(clusters, seed), clusters + 3, references=4, seed=seed).clusters
        for seed in range(10)
    ]
    assert found.count(clusters) >= 9


def test_owners_are_the_clusters_and_a_seed_repeats() -> None:
    vectors = planted(3, 0)
    one, again = (gap_statistic(vectors, 5, references=4, seed=1) for _ in range(2))
    assert np.array_equal(one.owners, again.owners)
    assert np.array_equal(one.gaps, again.gaps)
    groups = one.owners.reshape(3, 15)
    assert (groups == groups[:, :1]).all()
    assert len(set(groups[:, 0].tolist())) == 3


def test_too_few() -> None:
    with pytest.raises(InvalidInputError, match="two vectors"):
        gap_statistic(np.zeros((1, 2)))
