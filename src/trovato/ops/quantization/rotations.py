"""Rotations: the nearest one, a drawn one, and that to the axes of most variance."""

from __future__ import annotations

import numpy as np

from trovato.core import generator
from trovato.core.shapes import Float, Float64


def nearest_orthogonal(matrix: Float[np.ndarray, "dim dim"]) -> Float[np.ndarray, "dim dim"]:
    """The orthogonal matrix nearest to one in the Frobenius norm: its polar factor.

    Source: Schönemann, "A generalized solution of the orthogonal Procrustes problem", 1966.
    """
    left, _, right = np.linalg.svd(matrix.astype(np.float64))
    return np.ascontiguousarray(left @ right, matrix.dtype)


def orthogonality_error(matrix: Float[np.ndarray, "dim dim"]) -> float:
    """‖WᵀW − I‖², 0 for a rotation."""
    wide = matrix.astype(np.float64)
    return float(np.square(wide.T @ wide - np.eye(len(wide))).sum())


def random_rotation(dim: int, seed: int = 0) -> Float64[np.ndarray, "dim dim"]:
    """A rotation drawn evenly from all of them (Stewart 1980)."""
    drawn, triangle = np.linalg.qr(generator(seed, "rotation").standard_normal((dim, dim)))
    return np.ascontiguousarray(drawn * np.sign(np.diag(triangle)))


def principal_axes(vectors: Float[np.ndarray, "items dim"]) -> Float[np.ndarray, "dim dim"]:
    """Axes by falling variance around the mean, as columns; the largest component is positive."""
    centred = vectors.astype(np.float64) - vectors.mean(axis=0, dtype=np.float64)
    axes = np.linalg.eigh(centred.T @ centred)[1][:, ::-1]
    largest = np.take_along_axis(axes, np.abs(axes).argmax(axis=0)[None], axis=0)
    return np.ascontiguousarray(axes * np.where(largest < 0, -1, 1), vectors.dtype)
