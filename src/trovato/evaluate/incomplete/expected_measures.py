"""Measures of one ranking where each document has not a grade but an estimated share of each grade.

`shares[i, g]` estimates whether document i has grade g, without bias and independently of other
documents; it may lie outside [0, 1]. Derivatives by every share give the variance.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from trovato.core.shapes import Float64, Int64

Shares = Float64[np.ndarray, "documents grades"]
Ranks = Int64[np.ndarray, "found"]


@dataclass(frozen=True, slots=True)
class Expected:
    """A measure at some shares.

    Parameters
    ----------
    value
        Of the measure.
    slopes
        Its derivative by every share.
    ideal_slopes
        The derivative of the logarithm of what it is divided by: for the bias of a ratio.
    """

    value: float
    slopes: Shares
    ideal_slopes: Shares


# Of the pool's shares, the rows of the best documents in order, and the cutoff.
ExpectedMeasure = Callable[[Shares, Ranks, int], Expected]


def expected_ndcg(shares: Shares, ranking: Ranks, k: int) -> Expected:
    """nDCG@k with grades as gains, over the ideal of the estimated number of each grade."""
    gains = np.arange(shares.shape[1], dtype=np.float64)
    best = ranking[:k]
    discounts = 1 / np.log2(np.arange(2, len(best) + 2))
    weights = np.zeros(len(shares))
    weights[best[best >= 0]] = discounts[best >= 0]
    gathered = float(weights @ (shares @ gains))
    ideal, slopes = _ideal(np.maximum(shares.sum(axis=0), 0), k)
    if ideal <= 0:
        return _nothing(shares)
    value = gathered / ideal
    ideals = np.tile(slopes / ideal, (len(shares), 1))
    return Expected(value, np.outer(weights, gains) / ideal - value * ideals, ideals)


def _ideal(
    counts: Float64[np.ndarray, "grades"], k: int
) -> tuple[float, Float64[np.ndarray, "grades"]]:
    """The ideal DCG of fractional counts, and its derivative by each count."""
    cumulative = np.concatenate([[0], np.cumsum(1 / np.log2(np.arange(2, k + 2)))])
    ends = np.cumsum(counts[::-1])[::-1]  # documents with at least this grade
    reached = np.interp(ends, np.arange(k + 1), cumulative)
    slopes = np.where(ends < k, 1 / np.log2(np.floor(np.minimum(ends, k)) + 2), 0.0)
    # DCG is the sum over thresholds of the discounts that documents above them gather.
    return float(reached[1:].sum()), np.concatenate([[0], np.cumsum(slopes[1:])])


def expected_precision(shares: Shares, ranking: Ranks, k: int) -> Expected:
    """Share of the first `k` places with a grade of 1 or more."""
    best = ranking[:k]
    weights = np.zeros(len(shares))
    weights[best[best >= 0]] = 1 / k
    value = float(weights @ shares[:, 1:].sum(axis=1))
    return Expected(value, _by_relevance(weights, shares), np.zeros_like(shares))


def expected_average_precision(shares: Shares, ranking: Ranks, k: int) -> Expected:
    """Average precision of the best `k`, over the estimated number of relevant documents."""
    best, relevant = ranking[:k], shares[:, 1:].sum(axis=1)
    wanted = relevant.sum()
    if wanted <= 0:
        return _nothing(shares)
    found = np.where(best >= 0, relevant[best], 0.0)
    inverse = 1 / np.arange(1, len(best) + 1)
    before = np.concatenate([[0], np.cumsum(found)])[:-1]
    later = np.concatenate([np.cumsum((found * inverse)[::-1])[::-1], [0]])[1:]
    value = float((found * inverse * (1 + before)).sum() / wanted)
    slopes = np.full(len(shares), -value / wanted)
    inside = best >= 0
    slopes[best[inside]] += ((inverse * (1 + before) + later) / wanted)[inside]
    ideals = _by_relevance(np.full(len(shares), 1 / wanted), shares)
    return Expected(value, _by_relevance(slopes, shares), ideals)


def expected_reciprocal_rank(shares: Shares, ranking: Ranks, k: int) -> Expected:
    """One over the rank of the first relevant document among the best `k`."""
    best, relevant = ranking[:k], shares[:, 1:].sum(axis=1)
    found = np.where(best >= 0, relevant[best], 0.0)
    inverse = 1 / np.arange(1, len(best) + 1)
    # Value of the ranks from here on, given that nothing before is relevant.
    rest = np.zeros(len(best) + 1)
    for rank in range(len(best) - 1, -1, -1):
        rest[rank] = found[rank] * inverse[rank] + (1 - found[rank]) * rest[rank + 1]
    missed = np.concatenate([[1], np.cumprod(1 - found)])[:-1]
    slopes = np.zeros(len(shares))
    inside = best >= 0
    slopes[best[inside]] = (missed * (inverse - rest[1:]))[inside]
    return Expected(float(rest[0]), _by_relevance(slopes, shares), np.zeros_like(shares))


def _nothing(shares: Shares) -> Expected:
    """Where nothing seems relevant."""
    return Expected(0.0, np.zeros_like(shares), np.zeros_like(shares))


def _by_relevance(slopes: Float64[np.ndarray, "documents"], shares: Shares) -> Shares:
    """A derivative by relevance as one by the share of every grade."""
    spread = np.repeat(slopes[:, None], shares.shape[1], axis=1)
    spread[:, 0] = 0
    return spread


EXPECTED: dict[str, ExpectedMeasure] = {
    "nDCG": expected_ndcg,
    "P": expected_precision,
    "AP": expected_average_precision,
    "RR": expected_reciprocal_rank,
}
