"""Where a vector lies among others: centroid, diameter, near and far."""

from __future__ import annotations

import numpy as np

from trovato.core import InvalidInputError
from trovato.core.shapes import Float32, Int64
from trovato.ops.vectors.l2_normalize import l2_normalize


def centroid(vectors: Float32[np.ndarray, "items dim"]) -> Float32[np.ndarray, " dim"]:
    """Mean of the vectors at length 1; the mean itself keeps its length.

    Raises
    ------
    InvalidInputError
        If there is no vector.

    Examples
    --------
    >>> import numpy as np
    >>> centroid(np.eye(2, dtype=np.float32)).tolist()
    [0.5, 0.5]
    """
    if not len(vectors):
        raise InvalidInputError("no vectors have no centroid; pass at least one")
    mean: Float32[np.ndarray, " dim"] = l2_normalize(vectors).mean(axis=0)
    return mean


def diameter(vectors: Float32[np.ndarray, "items dim"]) -> float:
    """Largest Euclidean distance between two of the vectors at length 1; 0 for a single one.

    Examples
    --------
    >>> import numpy as np
    >>> round(diameter(np.eye(2, dtype=np.float32)), 3)
    1.414
    """
    unit = l2_normalize(vectors)
    gaps = np.linalg.norm(unit[:, None, :] - unit[None, :, :], axis=2)
    return float(gaps.max(initial=0.0))


def nearness(
    vectors: Float32[np.ndarray, "items dim"], among: Float32[np.ndarray, "others dim"]
) -> Float32[np.ndarray, " items"]:
    """Product of each vector at length 1 with the centroid of the others: large is near.

    Source: Dekel et al. 2026 (arXiv 2602.04711), choice of near and far adversarial documents.
    """
    products: Float32[np.ndarray, " items"] = l2_normalize(vectors) @ centroid(among)
    return products


def nearest_first(
    vectors: Float32[np.ndarray, "items dim"], among: Float32[np.ndarray, "others dim"]
) -> Int64[np.ndarray, " items"]:
    """Places of the vectors from the nearest to the centroid of the others to the farthest.

    Ties by place.
    """
    return np.argsort(-nearness(vectors, among), kind="stable")


def is_distant(
    vector: Float32[np.ndarray, " dim"], among: Float32[np.ndarray, "others dim"]
) -> bool:
    """Whether a vector lies farther from the centroid of the others than they are wide.

    Source: Dekel et al. 2026, the split of questions into a distant and a near set: distance to the
    centroid above the diameter.
    """
    gap = float(np.linalg.norm(l2_normalize(vector[None])[0] - centroid(among)))
    return gap > diameter(among)
