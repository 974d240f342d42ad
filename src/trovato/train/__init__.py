"""Fitting what ranks to what people did."""

from trovato.train.content_map import content_map
from trovato.train.counting import ItemCounts, Shown, conversion, count_items, popularity
from trovato.train.factors import implicit_factors
from trovato.train.neighbours import item_neighbours
from trovato.train.sequences import SASRec, SASRecListener, SASRecStep, calibration, fit_sasrec
from trovato.train.watching import (
    CAP,
    WatchHistory,
    WatchMixture,
    WatchModel,
    WatchRegression,
    expected_rank,
    fit_watch_mixture,
    fit_watch_regression,
    watch_likelihood,
)

__all__ = [
    "CAP",
    "ItemCounts",
    "SASRec",
    "SASRecListener",
    "SASRecStep",
    "Shown",
    "WatchHistory",
    "WatchMixture",
    "WatchModel",
    "WatchRegression",
    "calibration",
    "content_map",
    "conversion",
    "count_items",
    "expected_rank",
    "fit_sasrec",
    "fit_watch_mixture",
    "fit_watch_regression",
    "implicit_factors",
    "item_neighbours",
    "popularity",
    "watch_likelihood",
]
