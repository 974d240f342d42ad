"""Explanations of a real log: claims that hold, agreement with scores, mirrored histories.

    python bench/forecast_explanations.py FOLDER [--log github] [--items 200] [--origins 12]

The newest week but one is forecast, by what learned from the weeks before. A history is mirrored by
giving the newest eight weeks in the opposite order. Of an item with a trend, its text should then
tell the opposite trend, and its score should move that way; whether the growth over the newest
count turns as well, where that is unusual, is told beside it.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

from forecast_data import LOGS, load
from trovato.generate.explanations import Wording, explain_forecast
from trovato.interactions.bins import CountTable
from trovato.ops.forecasting import WINDOW
from trovato.retrieve.forecasts import FittedForecast, Origin, growth_of, origin_at, signal_records
from trovato.train.forecasts import ForecastSettings, fit_forecast

UNITS = {"wikipedia": "views", "github": "stars", "ml-100k": "ratings", "billboard": "points"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--log", choices=LOGS, default="github")
    parser.add_argument("--items", type=int, default=200)
    parser.add_argument("--origins", type=int, default=12, help="to learn from")
    options = parser.parse_args()
    table = load(options.folder, options.log)
    last = len(table) - 2
    settings = ForecastSettings(origins=options.origins, validation=4)
    fitted = fit_forecast(table, settings, until=last)
    print(f"after {table.bins[last]}: {fitted.verdict()}")
    origin = origin_at(table, last, settings.periods)
    expected, low, high = fitted.predict(origin)
    claims = right = agreed = 0
    best = np.argsort(-expected, kind="stable")[: options.items].tolist()
    shown = set(np.linspace(0, len(best) - 1, 10).astype(int).tolist())
    came = dict(zip(*(one.tolist() for one in table.rows_of(last + 1)), strict=True))
    for rank, at in enumerate(best):
        ends = (float(low[at]), float(high[at]))
        signals = signal_records(origin, at, float(expected[at]), ends)
        found = explain_forecast(signals, Wording(UNITS[options.log], "week"))
        claims += len(found.verification.claims)
        right += len(found.verification.claims) - len(found.verification.wrong)
        agreed += agrees(
            signals[[one.name for one in signals].index("forecast")].bucket,
            expected[at],
            origin,
            at,
        )
        if rank in shown:
            place = int(origin.places[at])
            print(
                f"{rank + 1}. {table.items[place]}: {found.text} ({came.get(place, 'not counted')})"
            )
    print(f"claim precision {right / claims:.4f} of {claims} claims in {len(best)} texts")
    print(f"agreement of score and text {agreed / len(best):.3f}")
    mirrored(table, last, fitted, origin, best)


def agrees(said: str, expected: float, origin: Origin, at: int) -> bool:
    """Whether the word for the forecast is on the side of the newest count where the score is."""
    if not origin.listed[at]:
        return said == ""
    change = float(np.log1p(expected) - np.log1p(origin.counts[at, -1]))
    return {"above": change > 0, "below": change < 0, "level": abs(change) < 0.1}[said]


def mirrored(
    table: CountTable, last: int, fitted: FittedForecast, origin: Origin, best: list[int]
) -> None:
    at = np.repeat(np.arange(len(table)), np.diff(table.offsets))
    recent = (at > last - WINDOW) & (at <= last)
    at[recent] = 2 * last - WINDOW + 1 - at[recent]
    other = CountTable.of_arrays(
        table.items, table.bins, at, table.places, table.counts, table.absent
    )
    turned = origin_at(other, last, origin.periods)
    expected, opposite = fitted.model.predict(origin), fitted.model.predict(turned)
    growth, regrowth = growth_of(expected, origin), growth_of(opposite, turned)
    where = {int(place): number for number, place in enumerate(turned.places)}
    trends = told = moved = clear = flipped = 0
    for one in best:
        twin = where.get(int(origin.places[one]))
        if twin is None:
            continue
        trend, mirror = trend_of(origin, one), trend_of(turned, twin)
        if trend in ("rising", "falling"):
            trends += 1
            told += {trend, mirror} == {"rising", "falling"}
            moved += bool((opposite[twin] < expected[one]) == (trend == "rising"))
        if abs(float(origin.signals["excess"][one])) > 0.3 and abs(growth[one]) > 0.05:
            clear += 1
            flipped += bool(np.sign(growth[one]) != np.sign(regrowth[twin]))
    print(f"mirrored histories: of {trends} with a trend {told} texts turn, {moved} scores move so")
    print(f"growth turns in {flipped} of {clear} whose newest count is unusual")


def trend_of(origin: Origin, at: int) -> str:
    """The word for the trend of an item; none where it has too few counts."""
    signals = signal_records(origin, at, 1.0, (0.0, 1.0))
    return next((signal.bucket for signal in signals if signal.name == "trend"), "")


if __name__ == "__main__":
    main()
