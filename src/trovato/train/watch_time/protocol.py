"""What every model of watch time offers, and how likely it finds what happened."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

import numpy as np

from trovato.core import InvalidInputError, MissingExtraError
from trovato.core.shapes import Float64, Int64, Shaped

CAP = 255  # seconds; a log counts no further
_QUANTILES = 32
_LEAST = 1e-12  # chance of a second, so that one surprise does not outweigh all else

Features = Float64[np.ndarray, "rows features"]
Lengths = Int64[np.ndarray, " rows"]
Rows = Float64[np.ndarray, " rows"]


@runtime_checkable
class WatchModel(Protocol):
    """A law of watch time for each row: features of the row, and the length of its item.

    Lengths are in seconds, of at least 1. Watch time has no upper
    end: what a log cuts off is there.
    """

    def mean(self, features: Features, lengths: Lengths) -> Rows:
        """Expected seconds."""
        ...

    def median(self, features: Features, lengths: Lengths) -> Rows:
        """The whole second that is as likely to be passed as not."""
        ...

    def beyond(self, features: Features, lengths: Lengths, seconds: Rows) -> Rows:
        """The chance to watch for so many seconds or more; 1 for 0 seconds."""
        ...


def watch_likelihood(
    model: WatchModel, features: Features, lengths: Lengths, seconds: Lengths, cap: int = CAP
) -> Rows:
    """The logarithm of the chance of each whole second, and of `cap` for all that is longer."""
    passed = np.minimum(seconds, cap).astype(np.float64)
    chance = model.beyond(features, lengths, passed)
    later = model.beyond(features, lengths, passed + 1)
    likelihood: Rows = np.log(np.maximum(chance - np.where(passed < cap, later, 0.0), _LEAST))
    return likelihood


def expected_rank(
    model: WatchModel,
    features: Features,
    lengths: Lengths,
    seconds: Int64[np.ndarray, " others"],
) -> Rows:
    """The share of other rows that each row is expected to be watched for longer than; ties half.

    No other score orders more pairs right, if the laws of the rows are true: pairs are won by
    chance, and a mean says little of that where laws have several humps.

    Parameters
    ----------
    model, features, lengths
        The rows, and what is expected of them.
    seconds
        Of some rows that the others are like; some of their quantiles are compared with.
    """
    quantiles = np.quantile(seconds, (np.arange(_QUANTILES) + 0.5) / _QUANTILES)
    rank = np.zeros(len(lengths))
    for quantile in np.floor(quantiles).tolist():
        rank += model.beyond(features, lengths, np.full(len(rank), quantile))
        rank += model.beyond(features, lengths, np.full(len(rank), quantile + 1))
    return rank / (2 * _QUANTILES)


def with_one(features: Features) -> Float64[np.ndarray, "rows features_plus_1"]:
    """Features after a column of ones."""
    return np.concatenate([np.ones((len(features), 1)), features], axis=1)


def check_rows(features: Features, lengths: Lengths, seconds: Lengths, cap: int) -> None:
    """Refuse rows that no model can be fitted to.

    Raises
    ------
    InvalidInputError
        If there are no rows, a number is missing, a length is below 1 or a second below 0.
    """
    if not len(seconds) or cap < 1:
        raise InvalidInputError(
            f"a model of watch time needs rows and a cap of at least 1 s, got {len(seconds)} rows "
            f"and {cap} s"
        )
    if not np.isfinite(features).all() or lengths.min() < 1 or seconds.min() < 0:
        raise InvalidInputError(
            "features must be finite, lengths at least 1 s and seconds at least 0: leave out items "
            "whose length is not known"
        )


def normal_below(values: Shaped[np.ndarray, "*shape"]) -> Float64[np.ndarray, "*shape"]:
    """The chance that a standard normal number is below each value.

    Raises
    ------
    MissingExtraError
        If SciPy is not installed.
    """
    try:
        from scipy.special import ndtr
    except ImportError as error:
        raise MissingExtraError("scipy", "recommend", "models of watch time") from error
    below: Float64[np.ndarray, "*shape"] = ndtr(values)
    return below
