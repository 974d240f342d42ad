"""Rolling origins: forecasts from many moments, each fitted to what was known then."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass

import numpy as np

from trovato.core import InvalidInputError, Item, ProgressCallback, no_progress
from trovato.core.shapes import Bool, Float64
from trovato.evaluate import Estimate
from trovato.evaluate.forecasts import (
    count_ndcg,
    direction_accuracy,
    interval_coverage,
    riser_recall,
)
from trovato.evaluate.statistics.bootstrap import estimates, resampled_means
from trovato.interactions.bins import CountTable
from trovato.retrieve.forecasts import (
    BASELINES,
    FittedForecast,
    ForecastModel,
    Origin,
    SimpleForecast,
    category_places,
    growth_of,
    origin_at,
)
from trovato.train.forecasts import ForecastSettings, Truth, fit_forecast, truth_after

DEFAULT = "default"


@dataclass(frozen=True, slots=True)
class ForecastMetrics:
    """Means over origins, with 95 % bootstrap intervals over them; None where none has a value.

    Parameters
    ----------
    ndcg_20, ndcg_50
        With counts as gains; the ideal holds items that were never seen before, too.
    riser_recall_20
        Share of the 20 items that grew most that were among the first 20 by growth: by what ranks
        growth for the default, by the growth that others expect.
    mae
        Mean absolute error of counts that came to be known.
    direction
        Share of right directions where log(1 + count) changed by over .3.
    coverage, coverage_50
        Share of counts within the interval, of all items and of the 50 that were ranked first.
    """

    ndcg_20: Estimate | None
    ndcg_50: Estimate | None
    riser_recall_20: Estimate | None
    mae: Estimate | None
    direction: Estimate | None
    coverage: Estimate | None
    coverage_50: Estimate | None


@dataclass(frozen=True, slots=True)
class BacktestReport:
    """All models on the same origins.

    Parameters
    ----------
    origins
        Labels of the moments.
    metrics
        By model; `default` is what `fit_forecast` chose each time.
    chosen
        What that was, and for how many origins.
    growth_chosen
        What ranked by growth, and for how many.
    level
        What coverage should be.
    verdict
        In words: whether the default, and each model of your own, beats the best simple line.
    """

    origins: tuple[str, ...]
    metrics: Mapping[str, ForecastMetrics]
    chosen: Mapping[str, int]
    growth_chosen: Mapping[str, int]
    level: float
    verdict: str

    def to_json(self) -> dict[str, object]:
        """Everything, as JSON holds it."""
        return asdict(self)


def backtest(
    table: CountTable,
    settings: ForecastSettings = ForecastSettings(),
    *,
    origins: int = 20,
    refit: int = 5,
    catalogue: Mapping[str, Item] | None = None,
    models: Mapping[str, ForecastModel] | None = None,
    progress: ProgressCallback = no_progress,
) -> BacktestReport:
    """Measure the default and every simple line on the newest origins that can be checked.

    Parameters
    ----------
    table
        Counts.
    settings
        How the default is fitted.
    origins
        How many moments.
    refit
        After how many moments the default is fitted again, to what is known by then.
    catalogue
        Items by id; their attribute `category` is used.
    models
        Others to measure, by name. They must not have been fitted to what came after the first of
        these moments.
    progress
        Told of each moment.

    Raises
    ------
    InvalidInputError
        If fewer moments than `origins` have counts after them.
    """
    for name, value in (("origins", origins), ("refit", refit)):
        if value < 1:
            raise InvalidInputError(f"{name} is at least 1, got {value}")
    categories = category_places(table, catalogue or {})
    lasts = _checkable(table, settings.horizon)[-origins:]
    if len(lasts) < origins:
        raise InvalidInputError(
            f"only {len(lasts)} moments have counts after them, wanted {origins}: ask for fewer"
        )
    simple = {name: SimpleForecast(name) for name in BASELINES}
    rows: dict[str, list[list[float]]] = {}
    chosen: Counter[str] = Counter()
    growth_chosen: Counter[str] = Counter()
    fitted: FittedForecast | None = None
    for done, last in enumerate(lasts):
        if fitted is None or done % refit == 0:
            fitted = fit_forecast(table, settings, until=last, categories=categories)
        chosen[fitted.name] += 1
        growth_chosen[fitted.growth_name] += 1
        origin = origin_at(table, last, settings.periods, categories)
        truth = truth_after(table, last, origin, settings.horizon)
        if truth is None:
            raise InvalidInputError(f"nothing was counted after {table.bins[last]!r}")
        expected, low, high = fitted.predict(origin)
        growth = fitted.growth.score(origin)
        rows.setdefault(DEFAULT, []).append(_measure(expected, growth, origin, truth, (low, high)))
        for name, model in {**simple, **(models or {})}.items():
            expected = model.predict(origin)
            growth = growth_of(expected, origin)
            rows.setdefault(name, []).append(_measure(expected, growth, origin, truth))
        progress("measuring origins", done + 1, len(lasts))
    metrics = {name: _summary(values) for name, values in rows.items()}
    return BacktestReport(
        tuple(table.bins[last] for last in lasts),
        metrics,
        dict(chosen),
        dict(growth_chosen),
        settings.level,
        _verdict(rows),
    )


def _checkable(table: CountTable, horizon: int) -> list[int]:
    rows = np.diff(table.offsets) > 0
    return [
        last
        for last in range(len(table) - horizon)
        if rows[last] and rows[last + 1 : last + 1 + horizon].all()
    ]


def _measure(
    expected: Float64[np.ndarray, " items"],
    growth: Float64[np.ndarray, " items"],
    origin: Origin,
    truth: Truth,
    interval: tuple[Float64[np.ndarray, " items"], Float64[np.ndarray, " items"]] | None = None,
) -> list[float]:
    kept = origin.known & ~np.isnan(truth.counts)
    exact: Bool[np.ndarray, " items"] = kept & truth.listed
    last = origin.counts[:, -1]
    covered = covered_50 = float("nan")
    if interval is not None:
        low, high = interval
        first = np.flatnonzero(kept)
        first = first[np.argsort(-expected[first], kind="stable")[:50]]
        covered, covered_50 = (
            interval_coverage(low[those], high[those], truth.least[those], truth.most[those])
            for those in (np.flatnonzero(kept), first)
        )
    return [
        count_ndcg(expected[kept], truth.least[kept], 20, truth.everything),
        count_ndcg(expected[kept], truth.least[kept], 50, truth.everything),
        riser_recall(growth[kept], last[kept], truth.counts[kept], 20),
        float(np.abs(expected[exact] - truth.counts[exact]).mean()) if exact.any() else np.nan,
        direction_accuracy(expected[exact], last[exact], truth.counts[exact]),
        covered,
        covered_50,
    ]


def _summary(rows: list[list[float]]) -> ForecastMetrics:
    return ForecastMetrics(*(_estimate(column) for column in np.array(rows).T))


def _estimate(values: Float64[np.ndarray, " origins"]) -> Estimate | None:
    """None where no origin has a value."""
    kept = values[~np.isnan(values)][:, None]
    return estimates(kept, resampled_means(kept, 1000, 0), 0.95)[0] if len(kept) else None


def _verdict(rows: Mapping[str, list[list[float]]]) -> str:
    means = {name: float(np.mean([row[1] for row in values])) for name, values in rows.items()}
    line = max(BASELINES, key=lambda name: means[name])
    others = [name for name in means if name not in BASELINES]
    return " ".join(_against(name, means[name] - means[line], line) for name in others)


def _against(name: str, gain: float, line: str) -> str:
    who = "The default" if name == DEFAULT else f"The model {name}"
    if gain > 0:
        return f"{who} beats the best simple line, {line}, by {gain:.3f} NDCG@50."
    if gain == 0:
        return f"{who} equals the best simple line, {line}, in NDCG@50."
    return f"{who} does not beat the best simple line: {line} is better by {-gain:.3f} NDCG@50."
