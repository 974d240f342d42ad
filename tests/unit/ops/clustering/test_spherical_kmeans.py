"""Spherical k-means."""

from __future__ import annotations

import numpy as np
import pytest

from trovato.core import InvalidInputError, generator
from trovato.ops import int8_quantize, nearest, spherical_kmeans
from trovato.testing.conformance.storage.store import unit_vectors


def planted(noise: float) -> tuple[np.ndarray, np.ndarray]:
    random = generator(3, "planted clusters")
    directions = unit_vectors(random, 12, 32)
    owners = random.integers(0, 12, 2000)
    values = directions[owners] + noise * unit_vectors(random, 2000, 32)
    return directions, values / np.linalg.norm(values, axis=1, keepdims=True)


def test_planted_directions_are_served() -> None:
    directions, values = planted(0.3)
    sample = int8_quantize(values.astype(np.float32))
    made = spherical_kmeans(sample, 24, rounds=8)
    np.testing.assert_allclose(np.linalg.norm(made.dequantise(), axis=1), 1, atol=0.01)
    assert float((directions @ made.dequantise().T).max(axis=1).min()) > 0.95
    start = spherical_kmeans(sample, 24, rounds=0)
    before, after = nearest(sample, start)[1].mean(), nearest(sample, made)[1].mean()
    assert after > before + 0.01


def test_the_result_depends_on_the_seed_alone() -> None:
    sample = int8_quantize(planted(0.5)[1].astype(np.float32))
    one = spherical_kmeans(sample, 20, seed=1)
    again = spherical_kmeans(sample, 20, seed=1, threads=3)
    other = spherical_kmeans(sample, 20, seed=2)
    assert (one.codes == again.codes).all()
    assert (one.scales == again.scales).all()
    assert (one.codes != other.codes).any()


def test_an_empty_cell_moves_to_the_vector_that_is_worst_served() -> None:
    lonely = np.zeros((1, 8), np.float32)
    lonely[0, 7] = 1
    crowd = np.tile(np.eye(8, dtype=np.float32)[:1], (50, 1))
    sample = int8_quantize(np.concatenate([crowd, lonely]))
    made = spherical_kmeans(sample, 2, rounds=2)
    assert sorted(made.dequantise().argmax(axis=1).tolist()) == [0, 7]


def test_too_few_vectors_are_refused() -> None:
    with pytest.raises(InvalidInputError, match="3 vectors cannot be put into 4 cells"):
        spherical_kmeans(int8_quantize(np.eye(3, dtype=np.float32)), 4)
