"""Spherical k-means over int8 vectors."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from trovato.core import InvalidInputError, generator
from trovato.core.shapes import Float32, Int64
from trovato.ops.late_interaction.centroid_scores import nearest
from trovato.ops.vectors.int8 import Int8Vectors, int8_quantize
from trovato.ops.vectors.l2_normalize import l2_normalize

Assignment = tuple[Int64[np.ndarray, " tokens"], Float32[np.ndarray, " tokens"]]
_BLOCK = 1 << 23  # components of the vectors that are summed at once, as floats


def spherical_kmeans(
    sample: Int8Vectors,
    cells: int,
    rounds: int = 6,
    seed: int = 0,
    threads: int = 1,
    assign: Callable[[Int8Vectors, Int8Vectors, int], Assignment] = nearest,
) -> Int8Vectors:
    """Find unit vectors such that each vector of the sample has a large product with one of them.

    Dhillon and Modha 2001, started from random vectors of the sample. A centroid that no vector is
    nearest to moves to the vector that is worst served.

    Parameters
    ----------
    sample
        `(tokens, dim)`, at least as many as `cells`.
    cells
        How many centroids.
    rounds
        Times that centroids are moved.
    seed
        Of the start.
    threads
        How many threads share the work; the result does not depend on it.
    assign
        Finds the centroid of each vector and their product; `nearest_in_groups` is faster where
        there are many.

    Returns
    -------
    Int8Vectors
        `(cells, dim)`: directions, as they are stored and compared with.

    Raises
    ------
    InvalidInputError
        If there are fewer vectors than cells, or no cells.

    Examples
    --------
    >>> import numpy as np
    >>> sample = int8_quantize(np.eye(4, dtype=np.float32).repeat(3, axis=0))
    >>> spherical_kmeans(sample, 4).codes.shape
    (4, 4)
    """
    if not 1 <= cells <= len(sample):
        raise InvalidInputError(
            f"{len(sample)} vectors cannot be put into {cells} cells: ask for 1 to {len(sample)}"
        )
    random = generator(seed, "spherical_k_means")
    start = np.sort(random.choice(len(sample), cells, replace=False))
    centroids = _directions(sample.take(start).dequantise())
    for _ in range(rounds):
        owners, products = assign(sample, centroids, threads)
        sums = _sums(sample, owners, cells)
        empty = np.flatnonzero(np.bincount(owners, minlength=cells) == 0)
        worst = np.argsort(products, kind="stable")[: len(empty)]
        sums[empty] = sample.take(worst).dequantise()
        centroids = _directions(sums)
    return centroids


def _sums(
    sample: Int8Vectors, owners: Int64[np.ndarray, " tokens"], cells: int
) -> Float32[np.ndarray, "cells dim"]:
    """Sum of the vectors in each cell."""
    dim = sample.codes.shape[1]
    sums = np.zeros((cells, dim), np.float32)
    order, most = np.argsort(owners, kind="stable"), max(1, _BLOCK // dim)
    for first in range(0, len(order), most):
        block = order[first : first + most]
        present, starts = np.unique(owners[block], return_index=True)
        sums[present] += np.add.reduceat(sample.take(block).dequantise(), starts, axis=0)
    return sums


def _directions(values: Float32[np.ndarray, "cells dim"]) -> Int8Vectors:
    """The vectors at length 1; one of zeros stays."""
    return int8_quantize(l2_normalize(values))
