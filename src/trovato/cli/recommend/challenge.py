"""`trovato recommend challenge` and `check`: the VK RecSys Challenge 2025."""

from __future__ import annotations

import json
from pathlib import Path

import click

from trovato.cli.recommend.model_options import model_defaults
from trovato.cli.recommend.options import (
    file_argument,
    json_option,
    log_argument,
    quiet_option,
    settings_option,
)
from trovato.cli.shared.console import plural
from trovato.cli.shared.progress import progress_bar
from trovato.cli.shared.settings import parse_settings
from trovato.interactions.exports.challenge_submission import (
    read_submission,
    submission_faults,
    write_submission,
)
from trovato.interactions.storage.log import InteractionLog
from trovato.systems.vk_lsvd import AUDIENCES, Challenge, fit_audience, solve


@click.command()
@log_argument
@click.option(
    "--to",
    "file",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    help="The submission, a Parquet file.",
)
@click.option(
    "--model",
    type=click.Choice(list(AUDIENCES)),
    default="content",
    show_default=True,
    help="What says who will care.",
)
@click.option(
    "--candidates",
    type=click.IntRange(min=1),
    default=300,
    show_default=True,
    help="Users of each clip that are looked at.",
)
@click.option(
    "--rounds",
    type=click.IntRange(min=0),
    default=60,
    show_default=True,
    help="How often prices of users move.",
)
@click.option(
    "--sample",
    type=click.FloatRange(0, 1),
    default=0.2,
    show_default=True,
    help="Share of the clips that prices are first learnt from.",
)
@click.option(
    "--seed",
    type=click.IntRange(min=0),
    default=0,
    show_default=True,
    help="Of the clips that are drawn.",
)
@settings_option
@json_option
@quiet_option
def challenge(
    log: Path,
    file: Path,
    model: str,
    candidates: int,
    rounds: int,
    sample: float,
    seed: int,
    chosen: tuple[str, ...],
    as_json: bool,
    quiet: bool,
) -> None:
    """Name 100 users for each clip that is new in the validation week of LOG.

    Nobody is named more than 100 times. Writes the published form of a submission, and measures it
    on the validation week.

    \b
    Examples:
      trovato recommend challenge small/ --to submission.parquet
      trovato recommend challenge small/ --model ials-content --set factors=32 \\
        --to submission.parquet
    """
    settings = parse_settings(chosen, model_defaults())
    task = Challenge.of(InteractionLog.open(log))
    audience = fit_audience(model, task, **settings)
    with progress_bar(hidden=quiet or as_json) as tell:
        ranking = solve(
            task,
            audience,
            candidates=candidates,
            rounds=rounds,
            sample=sample,
            seed=seed,
            progress=tell,
        )
    submission = task.submission(ranking)
    write_submission(file, submission)
    ndcg, clips = task.ndcg(submission)
    figures = {
        "protocol": task.protocol.name,
        "model": model,
        "clips": len(task.clips),
        "clips that anyone cared for": clips,
        "nDCG@100": {"mean": ndcg.mean, "low": ndcg.low, "high": ndcg.high},
        "gap": ranking.gap,
    }
    if as_json:
        click.echo(json.dumps(figures, indent=2))
        return
    click.echo(f"{plural(len(task.clips), 'clip')}, {task.protocol.k} users each: {file}")
    click.echo(
        f"nDCG@100 {ndcg.mean:.4f} [{ndcg.low:.4f}, {ndcg.high:.4f}] over {clips:,} clips that "
        f"anyone cared for; the sum of scores is within {ranking.gap:.2%} of the best possible"
    )


@click.command()
@log_argument
@file_argument
def check(log: Path, file: Path) -> None:
    """Say whether the submission in FILE keeps to the rules on LOG, and measure it.

    Ends with status 1 if it does not.

    \b
    Example:
      trovato recommend check small/ submission.parquet
    """
    submission = read_submission(file)
    task = Challenge.of(InteractionLog.open(log))
    violations = submission_faults(
        submission,
        task.experiment.catalogue.ids[task.clips],
        task.experiment.users,
        k=task.protocol.k,
        cap=task.protocol.cap,
    )
    for violation in violations:
        click.echo(f"{file}: {violation}")
    if violations:
        raise click.exceptions.Exit(1)
    ndcg, clips = task.ndcg(submission)
    click.echo(
        f"No violations. nDCG@100 {ndcg.mean:.4f} [{ndcg.low:.4f}, {ndcg.high:.4f}] "
        f"over {clips:,} clips"
    )
