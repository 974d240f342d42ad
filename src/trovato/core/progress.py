"""How far long work has come."""

from __future__ import annotations

from collections.abc import Callable

# What is being done, how much of it is done, and how much there is.
ProgressCallback = Callable[[str, int, int], None]


def no_progress(*_told: object) -> None:
    """A callback that does nothing, whatever it is told."""
