"""Counts by bin of time → signals, features and simple forecasts of the next bin."""

from trovato.ops.forecasting.absent_counts import fill_censored, fill_missing
from trovato.ops.forecasting.baselines import (
    croston,
    drift,
    exponential_smoothing,
    last_count,
    moving_average,
    seasonal_naive,
    tsb,
)
from trovato.ops.forecasting.features import feature_matrix
from trovato.ops.forecasting.signals import (
    LEVEL_BINS,
    WINDOW,
    acceleration,
    autocorrelation,
    burst,
    category_mean,
    excess,
    momentum,
    rank_gain,
    seasonal_change,
    signal_table,
    trend,
)

__all__ = [
    "LEVEL_BINS",
    "WINDOW",
    "acceleration",
    "autocorrelation",
    "burst",
    "category_mean",
    "croston",
    "drift",
    "excess",
    "exponential_smoothing",
    "feature_matrix",
    "fill_censored",
    "fill_missing",
    "last_count",
    "momentum",
    "moving_average",
    "rank_gain",
    "seasonal_change",
    "seasonal_naive",
    "signal_table",
    "trend",
    "tsb",
]
