"""k-means in Euclidean distance, over all dimensions or over those that each vector keeps."""

from __future__ import annotations

import numpy as np

from trovato.core import InvalidInputError, generator
from trovato.core.shapes import Bool, Float, Int64

_DISTANCES = 1 << 18  # vectors × centroids at once: what a processor keeps near


def nearest_centroids(
    vectors: Float[np.ndarray, "items dim"],
    centroids: Float[np.ndarray, "clusters dim"],
    kept: Bool[np.ndarray, "items dim"] | None = None,
) -> tuple[Int64[np.ndarray, " items"], Float[np.ndarray, " items"]]:
    """Each vector's nearest centroid and the squared distance to it; ties by place.

    Memory beside the vectors is a quarter of a million distances, however many there are.

    Parameters
    ----------
    vectors, centroids
        In the same space.
    kept
        The dimensions that count, for each vector; None for all.
    """
    owners = np.empty(len(vectors), np.int64)
    gaps = np.empty(len(vectors), vectors.dtype)
    block = max(1, _DISTANCES // len(centroids))
    for first in range(0, len(vectors), block):
        some = slice(first, first + block)
        own, tile = _parts(vectors[some], centroids, None if kept is None else kept[some])
        owners[some] = tile.argmin(axis=1)
        gaps[some] = own + tile[np.arange(len(tile)), owners[some]]
    return owners, np.maximum(gaps, 0)


def squared_distances(
    vectors: Float[np.ndarray, "items dim"],
    centroids: Float[np.ndarray, "clusters dim"],
    kept: Bool[np.ndarray, "items dim"] | None = None,
) -> Float[np.ndarray, "items clusters"]:
    """Squared distance of every vector to every centroid, over the dimensions that are kept."""
    own, found = _parts(vectors, centroids, kept)
    found += own[:, None]
    np.maximum(found, 0, out=found)
    return found


def _parts(
    vectors: Float[np.ndarray, "items dim"],
    centroids: Float[np.ndarray, "clusters dim"],
    kept: Bool[np.ndarray, "items dim"] | None,
) -> tuple[Float[np.ndarray, " items"], Float[np.ndarray, "items clusters"]]:
    """Squared distances as two summands: a vector's own, and what differs by centroid."""
    squares = np.square(centroids)
    if kept is None:
        theirs = squares.sum(axis=1)[None, :]
    else:
        vectors = np.where(kept, vectors, vectors.dtype.type(0))
        theirs = kept.astype(vectors.dtype) @ squares.T
    found: Float[np.ndarray, "items clusters"] = vectors @ (-2 * centroids.T)
    found += theirs
    return np.einsum("id,id->i", vectors, vectors), found


def kmeans(
    vectors: Float[np.ndarray, "items dim"],
    clusters: int,
    *,
    rounds: int = 20,
    seed: int = 0,
    kept: Bool[np.ndarray, "items dim"] | None = None,
) -> Float[np.ndarray, "clusters dim"]:
    """Centroids of Lloyd's rounds (1982), started from drawn vectors.

    A rotation of the vectors rotates the outcome: the start is drawn by place. A centroid that no
    vector is nearest to moves to the vector that is worst served.

    Parameters
    ----------
    vectors
        At least one.
    clusters
        How many centroids; more than there are vectors repeats some of them.
    rounds
        Times that centroids are moved.
    seed
        Of the start.
    kept
        The dimensions that count, for each vector; a centroid is the mean, in each dimension, of
        those that keep it. None for all.

    Raises
    ------
    InvalidInputError
        If there are no vectors, or no clusters.
    """
    if not len(vectors) or clusters < 1:
        raise InvalidInputError(
            f"k-means needs at least one vector and one cluster, got {len(vectors)} and {clusters}"
        )
    random = generator(seed, "k-means, start")
    drawn = random.permutation(len(vectors))[:clusters]
    start = np.resize(np.sort(drawn), clusters)
    centroids = vectors[start] if kept is None else np.where(kept[start], vectors[start], 0)
    for _ in range(rounds):
        owners, gaps = nearest_centroids(vectors, centroids, kept)
        centroids = cluster_means(vectors, owners, centroids, kept)
        empty = np.flatnonzero(np.bincount(owners, minlength=clusters) == 0)
        worst = np.argsort(-gaps, kind="stable")[: len(empty)]
        centroids[empty[: len(worst)]] = (
            vectors[worst] if kept is None else np.where(kept[worst], vectors[worst], 0)
        )
    return centroids


def cluster_means(
    vectors: Float[np.ndarray, "items dim"],
    owners: Int64[np.ndarray, " items"],
    before: Float[np.ndarray, "clusters dim"],
    kept: Bool[np.ndarray, "items dim"] | None = None,
) -> Float[np.ndarray, "clusters dim"]:
    """Mean of each cluster's vectors; what nothing lies in stays as it was before."""
    order = np.argsort(owners, kind="stable")
    present, starts = np.unique(owners[order], return_index=True)
    means = before.copy()
    if kept is None:
        sums = np.add.reduceat(vectors[order], starts, axis=0)
        means[present] = sums / np.diff(np.append(starts, len(order)))[:, None]
        return means
    sums = np.add.reduceat(np.where(kept, vectors, vectors.dtype.type(0))[order], starts, axis=0)
    counts = np.add.reduceat(kept[order].astype(vectors.dtype), starts, axis=0)
    means[present] = np.where(counts > 0, sums / np.maximum(counts, 1), before[present])
    return means
