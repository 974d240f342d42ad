"""Fitting what ranks to what people did."""

from trovato.train.content_map import content_map
from trovato.train.counting import ItemCounts, Shown, conversion, count_items, popularity
from trovato.train.factors import implicit_factors
from trovato.train.neighbours import item_neighbours
from trovato.train.sequences import SASRec, SASRecListener, SASRecStep, calibration, fit_sasrec

__all__ = [
    "ItemCounts",
    "SASRec",
    "SASRecListener",
    "SASRecStep",
    "Shown",
    "calibration",
    "content_map",
    "conversion",
    "count_items",
    "fit_sasrec",
    "implicit_factors",
    "item_neighbours",
    "popularity",
]
