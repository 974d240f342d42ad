"""The nearest of many centroids, found by looking at few."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from trovato.core.shapes import Bool, Float32, Int64
from trovato.ops.clustering.spherical_kmeans import spherical_kmeans
from trovato.ops.late_interaction.centroid_scores import nearest
from trovato.ops.vectors.int8 import Int8Vectors

# Centroids of a group on average, and groups that are looked into for each vector.
_GROUP, _LOOKED_INTO = 128, 8
# With fewer centroids than so many, all are compared.
_FEWEST = 1 << 14
# Vectors that are looked up together: their products with all groups are 8 MB.
_BLOCK = 1 << 14


def nearest_in_groups(
    vectors: Int8Vectors, centroids: Int8Vectors, threads: int = 1
) -> tuple[Int64[np.ndarray, " tokens"], Float32[np.ndarray, " tokens"]]:
    """Find for each vector the nearest centroid among those of the groups it is nearest to.

    An inverted file over the centroids themselves (Jégou, Douze and Schmid 2011). Of a hundred
    vectors two to four get a centroid that is nearly as near. With less than 16,384 centroids, and
    for fewer vectors than centroids, all are compared, as by `nearest`.

    Parameters
    ----------
    vectors
        `(tokens, dim)`.
    centroids
        `(cells, dim)`, at least one.
    threads
        How many threads share the work; results do not depend on it.

    Returns
    -------
    cell, product
        `(tokens,)` each, and the dot product with that centroid.

    Raises
    ------
    InvalidInputError
        As `nearest`.

    Examples
    --------
    >>> import numpy as np
    >>> from trovato.ops import int8_quantize
    >>> vectors = int8_quantize(np.eye(3, dtype=np.float32))
    >>> nearest_in_groups(vectors, vectors)[0].tolist()
    [0, 1, 2]
    """
    return CentroidGroups(centroids).nearest(vectors, threads)


class CentroidGroups:
    """Centroids in groups, which are made when they are first needed; see `nearest_in_groups`.

    Parameters
    ----------
    centroids
        `(cells, dim)`, at least one.
    """

    def __init__(self, centroids: Int8Vectors) -> None:
        self.centroids = centroids

    def nearest(
        self, vectors: Int8Vectors, threads: int = 1
    ) -> tuple[Int64[np.ndarray, " tokens"], Float32[np.ndarray, " tokens"]]:
        """As `nearest_in_groups`, for vectors of which there may be more later."""
        if len(self.centroids) < _FEWEST or len(vectors) < len(self.centroids):
            return nearest(vectors, self.centroids, threads)
        cells = np.zeros(len(vectors), np.int64)
        best = np.full(len(vectors), -np.inf, np.float32)
        heads, groups = self._groups
        for start in range(0, len(vectors), _BLOCK):
            block = vectors[start : start + _BLOCK]
            for (rows, some), wanted in zip(groups, _near_heads(block, heads), strict=True):
                asked = np.flatnonzero(wanted)
                places, products = nearest(block.take(asked), some, threads)
                better = products > best[start + asked]
                found = start + asked[better]
                cells[found], best[found] = rows[places[better]], products[better]
        return cells, best

    @cached_property
    def _groups(
        self,
    ) -> tuple[Int8Vectors, list[tuple[Int64[np.ndarray, " members"], Int8Vectors]]]:
        """What groups lie around, and of each its centroids: which ones, and their vectors."""
        heads = spherical_kmeans(self.centroids, len(self.centroids) // _GROUP)
        owning, owners = np.unique(nearest(self.centroids, heads)[0], return_inverse=True)
        members = [np.flatnonzero(owners == group) for group in range(len(owning))]
        return heads.take(owning), [(rows, self.centroids.take(rows)) for rows in members]


def _near_heads(vectors: Int8Vectors, heads: Int8Vectors) -> Bool[np.ndarray, "heads tokens"]:
    """Which vectors look into each group."""
    # Whole numbers below 2^24, so that floats hold them whatever the order of summing.
    products = vectors.codes.astype(np.float32) @ heads.codes.astype(np.float32).T
    products *= heads.scales  # the scale of a vector changes no order
    last = len(heads) - min(_LOOKED_INTO, len(heads))
    border = np.partition(products, last, axis=1)[:, last, None]
    return np.ascontiguousarray((products >= border).T)
