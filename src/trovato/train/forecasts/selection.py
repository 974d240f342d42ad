"""The default forecast: what was best on late origins, a simple line where nothing beats one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from trovato.core import InvalidInputError, ProgressCallback, no_progress
from trovato.core.shapes import Int64
from trovato.interactions.bins import CountTable
from trovato.retrieve.forecasts import (
    BASELINES,
    BlendedForecast,
    ExpectedGrowth,
    FittedForecast,
    ForecastModel,
    GrowthModel,
    Origin,
    SimpleForecast,
    origin_at,
)
from trovato.train.forecasts.boosting import fit_boosted
from trovato.train.forecasts.late_origins import AND, TREES, LateOrigins
from trovato.train.forecasts.line_scores import LineScores
from trovato.train.forecasts.risers import RISER_OBJECTIVES, fit_risers
from trovato.train.forecasts.rows import BASES, TrainingRows, training_rows
from trovato.train.forecasts.targets import Truth, truth_after

_LEAST_PAST = 4
_LINE_ORIGINS = 24  # the newest origins on which simple lines are measured


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
    rows
        Most rows to learn from; where there are more, as many of each origin are drawn.
    level
        Share of counts that intervals should hold.
    seed
        Of the trees.
    """

    periods: tuple[int, ...] = (4, 13, 52)
    horizon: int = 1
    origins: int = 60
    validation: int = 8
    rows: int = 500_000
    level: float = 0.8
    seed: int = 0

    def __post_init__(self) -> None:
        for name in ("horizon", "origins", "validation", "rows"):
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

    Memory follows one origin and the rows that are learnt from, not all of the past. What is
    chosen is fitted again to all origins. Simple lines, which need no fitting, are measured on
    more origins, and the best one competes; blends of half trees and half that line do too. What
    ranks by growth is chosen apart, by Riser-Recall@20 on the same origins, among the growth that
    each of these expects and trees that learn what rises.

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
        Told of past bins.

    Raises
    ------
    InvalidInputError
        If there are too few bins.
    MissingExtraError
        If LightGBM is not installed.
    """
    until = len(table) - 1 if until is None else until
    lasts = past_moments(table, settings, until)
    if len(lasts) < _LEAST_PAST:
        raise InvalidInputError(
            f"a forecast needs at least {_LEAST_PAST} past origins with counts after them, got "
            f"{len(lasts)}: give more bins than {until + 1}"
        )
    late = lasts[-min(settings.validation, len(lasts) // 3) :]
    # What comes after an early origin must have come before the late ones begin.
    early = [last for last in lasts if last + settings.horizon <= late[0]]
    most = max(settings.rows // len(lasts), 1)
    rows: list[TrainingRows] = []
    lines = LineScores()
    for last in early:
        origin, truth = _past(table, settings, last, categories)
        if last >= lasts[-_LINE_ORIGINS:][0]:
            lines.add(origin, truth)
        rows.append(training_rows(origin, truth, most, settings.seed))
        progress("reading past bins", len(rows), len(lasts))
    models: dict[str, ForecastModel] = {name: SimpleForecast(name) for name in BASELINES}
    for base in BASES:
        models[f"{TREES}{base}"] = fit_boosted(
            TrainingRows.joined(rows), base=base, seed=settings.seed
        )
    risers = {
        name: fit_risers(TrainingRows.joined(rows), by=name, seed=settings.seed)
        for name in RISER_OBJECTIVES
    }
    validation = LateOrigins({}, {}, [], [], [])
    for last in late:
        origin, truth = _past(table, settings, last, categories)
        validation.add(models, risers, origin, truth)
        lines.add(origin, truth)
        rows.append(training_rows(origin, truth, most, settings.seed))
        progress("reading past bins", len(early) + len(validation.truths), len(lasts))
    line, growth_line = lines.best(), lines.best_of_growth()
    chosen, scores = validation.choose(line)
    rising, riser_scores = validation.choose_growth(growth_line)
    everything = TrainingRows.joined(rows)
    return FittedForecast(
        chosen,
        _refit(chosen, everything, settings.seed),
        validation.intervals(chosen, settings.level),
        settings.periods,
        settings.horizon,
        table.bins[until],
        line,
        scores,
        rising,
        _refit_growth(rising, everything, settings.seed),
        growth_line,
        riser_scores,
    )


def past_moments(table: CountTable, settings: ForecastSettings, until: int) -> list[int]:
    """The newest bins with counts whose next bins have counts too, and lie at or before `until`."""
    filled = np.diff(table.offsets) > 0
    first = max(2, until - settings.horizon - settings.origins + 1)
    return [
        last
        for last in range(first, until - settings.horizon + 1)
        if filled[last : last + 1 + settings.horizon].all()
    ]


def _past(
    table: CountTable,
    settings: ForecastSettings,
    last: int,
    categories: Int64[np.ndarray, " items"] | None,
) -> tuple[Origin, Truth]:
    origin = origin_at(table, last, settings.periods, categories)
    truth = truth_after(table, last, origin, settings.horizon)
    if truth is None:
        raise InvalidInputError(f"nothing was counted after {table.bins[last]!r}")
    return origin, truth


def _refit(chosen: str, rows: TrainingRows, seed: int) -> ForecastModel:
    if chosen in BASELINES:
        return SimpleForecast(chosen)
    name, _, line = chosen.partition(AND)
    trees = fit_boosted(rows, base=name.removeprefix(TREES), seed=seed)
    return BlendedForecast((trees, SimpleForecast(line)), (0.5, 0.5)) if line else trees


def _refit_growth(chosen: str, rows: TrainingRows, seed: int) -> GrowthModel:
    if chosen in RISER_OBJECTIVES:
        return fit_risers(rows, by=chosen, seed=seed)
    return ExpectedGrowth(_refit(chosen, rows, seed))
