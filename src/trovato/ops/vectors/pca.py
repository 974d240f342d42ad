"""Vectors in fewer dimensions."""

from __future__ import annotations

import numpy as np

from trovato.core import InvalidInputError
from trovato.core.shapes import Float32
from trovato.ops.vectors.l2_normalize import l2_normalize


def fit_projection(
    sample: Float32[np.ndarray, "tokens full"], dim: int
) -> Float32[np.ndarray, "full dim"]:
    """Find the directions in which vectors like these are longest: principal components.

    These are the first right singular vectors of the sample. No mean is taken away, since MaxSim
    compares by dot products and a shift would change them: of all projections to `dim` dimensions,
    this one changes the dot products among the sample least in sum of squares (Eckart and Young
    1936). With all dimensions it is a rotation and changes none.

    Parameters
    ----------
    sample
        `(tokens, full)`, finite: tokens of the collection. Some thousand will do.
    dim
        How many dimensions to keep, from 1 to `full`.

    Returns
    -------
    numpy.ndarray
        `(full, dim)`: orthonormal columns, the most important first, so that the first columns are
        the projection to fewer dimensions. The largest component of each is positive.

    Raises
    ------
    InvalidInputError
        If the sample is empty or not finite, or `dim` is out of range.

    Examples
    --------
    >>> import numpy as np
    >>> sample = np.diag(np.array([3.0, 2.0, 1.0], np.float32))
    >>> fit_projection(sample, 2).shape
    (3, 2)
    """
    full = sample.shape[1]
    if not 1 <= dim <= full:
        raise InvalidInputError(f"keep 1 to {full} dimensions, got {dim}")
    if not len(sample) or not bool(np.all(np.isfinite(sample))):
        raise InvalidInputError("a projection is fitted to at least one vector, all of them finite")
    # The eigenvectors of the second moments: full² numbers, however large the sample.
    _, vectors = np.linalg.eigh(sample.T.astype(np.float64) @ sample)
    kept = vectors[:, ::-1][:, :dim]
    largest = np.take_along_axis(kept, np.abs(kept).argmax(axis=0, keepdims=True), axis=0)
    return np.ascontiguousarray(kept * np.sign(largest), np.float32)


def project(
    values: Float32[np.ndarray, "tokens _"], matrix: Float32[np.ndarray, "full dim"]
) -> Float32[np.ndarray, "tokens dim"]:
    """Project vectors and bring them back to length 1; queries and items alike.

    With `numpy.eye(full, dim, dtype=numpy.float32)` this cuts vectors off after `dim` components,
    which is how those of a Matryoshka model are made smaller (Kusupati et al. 2022).

    Parameters
    ----------
    values
        `(tokens, full)`.
    matrix
        `(full, dim)`, from `fit_projection` or of your own.

    Raises
    ------
    InvalidInputError
        If the vectors have another dimension than the matrix projects.

    Examples
    --------
    >>> import numpy as np
    >>> project(np.array([[3.0, 4.0]], np.float32), np.eye(2, dtype=np.float32)).tolist()
    [[0.6000000238418579, 0.800000011920929]]
    """
    if values.shape[1] != len(matrix):
        raise InvalidInputError(
            f"the projection takes {len(matrix)} dimensions, got {values.shape[1]}; "
            "fit one on vectors of this encoder"
        )
    return l2_normalize(values @ matrix)
