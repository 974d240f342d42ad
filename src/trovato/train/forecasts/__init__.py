"""Forecasts fitted to counts, and chosen by late origins."""

from trovato.train.forecasts.boosting import fit_boosted
from trovato.train.forecasts.rows import BASES, TrainingRows, training_rows
from trovato.train.forecasts.selection import ForecastSettings, fit_forecast, past_moments
from trovato.train.forecasts.targets import Truth, truth_after

__all__ = [
    "BASES",
    "ForecastSettings",
    "TrainingRows",
    "Truth",
    "fit_boosted",
    "fit_forecast",
    "past_moments",
    "training_rows",
    "truth_after",
]
