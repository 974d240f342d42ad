"""Vectors of a collection in fewer dimensions, and back."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

import numpy as np

from trovato.core import CorruptCollectionError
from trovato.core.shapes import Float32, Float64
from trovato.ops import Int8Vectors, int8_quantize, l2_normalize


@dataclass(frozen=True, slots=True, eq=False)
class Projection:
    """Directions of the space of vectors, the most important first.

    How many components vectors have says where they are: in the whole space, or projected to so
    many of the first directions.

    Parameters
    ----------
    matrix
        `(dim, dim)`, orthonormal columns, such as `ops.fit_projection` finds; None where every
        vector is in the whole space.
    """

    matrix: Float32[np.ndarray, "dim dim"] | None = None

    def move(
        self, values: Float32[np.ndarray, "tokens _"], dims: int
    ) -> Float32[np.ndarray, "tokens dims"]:
        """The vectors in another number of dimensions.

        To more of them nothing comes back, and all dot products with vectors of more dimensions
        stay what they are with the projected ones.

        Raises
        ------
        CorruptCollectionError
            If there is no projection, and the vectors are elsewhere.
        """
        held = values.shape[1]
        if held == dims:
            return values
        if self.matrix is None:
            raise CorruptCollectionError(
                f"vectors are stored in {min(held, dims)} dimensions by a projection that is not "
                "there: restore the collection from a copy, or index into a new one"
            )
        full = len(self.matrix)
        if held == full:
            # In double precision, so that every machine rounds to the same numbers.
            return self._rounded(values.astype(np.float64) @ self.matrix[:, :dims])
        if dims == full:
            return self._rounded(values.astype(np.float64) @ self.matrix[:, :held].T)
        moved = np.zeros((len(values), dims), np.float32)
        moved[:, : min(held, dims)] = values[:, : min(held, dims)]
        return moved

    def move_units(self, vectors: Int8Vectors, dims: int) -> Int8Vectors:
        """Stored vectors in another number of dimensions, of length 1 again."""
        if vectors.codes.shape[1] == dims:
            return vectors
        return int8_quantize(l2_normalize(self.move(vectors.dequantise(), dims)))

    @staticmethod
    def _rounded(values: Float64[np.ndarray, "tokens dims"]) -> Float32[np.ndarray, "tokens dims"]:
        return np.ascontiguousarray(values, np.float32)


def read_projection(connection: sqlite3.Connection, field: int) -> Projection:
    """The projection of a field; one without a matrix where it has none."""
    found = connection.execute(
        "SELECT dim, matrix FROM projection WHERE field = ?", [field]
    ).fetchone()
    if found is None:
        return Projection()
    dim, matrix = found
    return Projection(np.frombuffer(matrix, "<f4").reshape(dim, dim))


def insert_projection(connection: sqlite3.Connection, field: int, projection: Projection) -> None:
    """Store the projection of a field that has none."""
    matrix = projection.matrix
    if matrix is not None:
        blob = matrix.astype("<f4").tobytes()
        connection.execute("INSERT INTO projection VALUES (?, ?, ?)", [field, len(matrix), blob])
