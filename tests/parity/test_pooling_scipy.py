"""Pooling against SciPy's linkage, and against two ways of doing it wrong."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import squareform

from trovato.core import generator
from trovato.ops import l2_normalize, pool_tokens
from trovato.testing.conformance.storage.store import unit_vectors


def cosines(vectors: np.ndarray) -> np.ndarray:
    wide = vectors.astype(np.float64)
    return np.asarray(wide @ wide.T)


def condensed(distances: np.ndarray) -> np.ndarray:
    np.fill_diagonal(distances, 0)
    return np.asarray(squareform(distances, checks=False))


def right(vectors: np.ndarray) -> np.ndarray:
    """Ward's tree on Euclidean distances."""
    squares = np.maximum(2 - 2 * cosines(vectors), 0)
    return np.asarray(linkage(condensed(np.sqrt(squares)), method="ward"))


def rows_as_observations(vectors: np.ndarray) -> np.ndarray:
    """The matrix of 1 − cos, each row of which is taken for a vector."""
    return np.asarray(linkage(1 - cosines(vectors), method="ward"))


def not_euclidean(vectors: np.ndarray) -> np.ndarray:
    """1 − cos taken for a Euclidean distance."""
    return np.asarray(linkage(condensed(1 - cosines(vectors)), method="ward"))


def squared_error(vectors: np.ndarray, owners: np.ndarray) -> float:
    total = 0.0
    for cluster in np.unique(owners):
        own = vectors[owners == cluster].astype(np.float64)
        total += float(((own - own.mean(axis=0)) ** 2).sum())
    return total


def in_order_of_first(labels: np.ndarray) -> list[int]:
    names: dict[int, int] = {}
    return [names.setdefault(int(label), len(names)) for label in labels]


@pytest.mark.parametrize(
    ("tokens", "dim"), [(2, 8), (3, 5), (31, 1024), (60, 7), (200, 128), (770, 128)]
)
@pytest.mark.parametrize("seed", range(3))
def test_clusters_are_those_of_scipy(tokens: int, dim: int, seed: int) -> None:
    vectors = unit_vectors(generator(seed, f"pooling {tokens}"), tokens, dim)
    tree = right(vectors)
    for factor in (1.0, 1.3, 2.0, 3.0, 10.0, float(tokens)):
        wanted = fcluster(tree, max(int(tokens / factor), 1), "maxclust")
        assert pool_tokens(vectors, factor).owners.tolist() == in_order_of_first(wanted)
    # A height of SciPy squared is twice what the merge adds to the squared error.
    errors = np.cumsum(np.append(0, tree[:, 2] ** 2 / 2)) / tokens
    for merges in {0, tokens // 2, tokens - 2}:
        between = float(errors[merges : merges + 2].mean())
        wanted = fcluster(tree, tokens - merges, "maxclust")
        found = pool_tokens(vectors, error=between)
        assert found.owners.tolist() == in_order_of_first(wanted)


@pytest.mark.parametrize("wrong", [rows_as_observations, not_euclidean])
@pytest.mark.parametrize("factor", [2.0, 3.0, 6.0])
def test_the_squared_error_is_below_that_of_wrong_distances(
    wrong: Callable[[np.ndarray], np.ndarray], factor: float
) -> None:
    """Over many items: a greedy tree is not always the best, not even the right one."""
    random = generator(0, "wrong distances")
    ours = theirs = 0.0
    for _ in range(20):
        topics, noise = unit_vectors(random, 12, 32), random.uniform(0.1, 2, 12)
        topic = random.integers(0, 12, 120)
        mixed = topics[topic] + noise[topic, None] * unit_vectors(random, 120, 32)
        vectors = l2_normalize(mixed.astype(np.float32))
        labels = fcluster(wrong(vectors), int(120 / factor), "maxclust")
        assert len(np.unique(labels)) == int(120 / factor)
        ours += squared_error(vectors, pool_tokens(vectors, factor).owners)
        theirs += squared_error(vectors, labels)
    assert ours < theirs
