"""Training pairs drawn evenly from clusters of what they are about."""

from __future__ import annotations

import numpy as np

from trovato.core import InvalidInputError, generator
from trovato.core.shapes import Float32, Int64
from trovato.ops import cluster_quotas, gap_statistic

_FITTED = 2000  # vectors that the gap statistic looks at; the others go to the nearest centre


def sample_by_clusters(
    vectors: Float32[np.ndarray, "pairs dim"],
    total: int,
    *,
    dim: int = 50,
    most: int = 30,
    seed: int = 0,
) -> Int64[np.ndarray, " sampled"]:
    """Places of pairs, as many from each cluster as the clusters' sizes allow, rising.

    Vectors of the positives go through PCA, k-means with the gap statistic's number of clusters,
    and a uniform quota.

    Source: Nemotron ColEmbed V2, 2026 (arXiv 2602.03992), section 3.3.

    Parameters
    ----------
    vectors
        One for each pair: such as the mean of the token vectors of its positive.
    total
        Pairs to draw.
    dim
        Principal components that are kept.
    most
        Clusters at most.
    seed
        Of the clusters and of what is drawn from them.

    Raises
    ------
    InvalidInputError
        If there are fewer than two vectors.
    """
    if len(vectors) < 2:
        raise InvalidInputError(f"clusters need at least two pairs, got {len(vectors)}")
    random = generator(seed, "cluster sampling")
    fitted = np.sort(random.permutation(len(vectors))[:_FITTED])
    centre = vectors[fitted].mean(axis=0)
    _, _, axes = np.linalg.svd((vectors[fitted] - centre).astype(np.float64), full_matrices=False)
    reduced = (vectors - centre).astype(np.float64) @ axes[:dim].T
    found = gap_statistic(reduced[fitted], most, seed=seed)
    centres = np.stack(
        [reduced[fitted][found.owners == one].mean(axis=0) for one in np.unique(found.owners)]
    )
    gaps = (reduced**2).sum(axis=1)[:, None] - 2 * reduced @ centres.T + (centres**2).sum(axis=1)
    owners = gaps.argmin(axis=1)
    sizes = np.bincount(owners, minlength=len(centres)).astype(np.int64)
    chosen = [
        random.permutation(np.flatnonzero(owners == one))[:quota]
        for one, quota in enumerate(cluster_quotas(sizes, total).tolist())
    ]
    return np.sort(np.concatenate(chosen)).astype(np.int64)
