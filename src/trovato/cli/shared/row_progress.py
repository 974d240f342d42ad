"""A bar for work on the rows of a log: rows per second, and the time that is left."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

import click
from rich.console import Console
from rich.progress import BarColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from trovato.cli.shared.progress import bar
from trovato.core import ProgressCallback


@contextmanager
def rows_progress(hidden: bool) -> Iterator[ProgressCallback]:
    """Show each stage as a bar; an interruption is told in one line, with exit status 130."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.fields[speed]:.2f} M rows/s"),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
    )
    with bar(*columns, hidden=hidden) as found:
        tasks: dict[str, tuple[int, float, int]] = {}

        def tell(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                task = int(found.add_task(stage, total=total, speed=0.0))
                tasks[stage] = (task, time.monotonic(), done)
            number, since, before = tasks[stage]
            speed = (done - before) / max(time.monotonic() - since, 1e-3) / 1e6
            found.update(found.task_ids[number], completed=done, speed=speed)

        try:
            yield tell
        except KeyboardInterrupt:
            found.stop()
            Console(stderr=True).print(
                "Interrupted. What was done is kept: run the same command to continue."
            )
            raise click.exceptions.Exit(130) from None
