"""`trovato logs`: logs of behaviour."""

from __future__ import annotations

import json
import time
from dataclasses import asdict
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from trovato.cli.show import plural, size
from trovato.data.logs.synth import Scale, synthesise
from trovato.systems.find_page import processors


@click.group()
def logs() -> None:
    """Logs of behaviour: who saw what, in which order, and what they did."""


@logs.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--rows", type=float, default=1e6, show_default=True, help="Such as 1e8.")
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True)
@click.option(
    "--workers", type=click.IntRange(min=1), help="Threads; by default one for each processor."
)
@click.option("--json", "as_json", is_flag=True, help="Print the summary as JSON.")
@click.option("--quiet", is_flag=True, help="No progress bar.")
def synth(
    folder: Path, rows: float, seed: int, workers: int | None, as_json: bool, quiet: bool
) -> None:
    """Draw a log into FOLDER, in the files and columns of VK-LSVD.

    It is as dense as the published log, with its watch time, signals and popularity, and it knows
    what people really like: that goes to FOLDER.truth. The same rows and seed give the same bytes.
    Run it again after an interruption: it goes on where it stopped.

    \b
    Examples:
      trovato logs synth small/ --rows 1e6
      trovato logs synth large/ --rows 1e8 --workers 2
    """
    scale = Scale.of(round(rows), seed)
    begin = time.monotonic()
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.fields[speed]:.2f} M rows/s"),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        disable=quiet or as_json,
    )
    with bar:
        tasks: dict[str, tuple[int, float, int]] = {}

        def tell(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                task = int(bar.add_task(stage, total=total, speed=0.0))
                tasks[stage] = (task, time.monotonic(), done)
            number, since, before = tasks[stage]
            speed = (done - before) / max(time.monotonic() - since, 1e-3) / 1e6
            bar.update(bar.task_ids[number], completed=done, speed=speed)

        try:
            layout = synthesise(folder, scale, workers=workers or processors(), listener=tell)
        except KeyboardInterrupt:
            bar.stop()
            Console(stderr=True).print(
                "Interrupted. What was done is kept: run the same command to continue."
            )
            raise click.exceptions.Exit(130) from None
    files = [*layout.root.rglob("*.parquet"), *layout.metadata.iterdir()]
    summary = {
        **asdict(scale),
        "bytes": sum(file.stat().st_size for file in files),
        "seconds": round(time.monotonic() - begin, 2),
    }
    if as_json:
        click.echo(json.dumps(summary, indent=2))
        return
    click.echo(
        f"{plural(scale.rows, 'row')} of {plural(scale.users, 'user')} and "
        f"{plural(scale.items, 'item')}, {size(int(summary['bytes']))} "
        f"in {summary['seconds']:.1f} s: {folder}"
    )
