"""What holds of pooled tokens, whatever the vectors."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from trovato.core import generator
from trovato.ops import l2_normalize, pool_tokens
from trovato.testing.conformance.storage.store import unit_vectors


@st.composite
def items(draw: st.DrawFn) -> np.ndarray:
    """Unit vectors of one item, many of them equal or nearly so."""
    random = generator(draw(st.integers(0, 999)), "pooling laws")
    tokens, dim = draw(st.integers(1, 24)), draw(st.integers(1, 9))
    different = unit_vectors(random, draw(st.integers(1, tokens)), dim)
    vectors = different[random.integers(0, len(different), tokens)]
    noise = draw(st.sampled_from([0, 1e-7, 0.1]))
    return l2_normalize(vectors + np.float32(noise) * unit_vectors(random, tokens, dim))


def mean_error(vectors: np.ndarray, owners: np.ndarray) -> float:
    wide = vectors.astype(np.float64)
    means = np.array([wide[owners == cluster].mean(axis=0) for cluster in range(owners.max() + 1)])
    return float(((wide - means[owners]) ** 2).sum() / len(wide))


@given(items(), st.floats(1, 30))
def test_a_factor_gives_a_partition_with_means_of_its_parts(
    vectors: np.ndarray, factor: float
) -> None:
    pooled = pool_tokens(vectors, factor)
    clusters = max(int(len(vectors) / factor), 1)
    assert pooled.values.shape == (clusters, vectors.shape[1])
    assert pooled.owners.shape == (len(vectors),)
    first = [int(np.argmax(pooled.owners == cluster)) for cluster in range(clusters)]
    assert set(pooled.owners.tolist()) == set(range(clusters))
    assert first == sorted(first)
    for cluster in range(clusters):
        total = vectors[pooled.owners == cluster].astype(np.float64).sum(axis=0)
        length = np.linalg.norm(total)
        if length > 1e-3:
            np.testing.assert_allclose(pooled.values[cluster], total / length, atol=1e-3)


@given(items())
def test_factor_1_changes_nothing(vectors: np.ndarray) -> None:
    pooled = pool_tokens(vectors, 1.0)
    assert pooled.owners.tolist() == list(range(len(vectors)))
    np.testing.assert_allclose(pooled.values, vectors, atol=1e-6)


@given(items(), st.floats(0, 1.2))
def test_the_error_bound_holds_and_is_used(vectors: np.ndarray, error: float) -> None:
    pooled = pool_tokens(vectors, error=error)
    clusters = len(pooled.values)
    assert mean_error(vectors, pooled.owners) <= error + 1e-5
    if clusters > 1:
        further = pool_tokens(vectors, len(vectors) / (clusters - 1) * (1 - 1e-9))
        if len(further.values) == clusters - 1:
            assert mean_error(vectors, further.owners) > error - 1e-5


@given(items())
def test_equal_vectors_pool_for_nothing(vectors: np.ndarray) -> None:
    pooled = pool_tokens(vectors, error=0.0)
    for token, vector in enumerate(vectors):
        equal = pooled.owners[np.all(vectors == vector, axis=1)]
        assert np.all(equal == pooled.owners[token])


@given(items(), st.floats(1, 30))
def test_it_is_the_same_twice_and_coarser_cuts_nest(vectors: np.ndarray, factor: float) -> None:
    fine, again = pool_tokens(vectors, factor), pool_tokens(vectors.copy(order="F"), factor)
    assert fine.owners.tolist() == again.owners.tolist()
    assert fine.values.tobytes() == again.values.tobytes()
    coarse = pool_tokens(vectors, factor * 2)
    pairs = set(zip(fine.owners.tolist(), coarse.owners.tolist(), strict=True))
    assert len(pairs) == len(fine.values)
