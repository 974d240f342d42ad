"""A linear estimate that says how sure it is: Bayesian ridge regression."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from trovato.core import InvalidInputError
from trovato.core.shapes import Float64


@dataclass(frozen=True, slots=True, eq=False)
class RidgePosterior:
    """What is known of the weights of features: a normal distribution.

    Parameters
    ----------
    intercept
        Weighted mean of the targets.
    mean
        Of the weights.
    root
        R with R·Rᵀ the covariance of the weights.
    noise
        Standard deviation of a target around its estimate.
    """

    intercept: float
    mean: Float64[np.ndarray, " dim"]
    root: Float64[np.ndarray, "dim dim"]
    noise: float

    def draw(self, random: np.random.Generator, width: float = 1.0) -> Float64[np.ndarray, " dim"]:
        """Weights drawn from what is known of them (Thompson 1933): the less is known, the wider.

        Parameters
        ----------
        random
            Of the draw.
        width
            In standard deviations; 0 for the mean.
        """
        normal = width * random.standard_normal(len(self.mean))
        drawn: Float64[np.ndarray, " dim"] = self.mean + self.root @ normal
        return drawn


def ridge_posterior(
    features: Float64[np.ndarray, "examples dim"],
    targets: Float64[np.ndarray, " examples"],
    weights: Float64[np.ndarray, " examples"],
    squares: float,
    ridge: float = 1.0,
) -> RidgePosterior:
    """Posterior of w in `y = ȳ + x·w + e`, with e ~ N(0, σ²) and w ~ N(0, σ²/ridge).

    Source: Lindley and Smith 1972; σ² is the weighted mean of squared residuals.

    Parameters
    ----------
    features
        x of each example.
    targets
        Mean of the observations of each example.
    weights
        How many observations that is the mean of; they may be discounted, and are above 0.
    squares
        Weighted sum of squares of all observations, not of their means.
    ridge
        Precision of a weight before anything is observed, in units of that of an observation.

    Raises
    ------
    InvalidInputError
        If there is nothing to learn from, or a weight or `ridge` is not above 0.
    """
    if not len(targets) or not ridge > 0 or not weights.min() > 0:
        raise InvalidInputError(
            f"a ridge regression needs examples with weights above 0 and a ridge above 0, got "
            f"{len(targets)} examples and {ridge}"
        )
    intercept = float(np.average(targets, weights=weights))
    wanted = targets - intercept
    precision = (features.T * weights) @ features + ridge * np.eye(features.shape[1])
    factor = np.linalg.cholesky(precision)
    along = features.T @ (weights * wanted)
    mean = np.linalg.solve(factor.T, np.linalg.solve(factor, along))
    residuals = wanted - features @ mean
    within = squares - float(weights @ targets**2)  # of observations around their examples' means
    left = max(within, 0.0) + float(weights @ residuals**2)
    noise = float(np.sqrt(left / weights.sum()))
    return RidgePosterior(intercept, mean, noise * np.linalg.inv(factor).T, noise)
