"""k-means with two clusters, for the few documents of one question."""

from __future__ import annotations

from itertools import combinations

import numpy as np

from trovato.core import InvalidInputError
from trovato.core.shapes import Bool, Float32

_ROUNDS = 100
_MOST_STARTS = 300


def two_means(vectors: Float32[np.ndarray, "items dim"]) -> Bool[np.ndarray, " items"]:
    """Split vectors into two clusters whose squared distances from their means are smallest.

    Lloyd's rounds (1982) from each pair of vectors as the first two means, the first 300 of them
    where there are more; the best end is kept, at a tie the earlier. So nothing is random.

    Parameters
    ----------
    vectors
        `(items, dim)`: at least two.

    Returns
    -------
    `(items,)`: false for the cluster of the first vector, true for the other. All false where the
    vectors are equal.

    Raises
    ------
    InvalidInputError
        If there are fewer than two vectors.

    Examples
    --------
    >>> import numpy as np
    >>> two_means(np.array([[1, 0], [0.99, 0.1], [0, 1]], np.float32)).tolist()
    [False, False, True]
    """
    if len(vectors) < 2:
        raise InvalidInputError(f"two clusters need at least two vectors, got {len(vectors)}")
    best, least = np.zeros(len(vectors), np.bool_), np.inf
    for number, (one, other) in enumerate(combinations(range(len(vectors)), 2)):
        if number == _MOST_STARTS:
            break
        owners, spread = _settle(vectors, vectors[[one, other]])
        if spread < least - 1e-6:
            best, least = owners, spread
    if best[0]:
        best = ~best
    return best


def _settle(
    vectors: Float32[np.ndarray, "items dim"], means: Float32[np.ndarray, "2 dim"]
) -> tuple[Bool[np.ndarray, " items"], float]:
    """Clusters that stay the same in a further round, and the sum of their squared distances."""
    owners = np.zeros(len(vectors), np.bool_)
    for _ in range(_ROUNDS):
        gaps = ((vectors[:, None, :] - means[None, :, :]) ** 2).sum(axis=2)
        before, owners = owners, gaps[:, 1] < gaps[:, 0]
        if np.array_equal(before, owners):
            break
        means = np.stack([vectors[owners == side].mean(axis=0) for side in (False, True)])
    return owners, float(gaps.min(axis=1).sum())
