"""`trovato forecast`: the ranked list."""

from __future__ import annotations

import json
from pathlib import Path

import click
from rich.table import Table

from trovato.cli.forecast.options import fit_options, input_options, read_source, settings_of
from trovato.cli.shared.console import harmless, printed
from trovato.cli.shared.progress import progress_bar
from trovato.generate.explanations import Wording
from trovato.interactions.bins import Absent, Bin
from trovato.recommend.forecasts import ForecastList, forecast
from trovato.retrieve.forecasts import ForecastOrder, load_forecast, shown


@click.command("list")
@input_options
@fit_options
@click.option(
    "--model",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="A forecast of `trovato forecast train`; by default one is fitted now.",
)
@click.option(
    "--top", type=click.IntRange(min=1), default=20, show_default=True, help="How many items."
)
@click.option("--after", "moment", default="", help="The newest bin to look at; else the last one.")
@click.option(
    "--order",
    type=click.Choice(["count", "growth"]),
    default="count",
    show_default=True,
    help="By expected count, or by how likely items are to grow most.",
)
@click.option("--explain", is_flag=True, help="Say why, with numbers that were checked.")
@click.option("--unit", default="events", show_default=True, help="What is counted, for --explain.")
@click.option("--json", "as_json", is_flag=True, help="Print everything as JSON.")
@click.option("--quiet", is_flag=True, help="No progress bar.")
def ranking(
    source: Path,
    bins: Bin,
    absent: Absent,
    items: Path | None,
    horizon: int,
    periods: tuple[int, ...],
    level: float,
    seed: int,
    model: Path | None,
    top: int,
    moment: str,
    order: ForecastOrder,
    explain: bool,
    unit: str,
    as_json: bool,
    quiet: bool,
) -> None:
    """Rank the items of SOURCE by what is expected of them next, with intervals.

    SOURCE is a log (a folder of weeks), or a file with the columns bin, item, count, or item, time
    and perhaps user. Without --model a forecast is fitted: trees on signals of each item, or a
    simple line where that was better on late bins.

    \b
    Examples:
      trovato forecast counts.csv --top 20
      trovato forecast counts.csv --items items.csv --explain --unit views
      trovato forecast list small/ --order growth --json
    """
    with progress_bar(hidden=as_json or quiet) as tell:
        table, catalogue = read_source(source, bins, absent, items, tell)
        found = forecast(
            table,
            load_forecast(model) if model else None,
            settings=settings_of(bins, periods, horizon, level, seed),
            top=top,
            moment=moment,
            catalogue=catalogue,
            order=order,
            explain=explain,
            wording=Wording(unit, bins),
            progress=tell,
        )
    if as_json:
        click.echo(json.dumps(found.to_json(), indent=2))
    else:
        _show(found, order)


def _show(found: ForecastList, order: ForecastOrder) -> None:
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("", justify="right")
    table.add_column("item")
    for name in ("last", "expected", "interval"):
        table.add_column(name, justify="right", no_wrap=True)
    for one in found.items:
        last = next((signal for signal in one.signals if signal.name == "last"), None)
        ends = f"{shown(one.low, 'count')} – {shown(one.high, 'count')}"
        name = harmless(one.item.text)
        table.add_row(
            str(one.rank),
            f"{name}\n  {one.explanation.text}" if one.explanation else name,
            shown(last.value, "count") if last else "?",
            shown(one.expected, "count"),
            ends,
        )
    printed().print(table)
    fitted = found.fitted
    verdict = fitted.verdict() if order == "count" else fitted.growth_verdict()
    what = "the next bin" if fitted.horizon == 1 else f"the mean of the next {fitted.horizon} bins"
    click.echo(
        f"After {found.moment}: {what}, by {fitted.name}; intervals hold "
        f"{fitted.intervals.level:.0%}. {verdict}"
    )
