"""A bar for training by epochs: rows per second, the loss, and the measure held back."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from contextlib import contextmanager

import click
from rich.console import Console
from rich.progress import BarColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from trovato.cli.shared.progress import bar
from trovato.train import SASRecCallback, SASRecStep


@contextmanager
def training_progress(hidden: bool) -> Iterator[SASRecCallback]:
    """Show the epoch as a bar; an interruption is told in one line, with exit status 130."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.fields[about]}"),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
    )
    with bar(*columns, hidden=hidden) as found:
        begin = [0.0]

        def tell(step: SASRecStep) -> None:
            if not found.task_ids:
                found.add_task("", total=step.total, about="")
            if step.epoch != found.tasks[0].fields.get("epoch"):
                found.reset(found.task_ids[0], about="", epoch=step.epoch)
                begin[0] = time.monotonic()
            speed = step.rows / max(time.monotonic() - begin[0], 1e-3)
            about = f"{speed:,.0f} rows/s, loss {step.loss:.4f}"
            if not math.isnan(step.held_back):
                about += f", held back {step.held_back:.4f}"
            found.update(
                found.task_ids[0],
                completed=step.rows,
                description=f"epoch {step.epoch} of at most {step.epochs}",
                about=about,
            )

        try:
            yield tell
        except KeyboardInterrupt:
            found.stop()
            if not found.task_ids:
                raise
            Console(stderr=True).print(
                "Interrupted. What was learnt until the last epoch is kept: run the same command "
                "to continue."
            )
            raise click.exceptions.Exit(130) from None
