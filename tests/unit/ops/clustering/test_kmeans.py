"""Two clusters: by hand, and against every split there is."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from trovato.core import InvalidInputError, generator
from trovato.ops import two_means


def spread(vectors: np.ndarray, owners: np.ndarray) -> float:
    return sum(
        float(((part - part.mean(axis=0)) ** 2).sum())
        for part in (vectors[owners], vectors[~owners])
        if len(part)
    )


def test_two_groups_by_hand() -> None:
    vectors = np.array([[0, 0], [9, 9], [0, 1], [9, 8], [1, 0]], np.float32)
    assert two_means(vectors).tolist() == [False, True, False, True, False]


@pytest.mark.parametrize("seed", range(30))
def test_no_split_is_better(seed: int) -> None:
    vectors = generator(seed, "vectors").standard_normal((7, 3)).astype(np.float32)
    splits = (np.array(bits, bool) for bits in product([False, True], repeat=7))
    best = min(spread(vectors, split) for split in splits)
    assert spread(vectors, two_means(vectors)) == pytest.approx(best, rel=1e-5)


def test_equal_vectors_are_one_cluster() -> None:
    assert not two_means(np.ones((4, 2), np.float32)).any()


def test_one_vector_is_refused() -> None:
    with pytest.raises(InvalidInputError, match="at least two"):
        two_means(np.ones((1, 2), np.float32))
