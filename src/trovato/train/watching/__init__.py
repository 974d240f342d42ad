"""How long someone will watch: whole distributions, fitted to seconds that were cut off."""

from trovato.train.watching.history import WatchHistory
from trovato.train.watching.mixture import WatchMixture, fit_watch_mixture
from trovato.train.watching.model import CAP, WatchModel, expected_rank, watch_likelihood
from trovato.train.watching.regression import WatchRegression, fit_watch_regression

__all__ = [
    "CAP",
    "WatchHistory",
    "WatchMixture",
    "WatchModel",
    "WatchRegression",
    "expected_rank",
    "fit_watch_mixture",
    "fit_watch_regression",
    "watch_likelihood",
]
