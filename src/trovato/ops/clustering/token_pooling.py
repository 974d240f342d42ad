"""Fewer vectors for an item: tokens that say nearly the same are pooled."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from trovato.core import InvalidInputError
from trovato.core.shapes import Float32, Float64, Int32, Int64
from trovato.ops import _kernels
from trovato.ops.arguments import check_array
from trovato.ops.vectors.l2_normalize import l2_normalize

_UNIT = 0.01  # how far from 1 a length may be
_RUN = 4096  # tokens of a tree: it takes as many floats squared, 64 MB


@dataclass(frozen=True, slots=True, eq=False)
class Pooled:
    """An item's tokens in clusters.

    Parameters
    ----------
    values
        `(clusters, dim)`: the mean of each cluster's tokens, at length 1. Clusters are in the order
        of their first tokens.
    owners
        `(tokens,)`: the cluster of each token, so that evidence for a cluster can show all tokens
        that it stands for.
    """

    values: Float32[np.ndarray, "clusters dim"]
    owners: Int32[np.ndarray, " tokens"]


def pool_tokens(
    vectors: Float32[np.ndarray, "tokens dim"],
    factor: float | None = None,
    error: float | None = None,
) -> Pooled:
    """Pool an item's tokens by Ward's clustering (Clavié et al. 2024, arXiv 2409.14683).

    Ward's clustering merges, again and again, the two clusters whose union adds least to the
    squared distance of tokens from the mean of their cluster. On unit vectors that distance is
    Euclidean, `sqrt(2 − 2 cos)`; with other functions of the cosine the sum is not what is kept
    small. Found by chains of nearest neighbours (Murtagh 1983), in `tokens²` steps and floats. The
    same every time; at a tie the earlier token wins.

    More than 4,096 tokens are clustered in runs of so many, which bounds memory to 64 MB: the
    cheapest merges of all runs are made first. Only where fewer clusters than runs are wanted,
    whole runs are merged, from the first on.

    Parameters
    ----------
    vectors
        `(tokens, dim)`: unit vectors, or zeros, of which a cluster may become the mean.
    factor
        Leave `⌊tokens / factor⌋` clusters, but at least one; at least 1, which pools nothing.
    error
        Merge as long as the mean over tokens of the squared distance from the mean of their cluster
        is at most this: 0 pools equal vectors alone, 1 everything. So an item is pooled as far as
        its tokens repeat each other.

    Raises
    ------
    InvalidInputError
        If not exactly one of `factor` and `error` is given, it is out of range, or the vectors are
        no unit vectors of float32.

    Examples
    --------
    >>> import numpy as np
    >>> pool_tokens(np.eye(2, dtype=np.float32).repeat(2, axis=0), factor=2.0).owners.tolist()
    [0, 0, 1, 1]
    """
    vectors = np.ascontiguousarray(vectors)
    check_array("vectors", vectors, np.float32, 2)
    if (factor is None) == (error is None):
        raise InvalidInputError(
            f"pool by either a factor or an error, got factor={factor} and error={error}"
        )
    lengths = np.linalg.norm(vectors, axis=1)
    if not bool(np.all((np.abs(lengths - 1) <= _UNIT) | (lengths == 0))):
        raise InvalidInputError("pooling wants unit vectors; divide each by its length")
    tokens = len(vectors)
    left, right, costs = _merges(vectors)
    if factor is not None:
        if not 1 <= factor < np.inf:
            raise InvalidInputError(f"a pool factor must be at least 1, got {factor}")
        merged = tokens - int(pooled_counts(np.array([tokens]), factor)[0])
    else:
        if error is None or not 0 <= error < np.inf:
            raise InvalidInputError(f"an error bound must be at least 0, got {error}")
        merged = int(np.searchsorted(np.cumsum(costs), error * tokens, side="right"))
    return _pooled(vectors, left[:merged], right[:merged])


def pooled_counts(
    tokens: Int64[np.ndarray, " items"], factor: float
) -> Int64[np.ndarray, " items"]:
    """How many vectors `pool_tokens` leaves of items with so many tokens."""
    return np.maximum((tokens / factor).astype(np.int64), tokens > 0)


Merges = tuple[
    Int32[np.ndarray, " merges"], Int32[np.ndarray, " merges"], Float64[np.ndarray, " merges"]
]


def _merges(vectors: Float32[np.ndarray, "tokens dim"]) -> Merges:
    """All merges, in the order they are made; a cluster goes by its first token, the left one."""
    starts = np.arange(0, max(len(vectors), 1), _RUN)
    trees = zip(*(_tree(vectors, int(start)) for start in starts), strict=True)
    left, right, costs = (np.concatenate(parts) for parts in trees)
    # Stable: at equal cost, a merge stays after those that it builds upon.
    order = np.argsort(costs, kind="stable")
    inner = left[order], right[order], costs[order]
    if len(starts) == 1:
        return inner
    last = (
        np.zeros(len(starts) - 1, np.int32),
        starts[1:].astype(np.int32),
        _joined(vectors, starts),
    )
    left, right, costs = (np.concatenate(pair) for pair in zip(inner, last, strict=True))
    return left, right, costs


def _tree(vectors: Float32[np.ndarray, "tokens dim"], start: int) -> Merges:
    """The merges of one run, each after those that it builds upon."""
    run = vectors[start : start + _RUN]
    count = max(len(run) - 1, 0)
    left, right = np.empty(count, np.int32), np.empty(count, np.int32)
    costs = np.empty(count, np.float64)
    _kernels.ward(run, left, right, costs)
    return left + np.int32(start), right + np.int32(start), costs


def _joined(
    vectors: Float32[np.ndarray, "tokens dim"], starts: Int64[np.ndarray, " runs"]
) -> Float64[np.ndarray, " joins"]:
    """What it costs to merge all runs before one with it, for each but the first."""
    sums = np.add.reduceat(vectors, starts, axis=0, dtype=np.float64)
    sizes = np.diff(starts, append=len(vectors))[:, None]
    before, held = sums.cumsum(axis=0)[:-1], starts[1:, None]
    apart = before / held - sums[1:] / sizes[1:]
    weights = held * sizes[1:] / (held + sizes[1:])
    return np.asarray((weights * apart**2).sum(axis=1))


def _pooled(
    vectors: Float32[np.ndarray, "tokens dim"],
    left: Int32[np.ndarray, " merges"],
    right: Int32[np.ndarray, " merges"],
) -> Pooled:
    """The clusters that those merges make."""
    first = np.arange(len(vectors))
    first[right] = left
    while not np.array_equal(first, further := first[first]):
        first = further
    starts, owners = np.unique(first, return_inverse=True)
    sums = _sums(vectors, owners, len(starts))
    return Pooled(l2_normalize(sums), owners.astype(np.int32))


def _sums(
    vectors: Float32[np.ndarray, "tokens dim"], owners: Int64[np.ndarray, " tokens"], clusters: int
) -> Float32[np.ndarray, "clusters dim"]:
    """Sum of the vectors of each cluster, in the order of its tokens."""
    if not clusters:
        return vectors
    order = np.argsort(owners, kind="stable")
    starts = np.searchsorted(owners[order], np.arange(clusters))
    return np.add.reduceat(vectors[order], starts, axis=0)
