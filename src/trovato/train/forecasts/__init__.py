"""Forecasts fitted to counts, and chosen by late origins."""

from trovato.train.forecasts.boosting import fit_boosted
from trovato.train.forecasts.selection import ForecastSettings, fit_forecast
from trovato.train.forecasts.targets import Truth, truth_after

__all__ = ["ForecastSettings", "Truth", "fit_boosted", "fit_forecast", "truth_after"]
