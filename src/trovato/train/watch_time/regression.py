"""One regression for watch time: what a mixture has to be better than."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from trovato.core.shapes import Float64
from trovato.train.watch_time.protocol import (
    CAP,
    Features,
    Lengths,
    Rows,
    check_rows,
    normal_below,
    with_one,
)


@dataclass(frozen=True, slots=True, eq=False)
class WatchRegression:
    """A normal law around a line, as wide as the item is long.

    Parameters
    ----------
    weights
        Of a constant and the features: for the share that is watched, and for seconds.
    deviation
        Standard deviation, as a share of the length.
    """

    weights: Float64[np.ndarray, "2 features_plus_1"]
    deviation: float

    def mean(self, features: Features, lengths: Lengths) -> Rows:
        """Expected seconds, at least 0."""
        share, seconds = self.weights @ with_one(features).T
        mean: Rows = np.maximum(share * lengths + seconds, 0.0)
        return mean

    def median(self, features: Features, lengths: Lengths) -> Rows:
        """The whole second that is as likely to be passed as not."""
        median: Rows = np.floor(self.mean(features, lengths))
        return median

    def beyond(self, features: Features, lengths: Lengths, seconds: Rows) -> Rows:
        """The chance to watch for so many seconds or more."""
        away = (seconds - self.mean(features, lengths)) / (self.deviation * lengths)
        return np.where(seconds > 0, normal_below(-away), 1.0)


def fit_watch_regression(
    features: Features, lengths: Lengths, seconds: Lengths, *, cap: int = CAP
) -> WatchRegression:
    """Fit by least squares of the watched share, which takes `cap` for the true watch time.

    Parameters
    ----------
    features
        Of each row, finite.
    lengths, seconds
        Of the item, at least 1; and watched, in whole seconds.
    cap
        Where seconds are cut off.

    Raises
    ------
    InvalidInputError
        If there are no rows, or a number is out of range.
    """
    check_rows(features, lengths, seconds, cap)
    ones = with_one(features)
    watched = (np.minimum(seconds, cap) + 0.5) / lengths
    inputs = np.concatenate([ones, ones / lengths[:, None]], axis=1)
    weights = np.linalg.lstsq(inputs, watched, rcond=None)[0]
    deviation = float(np.sqrt(np.mean(np.square(watched - inputs @ weights))))
    return WatchRegression(weights.reshape(2, -1), max(deviation, 1e-3))
