from __future__ import annotations

import numpy as np
import pytest

from trovato.core import InvalidInputError, generator
from trovato.ops import normalise, pool_tokens, pooled_counts


def test_of_equal_distances_the_earlier_tokens_merge() -> None:
    corners = np.eye(6, dtype=np.float32)
    assert pool_tokens(corners, 6 / 5).owners.tolist() == [0, 0, 1, 2, 3, 4]


def test_the_first_token_names_the_cluster() -> None:
    vectors = np.array([[0, 1], [1, 0], [0.6, 0.8], [0.8, -0.6]], np.float32)
    pooled = pool_tokens(vectors, 2.0)
    assert pooled.owners.tolist() == [0, 1, 0, 1]
    assert pooled.owners.dtype == np.int32
    np.testing.assert_allclose(pooled.values, [[0.316228, 0.948683], [0.948683, -0.316228]], 1e-5)


def test_opposite_vectors_have_no_direction() -> None:
    pooled = pool_tokens(np.array([[0, 1], [0, -1]], np.float32), error=1.0)
    assert pooled.values.tolist() == [[0, 0]]


@pytest.mark.parametrize("limit", [{"factor": 2.0}, {"error": 0.5}])
def test_no_tokens_and_one(limit: dict[str, float]) -> None:
    nothing = pool_tokens(np.zeros((0, 8), np.float32), **limit)
    assert nothing.values.shape == (0, 8)
    assert nothing.owners.shape == (0,)
    one = pool_tokens(np.eye(1, 8, dtype=np.float32), **limit)
    assert one.values.tolist() == [[1, 0, 0, 0, 0, 0, 0, 0]]
    assert one.owners.tolist() == [0]


@pytest.mark.parametrize(
    ("factor", "error"),
    [(None, None), (2.0, 0.1), (0.5, None), (np.nan, None), (np.inf, None), (None, -1.0)],
)
def test_one_limit_within_its_range(factor: float | None, error: float | None) -> None:
    with pytest.raises(InvalidInputError, match=r"factor|error"):
        pool_tokens(np.eye(3, dtype=np.float32), factor, error)


@pytest.mark.parametrize("length", [0.5, 2, np.nan])
def test_other_than_unit_vectors(length: float) -> None:
    with pytest.raises(InvalidInputError, match="unit vectors"):
        pool_tokens(np.eye(3, dtype=np.float32) * np.float32(length), 2.0)


def test_zeros_are_pooled_with_each_other() -> None:
    vectors = np.vstack([np.eye(2, 3), np.zeros((2, 3))]).astype(np.float32)
    pooled = pool_tokens(vectors, 4 / 3)
    assert pooled.owners.tolist() == [0, 1, 2, 2]
    assert np.array_equal(pooled.values, vectors[:3])


@pytest.mark.parametrize("factor", [1.0, 1.5, 2.0, 3.7, 100.0])
def test_counts_are_known_beforehand(factor: float) -> None:
    random = generator(3, "counts")
    counts = np.arange(12)
    pages = [normalise(random.standard_normal((count, 4), np.float32)) for count in counts]
    left = [len(pool_tokens(page, factor).values) for page in pages]
    assert pooled_counts(counts, factor).tolist() == left
