"""A bar for training by epochs: rows per second, the loss, and the measure held back."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from trovato.train import SASRecListener, SASRecStep


@contextmanager
def training_progress(hidden: bool) -> Iterator[SASRecListener]:
    """Show the epoch as a bar; an interruption is told in one line, with exit status 130."""
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.fields[about]}"),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
        console=Console(stderr=True),
    )
    begin = [0.0]

    def tell(step: SASRecStep) -> None:
        if not bar.task_ids:
            bar.add_task("", total=step.total, about="")
        if step.epoch != bar.tasks[0].fields.get("epoch"):
            bar.reset(bar.task_ids[0], about="", epoch=step.epoch)
            begin[0] = time.monotonic()
        speed = step.rows / max(time.monotonic() - begin[0], 1e-3)
        about = f"{speed:,.0f} rows/s, loss {step.loss:.4f}"
        if not math.isnan(step.held_back):
            about += f", held back {step.held_back:.4f}"
        bar.update(
            bar.task_ids[0],
            completed=step.rows,
            description=f"epoch {step.epoch} of at most {step.epochs}",
            about=about,
        )

    # One that is disabled still ends with an empty line.
    with nullcontext() if hidden or not bar.console.is_terminal else bar:
        try:
            yield tell
        except KeyboardInterrupt:
            bar.stop()
            if not bar.task_ids:
                raise
            Console(stderr=True).print(
                "Interrupted. What was learnt until the last epoch is kept: run the same command "
                "to continue."
            )
            raise click.exceptions.Exit(130) from None
