"""`trovato recommend evaluate`: a model, or anybody's recommendations, measured on test rows."""

from __future__ import annotations

import json
from math import isnan
from pathlib import Path
from typing import Any

import click
import numpy as np
from rich.table import Table

from trovato.cli.recommend.allowed_items import allowed_items, item_options
from trovato.cli.recommend.options import (
    conventions_option,
    file_argument,
    json_option,
    log_argument,
    protocol_options,
    repeat_option,
    resamples_option,
)
from trovato.cli.shared.console import plural, printed
from trovato.cli.shared.progress import progress_bar
from trovato.core import InvalidInputError, Recommender
from trovato.evaluate import parse_measure
from trovato.evaluate.measures.base import CutMeasure
from trovato.evaluate.recommendation import CONVENTIONS
from trovato.interactions.storage.log import InteractionLog
from trovato.recommend import (
    Experiment,
    ListedItems,
    Metrics,
    default_protocol,
    find_protocol,
    load_for_log,
    run_benchmark,
)


@click.command()
@log_argument
@file_argument
@click.option(
    "--measures", help="Names, with commas between them; by default nDCG, R, P, AP and RR at 20."
)
@conventions_option
@repeat_option
@item_options
@resamples_option
@protocol_options
@json_option
def evaluate(
    log: Path,
    file: Path,
    protocol: str | None,
    test_weeks: int | None,
    positive: str | None,
    measures: str | None,
    conventions: str,
    repeat: bool,
    only: Path | None,
    exclude: Path | None,
    resamples: int,
    as_json: bool,
) -> None:
    """Measure the model in FILE on the test rows of LOG, under the protocol it was trained with.

    FILE may also be a Parquet table of recommendations that any program made, with the columns
    user_id, item_id, and rank or score. The options of a protocol are for such lists.

    The whole catalogue is ranked for every user; no item is sampled. Intervals hold 95 % of
    bootstrap resamples of users.

    \b
    Examples:
      trovato recommend evaluate small/ ials.npz
      trovato recommend evaluate movies/ made-elsewhere.parquet --protocol last
      trovato recommend evaluate small/ ials.npz --conventions rectools --measures nDCG@10,R@10
    """
    wanted = [_measure(name) for name in measures.split(",")] if measures else None
    opened = InteractionLog.open(log)
    if file.suffix == ".parquet":
        protocol_name = protocol or default_protocol(opened, test_weeks)
        found = find_protocol(opened, protocol_name, positive=positive, test_weeks=test_weeks)
        experiment = Experiment.of(opened, found)
        made: dict[str, Any] = {"model": file.name, "version": found.name}
        recommender: Recommender | ListedItems = ListedItems.read(file, experiment)
    else:
        if (protocol, test_weeks, positive) != (None, None, None):
            raise click.UsageError("a model knows its protocol: these options are for lists")
        recommender, experiment, made = _trained(file, opened)
    with progress_bar(hidden=as_json) as tell:
        figures = run_benchmark(
            recommender,
            experiment,
            measures=wanted,
            conventions=CONVENTIONS[conventions],
            repeat=repeat,
            allowed=allowed_items(experiment.catalogue, only, exclude),
            resamples=resamples,
            progress=tell,
        )
    if as_json:
        about = {"made": made, "conventions": conventions, "seen items masked": not repeat}
        click.echo(json.dumps({**about, **figures.to_json()}, indent=2))
    else:
        _show(figures, made["model"])


def _trained(file: Path, log: InteractionLog) -> tuple[Recommender, Experiment, dict[str, Any]]:
    """A model, and the log under the protocol that it was trained with."""
    recommender, catalogue, made = load_for_log(file, log)
    protocol = find_protocol(
        log, made["protocol"], positive=made["positive"], test_weeks=made.get("test weeks")
    )
    if protocol.name != made["version"]:
        raise InvalidInputError(
            f"{file} was trained under {made['version']!r}, for this log and program it is "
            f"{protocol.name!r}: train it again"
        )
    experiment = Experiment.of(log, protocol)
    if not np.array_equal(catalogue.ids, experiment.catalogue.ids):
        raise InvalidInputError(f"{file} was trained on a log with other items than {log.metadata}")
    return recommender, experiment, made


def _measure(name: str) -> CutMeasure:
    measure = parse_measure(name)
    if not isinstance(measure, CutMeasure) or measure.k is None:
        raise InvalidInputError(f"{name.strip()} needs a cutoff, such as {name.strip()}@20")
    return measure


def _show(figures: Metrics, model: str) -> None:
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column(model)
    table.add_column("users", justify="right")
    for name in figures.slices["all"].means:
        table.add_column(name, justify="right")
    for name, part in figures.slices.items():
        means = (f"{one.mean:.4f} [{one.low:.4f}, {one.high:.4f}]" for one in part.means.values())
        table.add_row(name, f"{part.users:,}", *means)
    console = printed()
    console.print(table)
    auc = "not defined, all test rows are alike" if isnan(figures.auc) else f"{figures.auc:.4f}"
    console.print(
        f"AUC {auc}, coverage {figures.coverage:.4f}, novelty {figures.novelty:.2f} "
        f"bits, {figures.popularity:.1f} users behind a recommended item"
    )
    console.print(
        f"{figures.protocol}; {plural(figures.left_out, 'user')} without training rows left out"
    )
