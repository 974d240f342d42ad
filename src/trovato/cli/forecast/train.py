"""`trovato forecast train`: a forecast in a file."""

from __future__ import annotations

import json
from pathlib import Path

import click

from trovato.cli.forecast.options import fit_options, input_options, read_source, settings_of
from trovato.cli.shared.output_path import OutputFile
from trovato.cli.shared.progress import progress_bar
from trovato.interactions.bins import Absent, Bin
from trovato.retrieve.forecasts import category_places, save_forecast
from trovato.train.forecasts import fit_forecast


@click.command()
@input_options
@click.option("--to", "file", type=OutputFile(), required=True, help="Its file.")
@fit_options
@click.option("--json", "as_json", is_flag=True, help="Print the summary as JSON.")
@click.option("--quiet", is_flag=True, help="No progress bar.")
def train(
    source: Path,
    bins: Bin,
    absent: Absent,
    items: Path | None,
    file: Path,
    horizon: int,
    periods: tuple[int, ...],
    level: float,
    seed: int,
    as_json: bool,
    quiet: bool,
) -> None:
    """Fit a forecast to SOURCE and write it to a file, for `trovato forecast --model`.

    \b
    Example:
      trovato forecast train counts.csv --to weekly.forecast
    """
    with progress_bar(hidden=as_json or quiet) as tell:
        table, catalogue = read_source(source, bins, absent, items, tell)
        fitted = fit_forecast(
            table,
            settings_of(bins, periods, horizon, level, seed),
            categories=category_places(table, catalogue),
            progress=tell,
        )
    save_forecast(file, fitted)
    if as_json:
        summary = {
            "file": str(file),
            "model": fitted.name,
            "fitted_to": fitted.fitted_to,
            "validation": dict(fitted.validation),
            "verdict": fitted.verdict(),
        }
        click.echo(json.dumps(summary, indent=2))
    else:
        click.echo(f"{file}: {fitted.name}, fitted up to {fitted.fitted_to}. {fitted.verdict()}")
