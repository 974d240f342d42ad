"""What an example without rollouts is likely to bring, by those that are like it."""

from __future__ import annotations

import numpy as np

from trovato.core.shapes import Float64
from trovato.ops import ridge_posterior
from trovato.train.selection.feature_rows import FeatureRows


def fill_predicted(
    values: Float64[np.ndarray, " examples"], features: FeatureRows, ridge: float = 1.0
) -> Float64[np.ndarray, " examples"]:
    """Put the estimate of a ridge regression where a value is nan, within the range of the others.

    Parameters
    ----------
    values
        At least one is known.
    features
        Of all examples.
    ridge
        As for `trovato.ops.ridge_posterior`.
    """
    known = np.flatnonzero(~np.isnan(values))
    seen = values[known]
    ones = np.ones(len(known))
    found = ridge_posterior(features.take(known), seen, ones, float(seen @ seen), ridge)
    guess = (found.intercept + features.dot(found.mean)).clip(seen.min(), seen.max())
    return np.where(np.isnan(values), guess, values)
