"""`trovato select`: which examples are worth the rollouts of a training."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from trovato.cli.shared.console import plural
from trovato.cli.shared.output_path import OutputFile
from trovato.cli.shared.progress import progress_bar
from trovato.cli.train.mapped_rows import mapped_rows
from trovato.core import InvalidInputError, atomic_path
from trovato.train.selection import (
    METHODS,
    SelectionReport,
    examples_for_rollouts,
    parse_budget,
    read_rewards,
    select_examples,
    selection_plots,
)

_FILE = click.Path(dir_okay=False, path_type=Path)
_KINDS = ["variance", "gaussian", "quantile-gaussian", "beta-posterior", "progress"]


@click.command()
@click.argument("rewards", type=_FILE)
@click.option("--budget", help="How many to choose: 10% of them (the default), or a number.")
@click.option(
    "--rollouts",
    type=click.IntRange(min=1),
    help="Instead: rollouts in all; what scoring took is paid first.",
)
@click.option(
    "--rollouts-per-example",
    "group",
    type=click.IntRange(min=1),
    default=8,
    show_default=True,
    help="With --rollouts: the size of a group in training.",
)
@click.option(
    "--epochs",
    type=click.IntRange(min=1),
    default=1,
    show_default=True,
    help="With --rollouts: how often an example is trained on.",
)
@click.option("--to", type=OutputFile(), required=True, help="File for the ids, in order.")
@click.option(
    "--embeddings", type=_FILE, help="An .npy file, a row for each id: choose unlike ones."
)
@click.option(
    "--gradients", type=_FILE, help="An .npy file, a row for each id: prefer representative ones."
)
@click.option(
    "--features",
    type=_FILE,
    help="An .npy file, a row for each id: estimate those without rewards.",
)
@click.option("--base", type=_FILE, help="Rewards before a short training, for progress.")
@click.option(
    "--method",
    type=click.Choice(sorted(METHODS)),
    default="recommended",
    show_default=True,
    help="Settings: of this program, or of the published one.",
)
@click.option(
    "--learnability",
    type=click.Choice(_KINDS),
    help="What makes an example worth learning from, if not as the method has it.",
)
@click.option("--mu", type=float, help="Mean reward to learn most from.")
@click.option("--sigma", type=float, help="Width around it.")
@click.option("--alpha", type=float, help="Weight of learnability beside representativeness.")
@click.option(
    "--group-size", type=click.IntRange(min=0), help="Of the curriculum; 0 for one group of all."
)
@click.option("--seed", type=click.IntRange(min=0), help="Of the curriculum's shuffle.")
@click.option("--report", type=OutputFile(), help="File for one JSON line for each example.")
@click.option(
    "--plots", type=click.Path(file_okay=False, path_type=Path), help="Folder for charts (SVG)."
)
@click.option("--json", "as_json", is_flag=True, help="Print the summary as JSON.")
@click.option("--quiet", is_flag=True, help="No progress bar.")
def select(
    rewards: Path,
    budget: str | None,
    rollouts: int | None,
    group: int,
    epochs: int,
    to: Path,
    embeddings: Path | None,
    gradients: Path | None,
    features: Path | None,
    base: Path | None,
    method: str,
    report: Path | None,
    plots: Path | None,
    as_json: bool,
    quiet: bool,
    **settings: Any,
) -> None:
    """Choose the examples of REWARDS that are worth learning from, and put them in order.

    REWARDS has a line for each example, or for each rollout: {"id": …, "rewards": [0.1, 0.0]}, and
    perhaps a "segment"; as .jsonl or .parquet. Examples are preferred that are neither too easy nor
    hopeless, that pull with the rest (--gradients), and that are unlike what is chosen already
    (--embeddings). Each group of the order runs from easy to hard: train without shuffling.

    \b
    Examples:
      trovato select rewards.jsonl --budget 10% --to ids.txt
      trovato select rewards.parquet --rollouts 50000 --epochs 3 --to ids.txt \\
        --embeddings users.npy --gradients hvp.npy --report why.jsonl --plots plots
      trovato select rewards.jsonl --method released --budget 256 --to ids.txt
    """
    if budget is not None and rollouts is not None:
        raise InvalidInputError("a budget is in examples or in rollouts: give one of the two")
    given = {name: value for name, value in settings.items() if value is not None}
    config = replace(METHODS[method], **given)
    with progress_bar(hidden=quiet or as_json) as tell:
        table = read_rewards(rewards, progress=tell)
        spent = int(table.counts.sum())
        if rollouts is not None:
            k = examples_for_rollouts(rollouts, spent, group, epochs)
        else:
            k = parse_budget(budget or "10%", len(table))
        found = select_examples(
            table,
            k,
            config,
            embeddings=mapped_rows(embeddings),
            gradients=mapped_rows(gradients),
            features=mapped_rows(features),
            base=read_rewards(base) if base else None,
            progress=tell,
        )
    with atomic_path(to) as part:
        part.write_text("".join(f"{one}\n" for one in found.ids), "utf-8")
    if report:
        with atomic_path(report) as part, part.open("w", encoding="utf-8") as file:
            file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in found.rows())
    if plots:
        plots.mkdir(parents=True, exist_ok=True)
        for name, chart in selection_plots(found).items():
            with atomic_path(plots / name) as part:
                part.write_text(chart, "utf-8")
    for warning in found.warnings:
        click.echo(warning, err=True)
    if as_json:
        click.echo(json.dumps(found.to_json(), ensure_ascii=False, indent=2))
    else:
        _show(found, to)


def _show(found: SelectionReport, to: Path) -> None:
    summary = found.to_json()
    means = summary["mean_reward"]
    click.echo(
        f"{to}: {plural(summary['chosen'], 'example')} of {summary['pool']:,}, scored by "
        f"{plural(summary['scoring_rollouts'], 'rollout')}; mean reward {means['chosen']:.4f} "
        f"(of all {means['pool']:.4f})"
    )
    for reason, count in summary["reasons"].items():
        click.echo(f"  {reason:<20} {count:>10,}")
    if len(found.segments()) > 1:
        click.echo("segments: chosen of all")
        for name, (pool, chosen) in found.segments().items():
            click.echo(f"  {name or '(none)':<20} {chosen:>10,} of {pool:,}")
