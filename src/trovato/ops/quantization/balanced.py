"""Clusters none of which holds more than its share."""

from __future__ import annotations

import numpy as np

from trovato.core import InvalidInputError
from trovato.core.shapes import Float, Int64
from trovato.ops.quantization.kmeans import cluster_means, kmeans, squared_distances


def assign_with_capacity(
    distances: Float[np.ndarray, "items clusters"], room: Int64[np.ndarray, " clusters"]
) -> Int64[np.ndarray, " items"]:
    """A cluster for each item, none over its room.

    Stable: nobody is kept out of a cluster that holds somebody who is farther from it.

    Deferred acceptance (Gale and Shapley 1962): items ask for their nearest cluster that has not
    refused them; a cluster keeps the nearest of those that ask. Ties by place.

    Parameters
    ----------
    distances
        Of each item to each cluster.
    room
        Most items of each cluster.

    Raises
    ------
    InvalidInputError
        If there is not room for all items.
    """
    items, clusters = distances.shape
    if int(room.sum()) < items:
        raise InvalidInputError(
            f"{items} items cannot be put into clusters with room for {int(room.sum())}: allow "
            "more codes, or more items to a code"
        )
    wishes = np.argsort(distances, axis=1, kind="stable")
    asked = np.zeros(items, np.int64)
    while True:
        owners = wishes[np.arange(items), asked]
        order = np.lexsort((np.arange(items), distances[np.arange(items), owners], owners))
        sizes = np.bincount(owners, minlength=clusters)
        starts = np.cumsum(sizes) - sizes
        place = np.arange(items) - starts[owners[order]]
        refused = order[place >= room[owners[order]]]
        if not len(refused):
            return owners
        asked[refused] += 1


def balanced_kmeans(
    vectors: Float[np.ndarray, "items dim"], clusters: int, *, rounds: int = 10, seed: int = 0
) -> tuple[Float[np.ndarray, "clusters dim"], Int64[np.ndarray, " items"]]:
    """Centroids, and clusters of at most ⌈items / clusters⌉ vectors each.

    k-means first, then rounds of assignment with capacity and means. Memory is items × clusters.

    Raises
    ------
    InvalidInputError
        If there are no vectors, or no clusters.
    """
    centroids = kmeans(vectors, clusters, rounds=rounds, seed=seed)
    room = np.full(clusters, -(-len(vectors) // clusters), np.int64)
    owners = assign_with_capacity(squared_distances(vectors, centroids), room)
    for _ in range(rounds):
        centroids = cluster_means(vectors, owners, centroids)
        before, owners = owners, assign_with_capacity(squared_distances(vectors, centroids), room)
        if np.array_equal(before, owners):
            break
    return centroids, owners
