"""`trovato forecast report`: lists and a backtest as a page to read."""

from __future__ import annotations

import json
from pathlib import Path

import click

from trovato.cli.forecast.options import fit_options, input_options, read_source, settings_of
from trovato.cli.shared.progress import progress_bar
from trovato.core import atomic_path
from trovato.generate.explanations import Wording
from trovato.interactions.bins import Absent, Bin
from trovato.recommend.forecasts import ForecastReport, backtest, forecast


@click.command()
@input_options
@fit_options
@click.option(
    "--html",
    "page",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    help="The page; the same as JSON goes beside it.",
)
@click.option(
    "--top", type=click.IntRange(min=1), default=20, show_default=True, help="How many items."
)
@click.option(
    "--origins",
    type=click.IntRange(min=1),
    default=10,
    show_default=True,
    help="From how many past moments the backtest forecasts, the newest.",
)
@click.option("--unit", default="events", show_default=True, help="What is counted.")
@click.option("--quiet", is_flag=True, help="No progress bar.")
def report(
    source: Path,
    bins: Bin,
    absent: Absent,
    items: Path | None,
    horizon: int,
    periods: tuple[int, ...],
    level: float,
    seed: int,
    page: Path,
    top: int,
    origins: int,
    unit: str,
    quiet: bool,
) -> None:
    """Write a page with what is coming in SOURCE, why, and how good such forecasts were.

    The page is one file and needs no network; `trovato serve` shows it with other reports.

    \b
    Example:
      trovato forecast report counts.csv --html reports/weekly.html
    """
    settings = settings_of(bins, periods, horizon, level, seed)
    with progress_bar(hidden=quiet) as tell:
        table, catalogue = read_source(source, bins, absent, items, tell)
        measured = backtest(
            table, settings, origins=origins, catalogue=catalogue, refit=origins, progress=tell
        )
        coming = forecast(
            table,
            settings=settings,
            top=top,
            catalogue=catalogue,
            explain=True,
            wording=Wording(unit, bins),
            progress=tell,
        )
        rising = forecast(
            table,
            coming.fitted,
            top=top,
            catalogue=catalogue,
            order="growth",
            explain=True,
            wording=Wording(unit, bins),
        )
    made = ForecastReport(source.name, coming, rising, measured)
    beside = page.with_suffix(".json")
    for path, text in (
        (page, made.to_html()),
        (beside, json.dumps(made.to_json(), indent=2) + "\n"),
    ):
        with atomic_path(path) as part:
            part.write_text(text, encoding="utf-8")
    click.echo(f"{page} and {beside}: {measured.verdict}")
