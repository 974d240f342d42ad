"""`trovato recommend`: recommenders on logs of behaviour."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import click

from trovato.cli.lazy import LazyCommand
from trovato.cli.recommend.model_options import model_options
from trovato.cli.recommend.options import json_option, log_argument, protocol_options, quiet_option
from trovato.cli.recommend.training_progress import training_progress
from trovato.cli.shared.console import plural
from trovato.interactions.storage.log import InteractionLog
from trovato.recommend import MODELS, fit_log
from trovato.retrieve.recommenders import save_recommender


@click.group()
def recommend() -> None:
    """Recommenders on logs of behaviour: train them, and measure them under named protocols."""


@recommend.command()
@log_argument
@click.option(
    "--to", "file", type=click.Path(path_type=Path, dir_okay=False), required=True, help="Its file."
)
@click.option("--model", type=click.Choice(list(MODELS)), required=True, help="What to fit.")
@protocol_options
@model_options
@click.option(
    "--tune",
    "trials",
    type=click.IntRange(min=1),
    help="Try so many settings on validation rows, and take the best; given ones stay.",
)
@json_option
@quiet_option
def train(
    log: Path,
    file: Path,
    model: str,
    protocol: str | None,
    test_weeks: int | None,
    positive: str | None,
    trials: int | None,
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
      trovato recommend train small/ --model ials --tune 12 --to ials.npz
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
            trials=trials or 0,
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
    if trials:
        told = made["tuned"]
        chosen = ", ".join(f"{name} {value}" for name, value in made["settings"].items())
        click.echo(f"best of {plural(len(told['trials']), 'trial')} ({told['protocol']}): {chosen}")


for _name, _place, _help in (
    (
        "benchmark",
        "cli.recommend.report:benchmark",
        "Fit models to LOG, measure them on the same users, and write a report.",
    ),
    (
        "challenge",
        "cli.recommend.challenge:challenge",
        "Name 100 users for each clip that is new in the validation week of LOG.",
    ),
    (
        "check",
        "cli.recommend.challenge:check",
        "Say whether the submission in FILE keeps to the rules on LOG, and measure it.",
    ),
    (
        "evaluate",
        "cli.recommend.evaluate:evaluate",
        "Measure the model in FILE on the test rows of LOG, under the protocol it was trained "
        "with.",
    ),
    (
        "items",
        "cli.recommend.items:items",
        "Recommend items to the users of LOG by the model in FILE, and say what they owe it to.",
    ),
    (
        "serve",
        "web.recommendations.command:serve",
        "Answer with recommendations for the users of LOG by the model in FILE, over HTTP.",
    ),
    (
        "watch",
        "cli.recommend.watch_time:watch",
        "Foretell the watch time of the test rows of LOG, by a mixture and by a single regression.",
    ),
):
    recommend.add_command(LazyCommand(_name, f"trovato.{_place}", _help))
