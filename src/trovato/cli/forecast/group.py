"""`trovato forecast`: a list of what will be wanted next, and the group of its commands."""

from __future__ import annotations

import click

from trovato.cli.lazy import LazyCommand

_LIST = "list"


class _ListByDefault(click.Group):
    """Takes a path where the name of a command may stand for the list of that path."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if args and args[0] not in self.commands and args[0] not in ("-h", "--help"):
            args = [_LIST, *args]
        return super().parse_args(ctx, args)


@click.group(cls=_ListByDefault)
def forecast() -> None:
    """Rank what will be wanted next, with intervals, and with reasons that were checked.

    A path may stand where a command does: `trovato forecast counts.csv` is `list`.

    \b
    Examples:
      trovato forecast counts.csv --top 20 --explain
      trovato forecast train counts.csv --to weekly.forecast
      trovato forecast evaluate counts.csv --origins 20
      trovato forecast report counts.csv --html weekly.html
    """


for _name, _place, _help in (
    (
        _LIST,
        "ranking:ranking",
        "Rank the items of SOURCE by what is expected of them next, with intervals.",
    ),
    (
        "train",
        "train:train",
        "Fit a forecast to SOURCE and write it to a file, for `trovato forecast --model`.",
    ),
    (
        "evaluate",
        "evaluate:evaluate",
        "Measure the default forecast and simple lines on SOURCE, from many past moments.",
    ),
    (
        "new",
        "new_items:new_items",
        "Rank the items of --items that SOURCE never counted, by how items like them began.",
    ),
    (
        "report",
        "report:report",
        "Write a page with what is coming in SOURCE, why, and how good such forecasts were.",
    ),
):
    forecast.add_command(LazyCommand(_name, f"trovato.cli.forecast.{_place}", _help))
