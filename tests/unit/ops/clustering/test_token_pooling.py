from __future__ import annotations

import numpy as np
import pytest

from trovato.core import InvalidInputError, generator
from trovato.ops import l2_normalize, pool_tokens, pooled_counts


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
    pages = [l2_normalize(random.standard_normal((count, 4), np.float32)) for count in counts]
    left = [len(pool_tokens(page, factor).values) for page in pages]
    assert pooled_counts(counts, factor).tolist() == left


def test_a_long_item_is_clustered_in_runs() -> None:
    vectors = l2_normalize(generator(4, "runs").standard_normal((9000, 3), np.float32))
    first = vectors[:4096]
    for factor in (3.0, 5000.0, 9000.0):
        left = len(pool_tokens(vectors, factor).values)
        assert left == pooled_counts(np.array([9000]), factor)[0]
    fine = pool_tokens(vectors, 1.5).owners
    runs = np.arange(9000) // 4096
    assert all(len(np.unique(runs[fine == cluster])) == 1 for cluster in range(0, 6000, 50))
    # A run beside one that costs nothing to merge is clustered as if it stood alone.
    doubled = np.concatenate([first, np.repeat(first[:1], 4096, axis=0)])
    owners = pool_tokens(doubled, 8192 / 1001).owners
    assert owners[:4096].tolist() == pool_tokens(first, 4096 / 1000).owners.tolist()
    assert (owners[4096:] == 1000).all()


@pytest.mark.parametrize("error", [0.01, 0.1])
def test_the_error_of_a_long_item_is_within_its_bound(error: float) -> None:
    vectors = l2_normalize(generator(5, "runs").standard_normal((9000, 3), np.float32))
    owners = pool_tokens(vectors, error=error).owners
    sums = np.zeros((owners.max() + 1, 3))
    np.add.at(sums, owners, vectors.astype(np.float64))
    counts = np.bincount(owners)
    found = 1 - float((np.square(sums).sum(axis=1) / counts).sum()) / 9000
    assert 0.98 * error < found <= error + 1e-5


def test_whole_runs_merge_at_last() -> None:
    vectors = l2_normalize(generator(6, "runs").standard_normal((9000, 3), np.float32))
    assert len(pool_tokens(vectors, error=1.0).values) == 1
    mean = vectors.astype(np.float64).mean(axis=0)
    whole = 1 - float(mean @ mean)
    assert len(pool_tokens(vectors, error=whole - 1e-4).values) > 1
    assert len(pool_tokens(vectors, error=whole + 1e-4).values) == 1
