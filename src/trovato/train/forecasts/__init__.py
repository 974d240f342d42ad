"""Forecasts fitted to counts, and chosen by late origins."""

from trovato.train.forecasts.boosting import fit_boosted
from trovato.train.forecasts.risers import RISER_OBJECTIVES, fit_risers
from trovato.train.forecasts.rows import BASES, RISERS, TrainingRows, training_rows
from trovato.train.forecasts.selection import ForecastSettings, fit_forecast, past_moments
from trovato.train.forecasts.targets import Truth, truth_after

__all__ = [
    "BASES",
    "RISERS",
    "RISER_OBJECTIVES",
    "ForecastSettings",
    "TrainingRows",
    "Truth",
    "fit_boosted",
    "fit_forecast",
    "fit_risers",
    "past_moments",
    "training_rows",
    "truth_after",
]
