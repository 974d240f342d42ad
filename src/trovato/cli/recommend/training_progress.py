"""A bar for training by epochs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import click
from rich.console import Console
from rich.progress import BarColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from trovato.cli.shared.progress import bar
from trovato.core import ProgressCallback


@contextmanager
def training_progress(hidden: bool) -> Iterator[ProgressCallback]:
    """Show the epoch as a bar; an interruption is told in one line, with exit status 130."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
    )
    with bar(*columns, hidden=hidden) as found:

        def tell(stage: str, done: int, total: int) -> None:
            if not found.task_ids:
                found.add_task("", total=total)
            (task,) = found.task_ids
            if stage != found.tasks[0].description:
                found.reset(task, description=stage, total=total)
            found.update(task, completed=done)

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
