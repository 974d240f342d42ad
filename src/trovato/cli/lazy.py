"""Commands that are imported when they are used, so that a command loads nothing of the others."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import click


class LazyCommand(click.Command):
    """Stands for a command until that is called.

    Parameters
    ----------
    name
        As it is typed.
    place
        Module and attribute of the command, with a colon between them.
    help
        The first sentence of its help, for the list of commands.
    """

    def __init__(self, name: str, place: str, help: str) -> None:  # noqa: A002 (as click calls it)
        super().__init__(name, short_help=help)
        self._place = place

    @property
    def command(self) -> click.Command:
        """The command itself."""
        module, _, attribute = self._place.partition(":")
        found: click.Command = getattr(import_module(module), attribute)
        return found

    def make_context(self, *arguments: Any, **options: Any) -> click.Context:
        """The context of the command itself, which click goes on with."""
        return self.command.make_context(*arguments, **options)
