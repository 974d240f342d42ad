"""From what an item is to the factors that it would have had."""

from __future__ import annotations

import numpy as np

from trovato.core import InvalidInputError
from trovato.core.shapes import Bool, Float32


def content_map(
    content: Float32[np.ndarray, "items content"],
    factors: Float32[np.ndarray, "items dim"],
    known: Bool[np.ndarray, " items"],
    *,
    penalty: float = 1.0,
) -> Float32[np.ndarray, "content dim"]:
    """The linear map that brings content vectors nearest to fitted factors, by ridge regression.

    New items get factors from it: `content @ content_map(…)`.

    Source: Gantner et al., "Learning attribute-to-feature mappings for cold-start recommendations",
    ICDM 2010.

    Parameters
    ----------
    content, factors
        Of the same items.
    known
        Which of them to learn from: those that anyone cared for.
    penalty
        Weight of the squared map, above 0.

    Raises
    ------
    InvalidInputError
        If `penalty` is not above 0, or there is no item to learn from.
    """
    if not penalty > 0 or not known.any():
        raise InvalidInputError(
            f"a map needs a penalty above 0 and items to learn from, got {penalty} and "
            f"{int(known.sum())} items"
        )
    seen = content[known].astype(np.float64)
    square = seen.T @ seen + penalty * np.eye(seen.shape[1])
    found = np.linalg.solve(square, seen.T @ factors[known].astype(np.float64))
    return np.ascontiguousarray(found, np.float32)
