"""How many clusters there are, by the gap statistic."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from trovato.core import InvalidInputError, generator
from trovato.core.shapes import Float64, Int64
from trovato.ops.quantization.kmeans import cluster_means, nearest_centroids, squared_distances

_STARTS = 3  # of k-means, of which the best counts
_ROUNDS = 25


@dataclass(frozen=True, slots=True, eq=False)
class GapStatistic:
    """What was measured for each number of clusters, from 1.

    Parameters
    ----------
    clusters
        The number that was chosen.
    gaps
        Mean logarithm of the spread of uniform references, less that of the vectors.
    errors
        Standard deviation of the references' logarithms, times √(1 + 1/references).
    owners
        `(items,)`: the cluster of each vector, from 0.
    """

    clusters: int
    gaps: Float64[np.ndarray, " most"]
    errors: Float64[np.ndarray, " most"]
    owners: Int64[np.ndarray, " items"]


def gap_statistic(
    vectors: Float64[np.ndarray, "items dim"],
    most: int = 30,
    *,
    references: int = 10,
    seed: int = 0,
) -> GapStatistic:
    """The least number of clusters whose gap is within one error of the largest gap.

    References are drawn evenly from the box that holds the vectors along their principal
    components. The first number whose gap is not below the next one's, as the source takes it, is
    1 for many clusters that lie evenly: a first cut gains little there.

    Source: Tibshirani, Walther and Hastie, "Estimating the number of clusters in a data set via the
    gap statistic", 2001, sections 3 and 4 (b); the choice is that of Dudoit and Fridlyand 2002.

    Parameters
    ----------
    vectors
        In few dimensions, as after PCA; at least two.
    most
        Largest number that is tried; never more than half of the vectors.
    references
        Sets of as many evenly drawn vectors.
    seed
        Of these, and of k-means.

    Raises
    ------
    InvalidInputError
        If there are fewer than two vectors, or a number is below 1.
    """
    if len(vectors) < 2 or most < 1 or references < 1:
        raise InvalidInputError(
            "the gap statistic needs at least two vectors, one cluster and one reference, got "
            f"{len(vectors)}, {most} and {references}"
        )
    most = min(most, len(vectors) // 2)
    centre = vectors.mean(axis=0)
    _, _, axes = np.linalg.svd(vectors - centre, full_matrices=False)
    along = (vectors - centre) @ axes.T
    low, high = along.min(axis=0), along.max(axis=0)
    drawn = np.empty((references, most))
    for number in range(references):
        random = generator(seed, f"gap statistic, reference {number}")
        drawn[number] = _spreads(random.uniform(low, high, along.shape), most, seed)
    own = _spreads(along, most, seed)
    gaps = drawn.mean(axis=0) - own
    errors = drawn.std(axis=0) * np.sqrt(1 + 1 / references)
    best = int(gaps.argmax())
    clusters = int(np.flatnonzero(gaps >= gaps[best] - errors[best])[0]) + 1
    _, owners = _best_means(along, clusters, seed)
    return GapStatistic(clusters, gaps, errors, owners)


def _spreads(
    vectors: Float64[np.ndarray, "items dim"], most: int, seed: int
) -> Float64[np.ndarray, " most"]:
    """Logarithm of the squared distances within clusters, for 1 to `most` clusters."""
    found = [_best_means(vectors, clusters, seed)[0] for clusters in range(1, most + 1)]
    return np.log(np.maximum(found, np.finfo(np.float64).tiny))


def _best_means(
    vectors: Float64[np.ndarray, "items dim"], clusters: int, seed: int
) -> tuple[float, Int64[np.ndarray, " items"]]:
    """The least sum of squared distances among some starts, and who belongs to which cluster."""
    found = []
    for start in range(_STARTS):
        random = generator(seed, f"gap statistic, start {start}")
        centroids = _spread_start(vectors, clusters, random)
        owners, gaps = nearest_centroids(vectors, centroids)
        for _ in range(_ROUNDS):
            before = owners
            centroids = cluster_means(vectors, owners, centroids)
            owners, gaps = nearest_centroids(vectors, centroids)
            if np.array_equal(before, owners):
                break
        found.append((float(gaps.sum()), owners))
    return min(found, key=lambda one: one[0])


def _spread_start(
    vectors: Float64[np.ndarray, "items dim"], clusters: int, random: np.random.Generator
) -> Float64[np.ndarray, "clusters dim"]:
    """Each the best of some drawn by squared distance to earlier ones; greedy k-means++.

    Source: Arthur and Vassilvitskii, "k-means++", 2007, section 7.
    """
    chosen = [int(random.integers(len(vectors)))]
    least = ((vectors - vectors[chosen[0]]) ** 2).sum(axis=1)
    tries = 2 + int(np.log(clusters))
    for _ in range(clusters - 1):
        total = least.sum()
        shares = least / total if total > 0 else None
        drawn = random.choice(len(vectors), tries, p=shares)
        after = np.minimum(least, squared_distances(vectors, vectors[drawn]).T)
        best = int(after.sum(axis=1).argmin())
        chosen.append(int(drawn[best]))
        least = after[best]
    return vectors[chosen]
