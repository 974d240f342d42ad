"""TRAIL as an arrangement: one list for everybody, and verified reasons for what is served."""

from __future__ import annotations

from collections.abc import Mapping

from trovato.core import Item
from trovato.interactions.bins import CountTable
from trovato.recommend.forecasts import ForecastList, forecast
from trovato.retrieve.forecasts import FittedForecast
from trovato.train.forecasts import ForecastSettings

SERVED = 20


def build(
    table: CountTable,
    fitted: FittedForecast | None = None,
    *,
    catalogue: Mapping[str, Item] | None = None,
    settings: ForecastSettings = ForecastSettings(),
) -> ForecastList:
    """Score every item from its trend, momentum and metadata, and explain those that are served.

    The paper's scores come from a fine-tuned language model; here they come from what ranked best
    on late moments, which is told by `ForecastList.fitted.verdict()`.

    Parameters
    ----------
    table
        Counts by item and bin.
    fitted
        A forecast that was fitted before; by default one is fitted now.
    catalogue
        Items by id, with titles and categories.
    settings
        How it is fitted.

    Raises
    ------
    InvalidInputError
        If there are too few bins to fit.
    """
    return forecast(table, fitted, settings=settings, top=SERVED, catalogue=catalogue, explain=True)
