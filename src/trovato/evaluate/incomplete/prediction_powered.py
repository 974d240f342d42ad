"""A mean from a few people's grades and a model's grades of everything."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from trovato.core import InvalidInputError
from trovato.core.shapes import Float64


@dataclass(frozen=True, slots=True)
class PoweredMean:
    """A mean, and how far the model was trusted.

    Parameters
    ----------
    mean, low, high
        Estimate and interval.
    trust
        Weight of the model's grades: 0 leaves them out, 1 takes them as they are.
    """

    mean: float
    low: float
    high: float
    trust: float


def prediction_powered_mean(
    human: Float64[np.ndarray, "sampled"],
    model: Float64[np.ndarray, "sampled"],
    rest: Float64[np.ndarray, "others"],
    *,
    confidence: float = 0.95,
) -> PoweredMean:
    """The mean that people would give to everything, from a random part that they graded.

    The model's mean over everything is corrected by its mean error on that part, which makes it
    unbiased for any model; the weight of the model is the one that minimises the variance.

    Parameters
    ----------
    human, model
        Grades of the same random part of all documents, drawn without replacement.
    rest
        The model's grades of the others.
    confidence
        Of the interval.

    Raises
    ------
    InvalidInputError
        If fewer than two documents have both grades, or confidence is not between 0 and 1.

    Source: Angelopoulos, Duchi and Zrnic, "PPI++: efficient prediction-powered inference", 2023,
    for a finite population.
    """
    if len(human) != len(model) or len(human) < 2:
        raise InvalidInputError(
            f"wanted two documents or more with a human's and a model's grade, got {len(human)} "
            f"and {len(model)}"
        )
    if not 0 < confidence < 1:
        raise InvalidInputError(f"confidence lies between 0 and 1, got {confidence}")
    count, whole = len(human), len(human) + len(rest)
    spread = float(np.var(model, ddof=1))
    # In a finite population the best weight is the slope of the regression on the model's grades.
    trust = float(np.cov(human, model)[0, 1]) / spread if spread else 0.0
    trust = min(max(trust, 0.0), 1.0)
    overall = float(np.concatenate([model, rest]).mean())
    mean = trust * overall + float((human - trust * model).mean())
    variance = float(np.var(human - trust * model, ddof=1)) / count * (1 - count / whole)
    half = NormalDist().inv_cdf((1 + confidence) / 2) * variance**0.5
    return PoweredMean(mean, mean - half, mean + half, trust)
