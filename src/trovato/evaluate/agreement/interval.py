"""How sure an alpha is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from trovato.core import InvalidInputError, generator
from trovato.core.shapes import Float64
from trovato.evaluate.agreement.krippendorff import Level, krippendorff_alpha


@dataclass(frozen=True, slots=True)
class Agreement:
    """Krippendorff's alpha with its interval.

    Parameters
    ----------
    alpha
        NaN where there was no variation.
    low, high
        Percentiles over resampled units; NaN where alpha is.
    units, raters
        How many units had two values, from how many people.
    """

    alpha: float
    low: float
    high: float
    units: int
    raters: int

    def __str__(self) -> str:
        if np.isnan(self.alpha):
            return "undefined: no variation"
        return f"{self.alpha:.3f} [{self.low:.3f}, {self.high:.3f}]"


def agreement_interval(
    ratings: Float64[np.ndarray, "raters units"],
    level: Level = "ordinal",
    *,
    resamples: int = 1000,
    seed: int = 0,
    confidence: float = 0.95,
) -> Agreement:
    """Krippendorff's alpha with a percentile interval over units drawn with replacement.

    Parameters
    ----------
    ratings, level
        As of `krippendorff_alpha`.
    resamples, seed
        How often units are drawn, and the seed of the draws.
    confidence
        Share of the resampled alphas inside the interval.

    Raises
    ------
    InvalidInputError
        As of `krippendorff_alpha`, or if confidence is not between 0 and 1.
    """
    if not 0 < confidence < 1:
        raise InvalidInputError(f"confidence lies between 0 and 1, got {confidence}")
    alpha = krippendorff_alpha(ratings, level)
    paired = ratings[:, (~np.isnan(ratings)).sum(axis=0) >= 2]
    units = paired.shape[1]
    raters = int((~np.isnan(paired)).any(axis=1).sum())
    random = generator(seed, "agreement")
    draws = [
        krippendorff_alpha(paired[:, random.integers(units, size=units)], level)
        for _ in range(0 if np.isnan(alpha) else resamples)
    ]
    varied = [draw for draw in draws if not np.isnan(draw)]
    tail = (1 - confidence) / 2
    low, high = np.quantile(varied, [tail, 1 - tail]) if varied else (np.nan, np.nan)
    return Agreement(alpha, float(low), float(high), units, raters)
