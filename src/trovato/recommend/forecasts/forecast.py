"""Tomorrow's hits: fit, rank, explain."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from trovato.core import Item, ProgressCallback, Query, Signal, SignalEvidence, no_progress
from trovato.generate.explanations import (
    Explanation,
    ExplanationWriter,
    Wording,
    explain_forecast,
)
from trovato.interactions.bins import CountTable
from trovato.retrieve.forecasts import (
    FittedForecast,
    ForecastOrder,
    PopularityForecaster,
    category_places,
)
from trovato.train.forecasts import ForecastSettings, fit_forecast


@dataclass(frozen=True, slots=True)
class ForecastItem:
    """One item of the list.

    Parameters
    ----------
    rank
        From 1.
    item
        What it is.
    expected, low, high
        The expected count of the next bin (the mean of the next ones), and the interval's ends.
    signals
        What it rests on.
    explanation
        With claims that were checked; None unless it was asked for.
    """

    rank: int
    item: Item
    expected: float
    low: float
    high: float
    signals: tuple[Signal, ...]
    explanation: Explanation | None

    def to_json(self) -> dict[str, object]:
        """Everything, as JSON holds it."""
        told: dict[str, object] = {
            "rank": self.rank,
            "item": self.item.id,
            "title": self.item.text,
            "expected": self.expected,
            "low": self.low,
            "high": self.high,
            "signals": {
                one.name: {
                    "value": one.value,
                    "unit": one.unit,
                    "window": one.window,
                    "bucket": one.bucket,
                    "support": one.support,
                }
                for one in self.signals
            },
        }
        if self.explanation:
            told["explanation"] = self.explanation.text
            told["source"] = self.explanation.source
            told["verified"] = self.explanation.verification.accepted
        return told


@dataclass(frozen=True, slots=True, eq=False)
class ForecastList:
    """The best items after a moment.

    Parameters
    ----------
    moment
        Label of the newest bin that was looked at.
    items
        Best first.
    fitted
        What they were forecast by.
    """

    moment: str
    items: tuple[ForecastItem, ...]
    fitted: FittedForecast

    def to_json(self) -> dict[str, object]:
        """Everything but the model itself, as JSON holds it."""
        fitted = self.fitted
        return {
            "after": self.moment,
            "bins": fitted.horizon,
            "model": fitted.name,
            "fitted_to": fitted.fitted_to,
            "interval": fitted.intervals.level,
            "verdict": fitted.verdict(),
            "growth_verdict": fitted.growth_verdict(),
            "items": [item.to_json() for item in self.items],
        }


def forecast(
    table: CountTable,
    fitted: FittedForecast | None = None,
    *,
    settings: ForecastSettings = ForecastSettings(),
    top: int = 20,
    moment: str = "",
    catalogue: Mapping[str, Item] | None = None,
    order: ForecastOrder = "count",
    explain: bool = False,
    wording: Wording = Wording(),
    writer: ExplanationWriter | None = None,
    progress: ProgressCallback = no_progress,
) -> ForecastList:
    """Rank items by what is expected of them after a moment.

    Parameters
    ----------
    table
        Counts; those after the moment are not looked at.
    fitted
        A forecast that was fitted before; by default one is fitted now, to what is known.
    settings
        How it is fitted.
    top
        How many items.
    moment
        Label of the newest bin to look at; the last one where it is empty.
    catalogue
        Items by id, for their titles, and their attribute `category`.
    order
        By expected count, or by how likely items are to grow most.
    explain
        Whether to explain the items of the list.
    wording
        What is counted, for explanations.
    writer
        Writes explanations; what does not verify is replaced by a template.
    progress
        Told of what is done.

    Raises
    ------
    InvalidInputError
        If `top` is below 1, there is no such bin, or there are too few to fit.
    """
    known = catalogue or {}
    if fitted is None:
        fitted = fit_forecast(
            table,
            settings,
            until=table.place_of_bin(moment),
            categories=category_places(table, known),
            progress=progress,
        )
    forecaster = PopularityForecaster(table, fitted, known, order)
    found = []
    for hit in forecaster.retrieve(Query(moment=moment), top):
        signals = hit.evidence.signals if isinstance(hit.evidence, SignalEvidence) else ()
        values = {signal.name: signal.value for signal in signals}
        told = explain_forecast(signals, wording, writer) if explain else None
        expected, low, high = (values[name] for name in ("forecast", "low", "high"))
        found.append(ForecastItem(hit.rank, hit.item, expected, low, high, signals, told))
    return ForecastList(table.bins[table.place_of_bin(moment)], tuple(found), fitted)
