"""Vectors at length 1."""

from __future__ import annotations

import numpy as np

from trovato.core import InvalidInputError
from trovato.core.shapes import Float32


def l2_normalize(values: Float32[np.ndarray, "tokens dim"]) -> Float32[np.ndarray, "tokens dim"]:
    """Divide each vector by its length; one of zeros stays.

    Parameters
    ----------
    values
        `(tokens, dim)`, finite.

    Raises
    ------
    InvalidInputError
        If a length is not finite: a component is not, or its square.

    Examples
    --------
    >>> import numpy as np
    >>> l2_normalize(np.array([[3.0, 4.0]], np.float32)).tolist()
    [[0.6000000238418579, 0.800000011920929]]
    """
    with np.errstate(over="ignore", invalid="ignore"):
        lengths = np.linalg.norm(values, axis=1, keepdims=True)
    if not bool(np.all(np.isfinite(lengths))):
        raise InvalidInputError(
            f"vectors must have finite lengths, got components up to {np.abs(values).max():g}; "
            "find where they come from"
        )
    unit = np.zeros_like(values)
    np.divide(values, lengths, out=unit, where=lengths > 0)
    return unit
