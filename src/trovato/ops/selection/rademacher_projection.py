"""Long gradients in few dimensions: products with random signs."""

from __future__ import annotations

import numpy as np

from trovato.core import InvalidInputError, generator
from trovato.core.shapes import Float, Float64

_BLOCK = 4096  # components whose signs are held at once


def rademacher_projection(
    values: Float[np.ndarray, "examples full"], dim: int, seed: int = 0, purpose: str = "gradients"
) -> Float64[np.ndarray, "examples dim"]:
    """Products with `dim` random vectors of signs, over √dim: dot products are kept on average.

    Source: Achlioptas 2003; as LESS does to gradients (Xia et al. 2024). The signs are drawn in
    blocks and never held as a whole, so that the full length may be that of a model's gradient.

    Parameters
    ----------
    values
        `(examples, full)`, such as gradients of one weight matrix each.
    dim
        Components that remain. The error of a cosine falls with its square root.
    seed
        Of the signs.
    purpose
        Such as the name of a weight matrix: the sum of the projections of all matrices is the
        projection of the whole gradient.

    Raises
    ------
    InvalidInputError
        If `dim` is below 1.
    """
    if dim < 1:
        raise InvalidInputError(f"keep at least 1 dimension, got {dim}")
    random = generator(seed, f"rademacher projection of {purpose}")
    found = np.zeros((len(values), dim), np.float64)
    for first in range(0, values.shape[1], _BLOCK):
        block = values[:, first : first + _BLOCK]
        signs = random.integers(0, 2, (block.shape[1], dim), dtype=np.int8) * 2.0 - 1.0
        found += block.astype(np.float64) @ signs
    found /= np.sqrt(dim)
    return found
