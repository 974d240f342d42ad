"""Vectors at length 1."""

from __future__ import annotations

import numpy as np

from trovato.core.shapes import Float32


def normalise(values: Float32[np.ndarray, "tokens dim"]) -> Float32[np.ndarray, "tokens dim"]:
    """Divide each vector by its length; one of zeros stays.

    Parameters
    ----------
    values
        `(tokens, dim)`, finite.
    """
    lengths = np.linalg.norm(values, axis=1, keepdims=True)
    unit = np.zeros_like(values)
    np.divide(values, lengths, out=unit, where=lengths > 0)
    return unit
