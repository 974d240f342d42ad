"""Projections against the singular vectors that NumPy finds."""

from __future__ import annotations

import numpy as np
import pytest

from trovato.core import InvalidInputError, generator
from trovato.ops import fit_projection, l2_normalize, project
from trovato.testing.conformance.storage.store import unit_vectors


def sample_of(seed: int, tokens: int, dim: int) -> np.ndarray:
    """Unit vectors that are longer in some directions, off the origin."""
    random = generator(seed, "projection")
    stretched = unit_vectors(random, tokens, dim) * np.linspace(2, 0.1, dim) + 0.05
    mixed = stretched @ np.linalg.qr(unit_vectors(random, dim, dim))[0]
    return l2_normalize(mixed.astype(np.float32))


@pytest.mark.parametrize(("tokens", "full"), [(500, 24), (300, 128), (10, 16), (1, 5)])
def test_the_columns_are_the_singular_vectors(tokens: int, full: int) -> None:
    sample = sample_of(full, tokens, full)
    singular = np.linalg.svd(sample.astype(np.float64), full_matrices=False)[2]
    for dim in {1, full // 4, min(tokens, full)}:
        matrix = fit_projection(sample, dim)
        assert matrix.shape == (full, dim)
        np.testing.assert_allclose(np.abs(np.diag(singular[:dim] @ matrix)), 1, atol=1e-5)
        assert np.all(matrix[np.abs(matrix).argmax(axis=0), np.arange(dim)] > 0)


def test_all_dimensions_keep_every_product_and_fewer_keep_less() -> None:
    sample = sample_of(1, 400, 32)
    others = unit_vectors(generator(2, "projection"), 50, 32)
    rotated = project(others, fit_projection(sample, 32))
    np.testing.assert_allclose(rotated @ rotated.T, others @ others.T, atol=1e-5)

    exact = sample @ sample.T
    errors: list[float] = []
    cut: list[float] = []
    for dim in (32, 24, 16, 8, 4):
        for found, matrix in (
            (errors, fit_projection(sample, dim)),
            (cut, np.eye(32, dim, dtype=np.float32)),
        ):
            plain = sample @ matrix
            found.append(float(np.square(plain @ plain.T - exact).sum()))
    assert errors == sorted(errors)
    # Of all projections it changes products least; so less than cutting the vectors off.
    assert all(error < other for error, other in zip(errors[1:], cut[1:], strict=True))


def test_fewer_dimensions_are_the_first_columns() -> None:
    sample = sample_of(3, 200, 20)
    np.testing.assert_array_equal(fit_projection(sample, 20)[:, :7], fit_projection(sample, 7))


def test_an_identity_cuts_off() -> None:
    values = np.array([[3, 4, 12], [0, 0, 1]], np.float32) / np.float32(13)
    cut = project(values, np.eye(3, 2, dtype=np.float32))
    np.testing.assert_allclose(cut, [[0.6, 0.8], [0.0, 0.0]], atol=1e-6)


def test_what_cannot_be_projected() -> None:
    sample = sample_of(4, 9, 6)
    for dim in (0, 7):
        with pytest.raises(InvalidInputError, match="1 to 6"):
            fit_projection(sample, dim)
    for bad in (sample[:0], np.full((2, 6), np.inf, np.float32)):
        with pytest.raises(InvalidInputError, match="finite"):
            fit_projection(bad, 2)
    with pytest.raises(InvalidInputError, match="takes 6 dimensions, got 5"):
        project(sample[:, :5], fit_projection(sample, 2))
