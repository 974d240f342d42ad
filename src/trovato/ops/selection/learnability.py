"""How much there is to learn from an example, by the rewards of a few rollouts.

Source: Wang et al. 2026 (MiniRec, arXiv 2602.04278) for the Gaussian. Rewards of an example are
given by their mean, standard deviation and count, so that memory does not grow with rollouts.
"""

from __future__ import annotations

import numpy as np

from trovato.core import InvalidInputError
from trovato.core.shapes import Float64, Int64

Values = Float64[np.ndarray, " examples"]


def min_max(values: Values) -> Values:
    """Shift and scale to 0…1; values that are all the same become 0."""
    if not len(values):
        return values.copy()
    span = values.max() - values.min()
    return (values - values.min()) / span if span > 0 else np.zeros_like(values)


def gaussian_learnability(means: Values, mu: float = 0.5, sigma: float | None = None) -> Values:
    """`exp(−(r̄ − μ)² / 2σ²)`: most for a mean reward of μ. The released method.

    Parameters
    ----------
    means
        Mean reward of each example.
    mu
        The mean reward to learn most from.
    sigma
        Width; None for the standard deviation of `means`.

    Raises
    ------
    InvalidInputError
        If `sigma` is not above 0.
    """
    _check_sigma(sigma)
    width = float(means.std()) if sigma is None else sigma
    if not width:
        return np.ones_like(means)
    found: Values = np.exp(-((means - mu) ** 2) / (2 * width**2))
    return found


def quantile_gaussian_learnability(
    means: Values, mu: float | None = None, sigma: float = 0.2, reward_floor: float = 1e-3
) -> Values:
    """The Gaussian over ranks in place of rewards, for rewards that are mostly near 0.

    Ranks run from 0 to 1, equal rewards share their mean rank, and rewards up to `reward_floor`
    are equal.

    Parameters
    ----------
    means
        Mean reward of each example.
    mu
        The mean reward to learn most from; None for the median of those above `reward_floor`.
    sigma
        Width in units of rank.
    reward_floor
        Rewards at or below it count as none.

    Raises
    ------
    InvalidInputError
        If `sigma` is not above 0.
    """
    _check_sigma(sigma)
    kept = np.where(means > reward_floor, means, 0.0)
    if len(kept) < 2 or not kept.any():
        return np.ones_like(means)
    centre = float(np.median(kept[kept > 0])) if mu is None else mu
    ordered = np.sort(kept)

    def rank(values: Values) -> Values:
        low = np.searchsorted(ordered, values, "left")
        high = np.searchsorted(ordered, values, "right")
        return np.asarray(np.maximum(low + high - 1, 0) / (2 * (len(ordered) - 1)))

    target = rank(np.array([centre]))[0]
    found: Values = np.exp(-((rank(kept) - target) ** 2) / (2 * sigma**2))
    return found


def beta_learnability(means: Values, counts: Int64[np.ndarray, " examples"]) -> Values:
    """The expected `4p(1 − p)` where p, the chance of success, has a uniform prior.

    With few rollouts an example that always failed may still be one that sometimes succeeds: the
    posterior Beta(1 + Σr, 1 + Σ(1 − r)) says how likely that is.

    Parameters
    ----------
    means
        Mean reward of each example, 0…1.
    counts
        Rollouts of each.

    Raises
    ------
    InvalidInputError
        If a mean is outside 0…1.
    """
    if len(means) and not (means.min() >= 0 and means.max() <= 1):
        raise InvalidInputError(
            f"beta learnability needs rewards from 0 to 1, got means from {means.min():g} to "
            f"{means.max():g}: scale them, or take quantile-gaussian"
        )
    won, lost = 1 + means * counts, 1 + (1 - means) * counts
    total = won + lost
    found: Values = 4 * won * lost / (total * (total + 1))
    return found


def progress_learnability(means: Values, base_means: Values) -> Values:
    """How much the mean reward rose in a short training; none where it fell.

    Parameters
    ----------
    means, base_means
        Mean reward of each example under the proxy, and under the model it started from.
    """
    rise: Values = np.maximum(means - base_means, 0.0)
    return rise


def _check_sigma(sigma: float | None) -> None:
    if sigma is not None and not sigma > 0:
        raise InvalidInputError(f"sigma, the width of the Gaussian, must be above 0, got {sigma}")
