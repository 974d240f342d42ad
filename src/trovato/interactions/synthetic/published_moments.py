"""How well numbers follow a law: statistics, and what chance alone would make of them."""

from __future__ import annotations

import math

import numpy as np

from trovato.core.shapes import Float64, Int64

# A sample that follows the law lies beyond these with probability .001.
_NORMAL, _KOLMOGOROV = 3.0902, 1.9495


def tail_exponent(counts: Int64[np.ndarray, " things"], share: float) -> tuple[float, float]:
    """Hill's estimate of the exponent of a power law, from the largest counts.

    Source: Hill, "A simple general approach to inference about the tail of a distribution", 1975.

    Parameters
    ----------
    counts
        One for each thing.
    share
        Of all things, those that are the tail.

    Returns
    -------
    The exponent, and its standard error if all of them are independent.
    """
    largest = np.sort(counts)[::-1][: max(round(share * len(counts)), 2)].astype(np.float64)
    excess = float(np.log(largest[:-1] / largest[-1]).mean())
    return 1 / max(excess, 1e-300), 1 / (max(excess, 1e-300) * math.sqrt(len(largest) - 1))


def log_normal_tail(spread: float, share: float) -> float:
    """The exponent that `tail_exponent` finds on average in a large log-normal sample."""
    low, high = 0.0, 10.0
    for _ in range(60):  # the quantile, by halving
        middle = (low + high) / 2
        low, high = (
            (middle, high) if math.erfc(middle / math.sqrt(2)) / 2 > share else (low, middle)
        )
    density = math.exp(-(low**2) / 2) / math.sqrt(2 * math.pi)
    return 1 / (spread * (density / share - low))


def kolmogorov(
    counts: Int64[np.ndarray, " values"], law: Float64[np.ndarray, " values"]
) -> tuple[float, float]:
    """The largest distance between a sample of whole numbers and a law, and what chance allows.

    Parameters
    ----------
    counts
        How often each number from 0 comes.
    law
        How likely a number is at most so large.
    """
    total = max(int(counts.sum()), 1)
    return float(np.abs(np.cumsum(counts) / total - law).max()), _KOLMOGOROV / math.sqrt(total)


def chi_square(
    counts: Int64[np.ndarray, " kinds"], shares: Float64[np.ndarray, " kinds"]
) -> tuple[float, float]:
    """Pearson's statistic of independent draws, and what chance allows.

    The limit is that of Wilson and Hilferty, "The distribution of chi-square", 1931.
    """
    expected = shares * counts.sum()
    freedom = len(counts) - 1
    limit = freedom * (1 - 2 / (9 * freedom) + _NORMAL * math.sqrt(2 / (9 * freedom))) ** 3
    return float(((counts - expected) ** 2 / np.maximum(expected, 1e-300)).sum()), limit
