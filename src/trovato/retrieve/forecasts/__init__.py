"""From a moment to a ranking of what will be wanted next."""

from trovato.retrieve.forecasts.boosted_trees import lightgbm
from trovato.retrieve.forecasts.cold_start import ColdStart, cold_signals, newcomers
from trovato.retrieve.forecasts.fitted import FittedForecast
from trovato.retrieve.forecasts.forecaster import (
    ForecastOrder,
    PopularityForecaster,
    category_places,
)
from trovato.retrieve.forecasts.growth import (
    ExpectedGrowth,
    GrowthModel,
    RiserTrees,
    growth_of,
)
from trovato.retrieve.forecasts.intervals import ForecastIntervals
from trovato.retrieve.forecasts.mixing import PopularityMix
from trovato.retrieve.forecasts.models import (
    BASELINES,
    BlendedForecast,
    BoostedForecast,
    ForecastModel,
    SimpleForecast,
    log_mean,
)
from trovato.retrieve.forecasts.origin import Origin, origin_at
from trovato.retrieve.forecasts.persistence import load_forecast, save_forecast
from trovato.retrieve.forecasts.signal_records import shown, signal_records

__all__ = [
    "BASELINES",
    "BlendedForecast",
    "BoostedForecast",
    "ColdStart",
    "ExpectedGrowth",
    "FittedForecast",
    "ForecastIntervals",
    "ForecastModel",
    "ForecastOrder",
    "GrowthModel",
    "Origin",
    "PopularityForecaster",
    "PopularityMix",
    "RiserTrees",
    "SimpleForecast",
    "category_places",
    "cold_signals",
    "growth_of",
    "lightgbm",
    "load_forecast",
    "log_mean",
    "newcomers",
    "origin_at",
    "save_forecast",
    "shown",
    "signal_records",
]
