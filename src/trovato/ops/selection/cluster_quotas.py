"""Examples drawn evenly from clusters."""

from __future__ import annotations

import numpy as np

from trovato.core import InvalidInputError
from trovato.core.shapes import Int64


def cluster_quotas(
    sizes: Int64[np.ndarray, " clusters"], total: int
) -> Int64[np.ndarray, " clusters"]:
    """How many examples of each cluster to take, as evenly as their sizes allow.

    A cluster that is smaller than its share gives all, and the others share what it cannot; of
    shares that do not come out even, the first clusters take one more.

    Source: Nemotron ColEmbed V2, 2026 (arXiv 2602.03992), section 3.3 (uniform sampling).

    Parameters
    ----------
    sizes
        Of the clusters.
    total
        Examples wanted; all of them where there are fewer.

    Raises
    ------
    InvalidInputError
        If a number is below 0.

    Examples
    --------
    >>> import numpy as np
    >>> cluster_quotas(np.array([2, 50, 50]), 12).tolist()
    [2, 5, 5]
    """
    if total < 0 or (len(sizes) and sizes.min() < 0):
        raise InvalidInputError("sizes of clusters and the total are at least 0")
    quotas = np.zeros(len(sizes), np.int64)
    left = min(total, int(sizes.sum()))
    while left:
        open_ones = np.flatnonzero(quotas < sizes)
        share, more = divmod(left, len(open_ones))
        wanted = np.full(len(open_ones), share, np.int64)
        wanted[:more] += 1
        taken = np.minimum(wanted, sizes[open_ones] - quotas[open_ones])
        quotas[open_ones] += taken
        left -= int(taken.sum())
    return quotas
