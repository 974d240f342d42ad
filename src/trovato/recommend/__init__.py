"""Recommenders fitted to logs, measured under named protocols, and applied."""

from trovato.recommend.answers import Answers
from trovato.recommend.batch import Recommended, UserBatch, recommend
from trovato.recommend.benchmark.factor_similarity import FactorSimilarity, factor_similarity
from trovato.recommend.benchmark.metrics import Metrics, Slice
from trovato.recommend.benchmark.published_table import PublishedFigures, PublishedTable
from trovato.recommend.benchmark.report import BenchmarkReport, compare_models
from trovato.recommend.benchmark.run import Trial, run_benchmark, run_trial
from trovato.recommend.dataset import Experiment
from trovato.recommend.default_protocol import GENERAL, default_protocol, find_protocol
from trovato.recommend.fitted import FittedRecommender, fit, load
from trovato.recommend.from_counts import items_from_counts
from trovato.recommend.listed_items import ListedItems
from trovato.recommend.log_fit import fit_log
from trovato.recommend.model_file import load_for_log
from trovato.recommend.models import (
    MODELS,
    ModelConfig,
    fit_model,
    lacks,
    model_config,
    model_configs,
    settings_of,
)
from trovato.recommend.protocol import PROTOCOLS, Protocol
from trovato.recommend.training_data import Interactions
from trovato.recommend.tuning import Tuning, tune_model
from trovato.recommend.watch_time.evaluate import WatchReport, measure_watching
from trovato.recommend.watch_time.rows import WatchRows, watch_rows

__all__ = [
    "GENERAL",
    "MODELS",
    "PROTOCOLS",
    "Answers",
    "BenchmarkReport",
    "Experiment",
    "FactorSimilarity",
    "FittedRecommender",
    "Interactions",
    "ListedItems",
    "Metrics",
    "ModelConfig",
    "Protocol",
    "PublishedFigures",
    "PublishedTable",
    "Recommended",
    "Slice",
    "Trial",
    "Tuning",
    "UserBatch",
    "WatchReport",
    "WatchRows",
    "compare_models",
    "default_protocol",
    "factor_similarity",
    "find_protocol",
    "fit",
    "fit_log",
    "fit_model",
    "items_from_counts",
    "lacks",
    "load",
    "load_for_log",
    "measure_watching",
    "model_config",
    "model_configs",
    "recommend",
    "run_benchmark",
    "run_trial",
    "settings_of",
    "tune_model",
    "watch_rows",
]
