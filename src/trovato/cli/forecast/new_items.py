"""`trovato forecast new`: items that were never counted."""

from __future__ import annotations

import json
from pathlib import Path

import click
from rich.table import Table

from trovato.cli.forecast.options import input_options, read_source
from trovato.cli.shared.console import harmless, printed
from trovato.core import InvalidInputError, no_progress
from trovato.encode import DEFAULT_ENCODER, ENCODERS, load_encoder
from trovato.generate.explanations import Wording
from trovato.interactions.bins import Absent, Bin
from trovato.recommend.forecasts import ForecastItem, forecast_new_items
from trovato.retrieve.forecasts import shown


@click.command("new")
@input_options
@click.option(
    "--encoder",
    type=click.Choice(ENCODERS),
    default=DEFAULT_ENCODER,
    show_default=True,
    help="Of titles.",
)
@click.option(
    "--top", type=click.IntRange(min=1), default=20, show_default=True, help="How many items."
)
@click.option("--after", "moment", default="", help="The newest bin to look at; else the last one.")
@click.option("--unit", default="events", show_default=True, help="What is counted.")
@click.option("--json", "as_json", is_flag=True, help="Print everything as JSON.")
def new_items(
    source: Path,
    bins: Bin,
    absent: Absent,
    items: Path | None,
    encoder: str,
    top: int,
    moment: str,
    unit: str,
    as_json: bool,
) -> None:
    """Rank the items of --items that SOURCE never counted, by how items like them began.

    \b
    Example:
      trovato forecast new counts.csv --items items.csv --unit views
    """
    if items is None:
        raise InvalidInputError("new items are those of --items without counts: give a table")
    table, catalogue = read_source(source, bins, absent, items, no_progress)
    found = forecast_new_items(
        table,
        catalogue,
        load_encoder(encoder),
        top=top,
        moment=moment,
        wording=Wording(unit, bins),
    )
    if as_json:
        click.echo(json.dumps([one.to_json() for one in found], indent=2))
    else:
        _show(found)


def _show(found: tuple[ForecastItem, ...]) -> None:
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("", justify="right")
    table.add_column("item")
    for name in ("expected", "interval"):
        table.add_column(name, justify="right", no_wrap=True)
    for one in found:
        text = one.explanation.text if one.explanation else ""
        ends = f"{shown(one.low, 'count')} – {shown(one.high, 'count')}"
        name = f"{harmless(one.item.text)}\n  {text}"
        table.add_row(str(one.rank), name, shown(one.expected, "count"), ends)
    printed().print(table)
