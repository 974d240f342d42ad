"""How long someone will watch: whole distributions, fitted to seconds that were cut off."""

from trovato.train.watch_time.features import WatchHistory
from trovato.train.watch_time.mixture_density import WatchMixture, fit_watch_mixture
from trovato.train.watch_time.protocol import CAP, WatchModel, expected_rank, watch_likelihood
from trovato.train.watch_time.regression import WatchRegression, fit_watch_regression

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
