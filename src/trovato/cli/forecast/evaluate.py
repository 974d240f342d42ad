"""`trovato forecast evaluate`: rolling origins."""

from __future__ import annotations

import json
from pathlib import Path

import click
from rich.table import Table

from trovato.cli.forecast.options import fit_options, input_options, read_source, settings_of
from trovato.cli.shared.console import printed
from trovato.cli.shared.progress import progress_bar
from trovato.interactions.bins import Absent, Bin
from trovato.recommend.forecasts import BacktestReport, backtest


@click.command()
@input_options
@fit_options
@click.option(
    "--origins",
    type=click.IntRange(min=1),
    default=20,
    show_default=True,
    help="From how many past moments, the newest.",
)
@click.option(
    "--refit",
    type=click.IntRange(min=1),
    default=5,
    show_default=True,
    help="After how many moments the default is fitted again.",
)
@click.option("--json", "as_json", is_flag=True, help="Print everything as JSON.")
@click.option("--quiet", is_flag=True, help="No progress bar.")
def evaluate(
    source: Path,
    bins: Bin,
    absent: Absent,
    items: Path | None,
    horizon: int,
    periods: tuple[int, ...],
    level: float,
    seed: int,
    origins: int,
    refit: int,
    as_json: bool,
    quiet: bool,
) -> None:
    """Measure the default forecast and simple lines on SOURCE, from many past moments.

    At each moment only what was known then is looked at.

    \b
    Example:
      trovato forecast evaluate counts.csv --origins 20 --json
    """
    with progress_bar(hidden=as_json or quiet) as tell:
        table, catalogue = read_source(source, bins, absent, items, tell)
        report = backtest(
            table,
            settings_of(bins, periods, horizon, level, seed),
            origins=origins,
            refit=refit,
            catalogue=catalogue,
            progress=tell,
        )
    if as_json:
        click.echo(json.dumps(report.to_json(), indent=2))
    else:
        _show(report)


def _show(report: BacktestReport) -> None:
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("model", no_wrap=True)
    names = (
        "NDCG@20",
        "NDCG@50",
        "Riser-Recall@20",
        "MAE",
        "direction",
        "coverage",
        "of the first 50",
    )
    for name in names:
        table.add_column(name, justify="right", no_wrap=True)
    for model, found in report.metrics.items():
        values = (
            *(found.ndcg_20, found.ndcg_50, found.riser_recall_20),
            *(found.mae, found.direction, found.coverage, found.coverage_50),
        )
        table.add_row(model, *(str(value) if value else "" for value in values))
    printed().print(table)
    chosen = ", ".join(f"{name} ({count})" for name, count in report.chosen.items())
    growth = ", ".join(f"{name} ({count})" for name, count in report.growth_chosen.items())
    click.echo(
        f"{len(report.origins)} moments, {report.origins[0]} to {report.origins[-1]}; the default "
        f"was {chosen}, by growth {growth}. {report.verdict}"
    )
