"""The default forecast: what was best on late origins, a simple line where nothing beats one."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import fmean

import numpy as np

from trovato.core import InvalidInputError, ProgressCallback, no_progress
from trovato.core.shapes import Int64
from trovato.evaluate.forecasts import count_ndcg
from trovato.interactions.bins import CountTable
from trovato.retrieve.forecasts import (
    BASELINES,
    BlendedForecast,
    FittedForecast,
    ForecastIntervals,
    ForecastModel,
    Origin,
    SimpleForecast,
    origin_at,
)
from trovato.train.forecasts.boosting import fit_boosted
from trovato.train.forecasts.targets import Truth, truth_after

Past = list[tuple[Origin, Truth]]
_DEPTH = 50
_LEAST_PAST = 4


@dataclass(frozen=True, slots=True)
class ForecastSettings:
    """How to fit.

    Parameters
    ----------
    periods
        Seasons to look for, in bins.
    horizon
        How many bins are forecast together.
    origins
        Past origins to learn from, the newest ones.
    validation
        Late origins by which a model is chosen; at most a third of all.
    level
        Share of counts that intervals should hold.
    seed
        Of the trees.
    """

    periods: tuple[int, ...] = (4, 13, 52)
    horizon: int = 1
    origins: int = 60
    validation: int = 8
    level: float = 0.8
    seed: int = 0

    def __post_init__(self) -> None:
        for name in ("horizon", "origins", "validation"):
            if getattr(self, name) < 1:
                raise InvalidInputError(f"{name} is at least 1, got {getattr(self, name)}")


def fit_forecast(
    table: CountTable,
    settings: ForecastSettings = ForecastSettings(),
    *,
    until: int | None = None,
    categories: Int64[np.ndarray, " items"] | None = None,
    progress: ProgressCallback = no_progress,
) -> FittedForecast:
    """Fit trees, measure them and all simple lines on late origins, and keep the best.

    What is chosen is fitted again to all origins. Blends of half trees and half the best simple
    line are candidates too.

    Parameters
    ----------
    table
        Counts.
    settings
        How to fit.
    until
        Place of the newest bin that may be looked at; the last one by default.
    categories
        A number for the category of each item, −1 for none.
    progress
        Told of origins and of models.

    Raises
    ------
    InvalidInputError
        If there are too few bins: at least 6 more than `horizon`.
    """
    until = len(table) - 1 if until is None else until
    past = past_origins(table, settings, until, categories, progress)
    if len(past) < _LEAST_PAST:
        raise InvalidInputError(
            f"a forecast needs at least {_LEAST_PAST} past origins with counts after them, got "
            f"{len(past)}: give more bins than {until + 1}"
        )
    late = min(settings.validation, max(len(past) // 3, 1))
    early, late_part = past[:-late], past[-late:]
    # What comes after an early origin must have come before the late ones begin.
    early = early[: len(early) - (settings.horizon - 1)] or early[:1]
    models = _candidates(early, settings, progress)
    scores = {name: _mean_ndcg(model, late_part) for name, model in models.items()}
    best_simple = max(BASELINES, key=lambda name: scores[name])
    for name in [name for name in models if name.startswith("boosting")]:
        blend = _blend(models[name], models[best_simple])
        models[f"{name} + {best_simple}"] = blend
        scores[f"{name} + {best_simple}"] = _mean_ndcg(blend, late_part)
    # A tie goes to the simple lines, which come first.
    chosen = max(scores, key=lambda name: scores[name])
    intervals = _intervals(models[chosen], late_part, settings.level)
    model = models[chosen] if chosen in BASELINES else _refit(chosen, past, settings, progress)
    return FittedForecast(
        chosen, model, intervals, settings.periods, settings.horizon, table.bins[until], scores
    )


def past_origins(
    table: CountTable,
    settings: ForecastSettings,
    until: int,
    categories: Int64[np.ndarray, " items"] | None = None,
    progress: ProgressCallback = no_progress,
) -> Past:
    """The newest origins whose next bins lie at or before `until`, oldest first."""
    lasts = range(
        max(2, until - settings.horizon - settings.origins + 1), until - settings.horizon + 1
    )
    found: Past = []
    for done, last in enumerate(lasts, start=1):
        if len(table.rows_of(last)[0]):
            origin = origin_at(table, last, settings.periods, categories)
            truth = truth_after(table, last, origin, settings.horizon)
            if truth is not None:
                found.append((origin, truth))
        progress("reading past bins", done, len(lasts))
    return found


def _candidates(
    early: Past, settings: ForecastSettings, progress: ProgressCallback
) -> dict[str, ForecastModel]:
    models: dict[str, ForecastModel] = {name: SimpleForecast(name) for name in BASELINES}
    bases = ("last", "ma-4")
    for done, base in enumerate(bases, start=1):
        models[f"boosting on {base}"] = fit_boosted(early, base=base, seed=settings.seed)
        progress("fitting trees", done, len(bases) + 1)
    return models


def _refit(
    chosen: str, past: Past, settings: ForecastSettings, progress: ProgressCallback
) -> ForecastModel:
    name, _, line = chosen.partition(" + ")
    trees = fit_boosted(past, base=name.removeprefix("boosting on "), seed=settings.seed)
    progress("fitting trees", 3, 3)
    return _blend(trees, SimpleForecast(line)) if line else trees


def _blend(first: ForecastModel, second: ForecastModel) -> BlendedForecast:
    return BlendedForecast((first, second), (0.5, 0.5))


def _mean_ndcg(model: ForecastModel, past: Past) -> float:
    return fmean(
        count_ndcg(model.predict(origin)[kept], truth.least[kept], _DEPTH, truth.everything)
        for origin, truth in past
        for kept in [origin.known & ~np.isnan(truth.counts)]
    )


def _intervals(model: ForecastModel, past: Past, level: float) -> ForecastIntervals:
    expected, came = [], []
    for origin, truth in past:
        known = ~np.isnan(truth.counts)
        expected.append(model.predict(origin)[known])
        came.append(truth.counts[known])
    return ForecastIntervals.fit(np.concatenate(expected), np.concatenate(came), level)
