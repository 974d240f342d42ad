"""`trovato tune`: how a large collection is stored and searched."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from trovato.evaluate import line_chart
from trovato.index import Frontier, Option
from trovato.systems.find_page import Library


@click.command()
@click.argument("collection", type=click.Path(path_type=Path))
@click.option(
    "--recall",
    type=click.FloatRange(0, 1),
    default=0.99,
    show_default=True,
    help="Share of the ten best pages that shall be found.",
)
@click.option(
    "--bytes",
    "most_bytes",
    type=click.FloatRange(min=1),
    help="Most bytes per token; any by default.",
)
@click.option("--dry-run", is_flag=True, help="Measure and choose, but change nothing.")
@click.option("--plot", type=click.Path(path_type=Path), help="Write the frontier as an SVG.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def tune(
    collection: Path,
    recall: float,
    most_bytes: float | None,
    dry_run: bool,
    plot: Path | None,
    as_json: bool,
) -> None:
    """Measure ways to store and search COLLECTION, and take one that is good enough.

    It is the finest way to store that fits --bytes, with as few candidates as reach --recall.

    Vectors are stored in one byte per component at first. Fewer bits take less room and find a
    little less; more candidates find more and take longer. Vectors that were stored in fewer bits
    do not become finer again.

    \b
    Examples:
      trovato tune reports.trovato --dry-run --plot frontier.svg
      trovato tune reports.trovato --recall .95 --bytes 70
    """
    console = Console(stderr=True, highlight=False)
    with Library(collection) as library:
        with console.status("measuring"):
            frontier = library.tune()
        if plot is not None:
            plot.write_text(_chart(frontier), encoding="utf-8")
        if not as_json:
            _show(frontier)
        option = frontier.choose(recall, most_bytes)
        if not dry_run:
            with console.status("storing"):
                library.apply(option)
    if as_json:
        document = {**asdict(frontier), "chosen": asdict(option), "applied": not dry_run}
        click.echo(json.dumps(document, indent=2))
        return
    click.echo(f"{'would take' if dry_run else 'took'} {_name(option)}: {_figures(option)}")


def _name(option: Option) -> str:
    return f"{_codec(option)} with {option.candidates:,} candidates"


def _codec(option: Option) -> str:
    return {0: "int8", 1: "1 bit"}.get(option.bits, f"{option.bits} bits")


def _figures(option: Option) -> str:
    return (
        f"recall {option.recall:.3f}, {option.milliseconds:.1f} ms, "
        f"{option.bytes_per_token:.1f} bytes per token"
    )


def _show(frontier: Frontier) -> None:
    table = Table(box=None, pad_edge=False)
    for name in ("stored as", "candidates", "recall@10", "ms", "bytes per token"):
        table.add_column(name, justify="left" if name == "stored as" else "right")
    for option in frontier.options:
        table.add_row(
            _codec(option),
            f"{option.candidates:,}",
            f"{option.recall:.3f}",
            f"{option.milliseconds:.1f}",
            f"{option.bytes_per_token:.1f}",
        )
    console = Console(highlight=False)
    console.print(
        f"{frontier.queries} questions drawn from {frontier.pages:,} pages, "
        f"{frontier.tokens:,} tokens"
    )
    console.print(table)


def _chart(frontier: Frontier) -> str:
    series: dict[str, list[tuple[float, float]]] = {}
    for option in frontier.options:
        label = f"{_codec(option)}, {option.bytes_per_token:.0f} B"
        series.setdefault(label, []).append((option.milliseconds, option.recall))
    return line_chart(series, "CPU time of a query, ms", "recall@10")
