"""What the commands of `trovato forecast` share: the counts, and how a forecast is fitted."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from trovato.core import Item, ProgressCallback
from trovato.interactions.bins import (
    Absent,
    Bin,
    CountTable,
    log_counts,
    read_catalogue,
    read_counts,
)
from trovato.interactions.storage.log import InteractionLog
from trovato.train.forecasts import ForecastSettings

_PERIODS = {"day": (7,), "week": (4, 13, 52), "month": (12,)}


def input_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the counts, and what is known of their items."""
    for option in (
        click.option(
            "--items",
            type=click.Path(path_type=Path, exists=True, dir_okay=False),
            help="Table with the columns item, title, category.",
        ),
        click.option(
            "--absent",
            type=click.Choice(["zero", "censored", "missing"]),
            default="zero",
            show_default=True,
            help="What an item without a count had: none; less than the smallest listed; unknown.",
        ),
        click.option(
            "--bin",
            "bins",
            type=click.Choice(list(_PERIODS)),
            default="week",
            show_default=True,
            help="What counts are by.",
        ),
        click.argument("source", type=click.Path(path_type=Path, exists=True)),
    ):
        command = option(command)
    return command


def fit_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add how a forecast is fitted."""
    defaults = ForecastSettings()
    for option in (
        click.option(
            "--seed",
            type=click.IntRange(min=0),
            default=defaults.seed,
            show_default=True,
            help="The same seed, the same forecast.",
        ),
        click.option(
            "--level",
            type=click.FloatRange(0, 1, min_open=True, max_open=True),
            default=defaults.level,
            show_default=True,
            help="Share of counts that intervals should hold.",
        ),
        click.option(
            "--period",
            "periods",
            type=click.IntRange(min=2),
            multiple=True,
            help="A season in bins; by default 7 days, 4, 13 and 52 weeks, or 12 months.",
        ),
        click.option(
            "--next",
            "horizon",
            type=click.IntRange(min=1),
            default=defaults.horizon,
            show_default=True,
            help="How many bins to forecast together; counts are their mean.",
        ),
    ):
        command = option(command)
    return command


def settings_of(
    bins: Bin, periods: tuple[int, ...], horizon: int, level: float, seed: int
) -> ForecastSettings:
    """Settings from the options."""
    return ForecastSettings(periods or _PERIODS[bins], horizon, level=level, seed=seed)


def read_source(
    source: Path, bins: Bin, absent: Absent, items: Path | None, progress: ProgressCallback
) -> tuple[CountTable, dict[str, Item]]:
    """Counts of a log or a file, and its items.

    Raises
    ------
    click.UsageError
        If a log, which has weeks, is to be counted by something else.
    """
    catalogue = read_catalogue(items) if items else {}
    if source.is_dir():
        if bins != "week":
            raise click.UsageError(f"a log has weeks and no times: it cannot be counted by {bins}")
        return log_counts(InteractionLog.open(source), progress), catalogue
    return read_counts(source, bin=bins, absent=absent), catalogue
