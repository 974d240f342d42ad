"""`trovato recommend`: recommenders on logs of behaviour."""

from __future__ import annotations

import json
import time
from math import isnan
from pathlib import Path
from typing import Any

import click
import numpy as np
from rich.table import Table

from trovato.cli.lazy import LazyCommand
from trovato.cli.recommend.allowed_items import allowed_items, item_options
from trovato.cli.recommend.model_file import load_for_log
from trovato.cli.recommend.model_options import model_options
from trovato.cli.recommend.options import protocol_options
from trovato.cli.recommend.training_progress import training_progress
from trovato.cli.shared.console import plural, printed
from trovato.cli.shared.progress import progress_bar
from trovato.core import InvalidInputError, Recommender
from trovato.evaluate import parse_measure
from trovato.evaluate.measures.base import CutMeasure
from trovato.evaluate.recommendation import CONVENTIONS
from trovato.interactions.storage.log import InteractionLog
from trovato.recommend import (
    MODELS,
    Experiment,
    ListedItems,
    Metrics,
    default_protocol,
    find_protocol,
    fit_log,
    run_benchmark,
)
from trovato.retrieve.recommenders import save_recommender


@click.group()
def recommend() -> None:
    """Recommenders on logs of behaviour: train them, and measure them under named protocols."""


@recommend.command()
@click.argument("log", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option(
    "--to", "file", type=click.Path(path_type=Path, dir_okay=False), required=True, help="Its file."
)
@click.option("--model", type=click.Choice(list(MODELS)), required=True, help="What to fit.")
@protocol_options
@model_options
@click.option("--json", "as_json", is_flag=True, help="Print the summary as JSON.")
@click.option("--quiet", is_flag=True, help="No progress bar.")
def train(
    log: Path,
    file: Path,
    model: str,
    protocol: str | None,
    test_weeks: int | None,
    positive: str | None,
    as_json: bool,
    quiet: bool,
    **settings: Any,
) -> None:
    """Fit a model to the training rows of LOG and write it to a file.

    LOG is a folder of weeks: the published log, one that `trovato logs synth` draws, or one of
    other origin that `trovato logs import` brought to its columns.

    \b
    Examples:
      trovato recommend train small/ --model popularity --to popularity.npz
      trovato recommend train movies/ --model item-knn --test-weeks 2 --to knn.npz
      trovato recommend train small/ --model ials --factors 32 --to ials.npz
      trovato recommend train small/ --model sasrec --epochs 20 --to sasrec.npz
      trovato recommend train small/ --model gsasrec --negatives 128 --to gsasrec.npz

    sasrec and gsasrec leave a checkpoint beside the file after each epoch: after an interruption,
    the same command goes on from there.
    """
    begin = time.monotonic()
    opened = InteractionLog.open(log)
    checkpoint = file.with_name(f"{file.name}.checkpoint")
    with training_progress(hidden=as_json or quiet) as progress:
        recommender, experiment, made = fit_log(
            model,
            opened,
            protocol=protocol,
            positive=positive,
            test_weeks=test_weeks,
            checkpoint=checkpoint,
            progress=progress,
            **{name: value for name, value in settings.items() if value is not None},
        )
    save_recommender(file, recommender, experiment.catalogue, made)
    checkpoint.unlink(missing_ok=True)
    summary = {
        **made,
        "items": len(experiment.catalogue),
        "users": int((experiment.trained > 0).sum()),
        "training rows": int(experiment.trained.sum()),
        "positive rows": len(experiment.histories.items),
        "test rows": len(experiment.test_items.items),
        "seconds": round(time.monotonic() - begin, 2),
    }
    if as_json:
        click.echo(json.dumps(summary, indent=2))
        return
    click.echo(
        f"{model} from {plural(int(experiment.trained.sum()), 'row')} of "
        f"{plural(int((experiment.trained > 0).sum()), 'user')}, "
        f"{len(experiment.histories.items):,} of them positive, "
        f"in {summary['seconds']:.1f} s: {file}"
    )
    click.echo(
        f"{made['version']}; positive is {made['positive']}; "
        f"{plural(len(experiment.test_items.items), 'row')} to test on"
    )


@recommend.command()
@click.argument("log", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--measures", help="Names, with commas between them; by default nDCG, R, P, AP and RR at 20."
)
@click.option(
    "--conventions",
    type=click.Choice(list(CONVENTIONS)),
    default="trec",
    show_default=True,
    help="Whose definitions to measure by.",
)
@click.option(
    "--repeat/--mask-seen", help="Whether what a user was shown may be recommended again."
)
@item_options
@click.option(
    "--resamples",
    type=click.IntRange(min=1),
    default=200,
    show_default=True,
    help="Draws behind each interval.",
)
@protocol_options
@click.option("--json", "as_json", is_flag=True, help="Print everything as JSON.")
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


for _name, _place, _help in (
    (
        "benchmark",
        "recommend.report:benchmark",
        "Fit models to LOG, measure them on the same users, and write a report.",
    ),
    (
        "challenge",
        "recommend.challenge:challenge",
        "Name 100 users for each clip that is new in the validation week of LOG.",
    ),
    (
        "check",
        "recommend.challenge:check",
        "Say whether the submission in FILE keeps to the rules on LOG, and measure it.",
    ),
    (
        "items",
        "recommend.items:items",
        "Recommend items to the users of LOG by the model in FILE, and say what they owe it to.",
    ),
    (
        "watch",
        "recommend.watch_time:watch",
        "Foretell the watch time of the test rows of LOG, by a mixture and by a single regression.",
    ),
):
    recommend.add_command(LazyCommand(_name, f"trovato.cli.{_place}", _help))


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
