"""The job: what will be wanted next, from counts."""

from trovato.recommend.forecasts.backtest import BacktestReport, ForecastMetrics, backtest
from trovato.recommend.forecasts.forecast import ForecastItem, ForecastList, forecast

__all__ = [
    "BacktestReport",
    "ForecastItem",
    "ForecastList",
    "ForecastMetrics",
    "backtest",
    "forecast",
]
