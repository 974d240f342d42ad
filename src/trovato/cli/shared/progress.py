"""A bar for work that takes long."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext

from rich.console import Console
from rich.progress import (
    BarColumn,
    Progress,
    ProgressColumn,
    TaskProgressColumn,
    TextColumn,
    TimeRemainingColumn,
)


@contextmanager
def bar(*columns: ProgressColumn, hidden: bool = False) -> Iterator[Progress]:
    """A bar on standard error, seen where that is a terminal and it is not `hidden`."""
    console = Console(stderr=True)
    found = Progress(*columns, console=console)
    # One that is disabled still ends with an empty line: it must not be started.
    with found if console.is_terminal and not hidden else nullcontext():
        yield found


@contextmanager
def progress_bar(*, hidden: bool = False) -> Iterator[Callable[[str, int, int], None]]:
    """A bar for each kind of work, and the callback that moves them."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeRemainingColumn(),
        TextColumn("left"),
    )
    with bar(*columns, hidden=hidden) as found:
        tasks = {}

        def progress(what: str, done: int, total: int) -> None:
            if what not in tasks:
                tasks[what] = found.add_task(what, total=total)
            found.update(tasks[what], completed=done, total=total)

        yield progress
