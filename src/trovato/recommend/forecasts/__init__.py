"""The job: what will be wanted next, from counts."""

from trovato.recommend.forecasts.backtest import BacktestReport, ForecastMetrics, backtest
from trovato.recommend.forecasts.forecast import ForecastItem, ForecastList, forecast
from trovato.recommend.forecasts.new_items import forecast_new_items
from trovato.recommend.forecasts.report import ForecastReport

__all__ = [
    "BacktestReport",
    "ForecastItem",
    "ForecastList",
    "ForecastMetrics",
    "ForecastReport",
    "backtest",
    "forecast",
    "forecast_new_items",
]
