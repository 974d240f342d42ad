"""A bar for work on the rows of a log: rows per second, and the time that is left."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from trovato.data.logs.listener import Listener


@contextmanager
def rows_progress(hidden: bool) -> Iterator[Listener]:
    """Show each stage as a bar; an interruption is told in one line, with exit status 130."""
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.fields[speed]:.2f} M rows/s"),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
        console=Console(stderr=True),
    )
    tasks: dict[str, tuple[int, float, int]] = {}

    def tell(stage: str, done: int, total: int) -> None:
        if stage not in tasks:
            task = int(bar.add_task(stage, total=total, speed=0.0))
            tasks[stage] = (task, time.monotonic(), done)
        number, since, before = tasks[stage]
        speed = (done - before) / max(time.monotonic() - since, 1e-3) / 1e6
        bar.update(bar.task_ids[number], completed=done, speed=speed)

    # One that is disabled still ends with an empty line.
    with nullcontext() if hidden or not bar.console.is_terminal else bar:
        try:
            yield tell
        except KeyboardInterrupt:
            bar.stop()
            Console(stderr=True).print(
                "Interrupted. What was done is kept: run the same command to continue."
            )
            raise click.exceptions.Exit(130) from None
