"""Fitting what ranks to what people did."""

from trovato.train.bpr import fit_bpr
from trovato.train.cold_start import content_map
from trovato.train.ease import fit_ease
from trovato.train.generative import GenerativeConfig, fit_generative
from trovato.train.implicit_als import implicit_factors
from trovato.train.item_knn import item_neighbours
from trovato.train.lightgcn import LightGCNConfig, fit_lightgcn
from trovato.train.popularity import Impression, ItemCounts, conversion, count_items, popularity
from trovato.train.sasrec.config import SASRec
from trovato.train.sasrec.losses import calibration
from trovato.train.sasrec.trainer import fit_sasrec
from trovato.train.semantic_ids import (
    DOSConfig,
    DOSEpoch,
    NextItemSplit,
    RQVAEConfig,
    fit_dos,
    fit_rq_vae,
)
from trovato.train.sequence import SequenceTraining
from trovato.train.slim import fit_slim
from trovato.train.term_statistics import TermExample, fit_term_statistics
from trovato.train.watch_time.features import WatchHistory
from trovato.train.watch_time.mixture_density import WatchMixture, fit_watch_mixture
from trovato.train.watch_time.protocol import CAP, WatchModel, expected_rank, watch_likelihood
from trovato.train.watch_time.regression import WatchRegression, fit_watch_regression

__all__ = [
    "CAP",
    "DOSConfig",
    "DOSEpoch",
    "GenerativeConfig",
    "Impression",
    "ItemCounts",
    "LightGCNConfig",
    "NextItemSplit",
    "RQVAEConfig",
    "SASRec",
    "SequenceTraining",
    "TermExample",
    "WatchHistory",
    "WatchMixture",
    "WatchModel",
    "WatchRegression",
    "calibration",
    "content_map",
    "conversion",
    "count_items",
    "expected_rank",
    "fit_bpr",
    "fit_dos",
    "fit_ease",
    "fit_generative",
    "fit_lightgcn",
    "fit_rq_vae",
    "fit_sasrec",
    "fit_slim",
    "fit_term_statistics",
    "fit_watch_mixture",
    "fit_watch_regression",
    "implicit_factors",
    "item_neighbours",
    "popularity",
    "watch_likelihood",
]
