"""`trovato tune`: how a large collection is stored and searched."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
from rich.table import Table

from trovato.cli.shared.console import printed
from trovato.cli.shared.output_path import OutputFile
from trovato.cli.shared.progress import progress_bar
from trovato.core import atomic_path
from trovato.evaluate import frontier_chart
from trovato.index import CompressionCandidate, ParetoFrontier
from trovato.library import Library


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
@click.option("--dry-run", is_flag=True, help="Measure and choose only: vectors stay as they are.")
@click.option("--plot", type=OutputFile(), help="Write the frontier as an SVG.")
@click.option("--all", "every", is_flag=True, help="Show every form, not the best for their size.")
@click.option("--json", "as_json", is_flag=True, help="Print all that was measured as JSON.")
@click.option("--quiet", is_flag=True, help="No progress bar.")
def tune(
    collection: Path,
    recall: float,
    most_bytes: float | None,
    dry_run: bool,
    plot: Path | None,
    every: bool,
    as_json: bool,
    quiet: bool,
) -> None:
    """Measure ways to store and search COLLECTION, and take one that is good enough.

    A form such as 4bit/64d/pool2 says how vectors are stored: the codec (int8; 4, 2 or 1 bits
    around centroids; binary, which is signs alone), how many dimensions are left, and how many
    tokens share a vector. Of the forms that fit --bytes it is the one that keeps the exact ranking
    best, with as few candidates as reach --recall.

    Vectors are int8 in all dimensions at first. What is rounded away, cut off or pooled does not
    come back: index anew for that.

    \b
    Examples:
      trovato tune reports.trovato --dry-run --plot frontier.svg
      trovato tune reports.trovato --recall .95 --bytes 70
      trovato tune reports.trovato --dry-run --json | jq '.options[].form.text'
    """
    hidden = quiet or as_json
    with Library.open(collection) as library:
        with progress_bar(hidden=hidden) as progress:
            frontier = library.tune(progress)
        if plot is not None:
            with atomic_path(plot) as part:
                part.write_text(_chart(frontier), encoding="utf-8")
        if not as_json:  # between the bars, which would draw themselves over it
            _show(frontier, every=every)
        option = frontier.choose(recall, most_bytes)
        if not dry_run:
            with progress_bar(hidden=hidden) as progress:
                library.apply(option, progress)
    if as_json:
        document = {
            **asdict(frontier),
            "options": [_as_json(tried) for tried in frontier.options],
            "best_forms": [str(vector_format) for vector_format in frontier.best_vector_formats()],
            "chosen": _as_json(option),
            "applied": not dry_run,
        }
        click.echo(json.dumps(document, indent=2))
        return
    click.echo(f"{'would take' if dry_run else 'took'} {_name(option)}: {_figures(option)}")


def _as_json(option: CompressionCandidate) -> dict[str, Any]:
    return {
        **asdict(option),
        "format": {"text": str(option.vector_format), **asdict(option.vector_format)},
    }


def _name(option: CompressionCandidate) -> str:
    return f"{option.vector_format} with {option.candidates:,} candidates"


def _figures(option: CompressionCandidate) -> str:
    return (
        f"recall {option.recall:.3f}, {option.milliseconds:.1f} ms, "
        f"{option.bytes_per_token:.1f} bytes per token"
    )


def _show(frontier: ParetoFrontier, *, every: bool) -> None:
    best = frontier.best_vector_formats()
    table = Table(box=None, pad_edge=False)
    for name in ("stored as", "candidates", "recall@10", "ms", "bytes per token"):
        table.add_column(name, justify="left" if name == "stored as" else "right")
    for vector_format, options in frontier.by_vector_format():
        for option in options if every or vector_format in best else []:
            table.add_row(
                str(vector_format),
                f"{option.candidates:,}",
                f"{option.recall:.3f}",
                f"{option.milliseconds:.1f}",
                f"{option.bytes_per_token:.1f}",
            )
    console = printed()
    console.print(
        f"{frontier.queries} questions drawn from {frontier.pages:,} pages, "
        f"{frontier.tokens:,} tokens"
    )
    console.print(table)
    others = len(list(frontier.by_vector_format())) - len(best)
    if others and not every:
        console.print(f"{others} more forms keep less in as much room: --all shows them")


def _chart(frontier: ParetoFrontier) -> str:
    points = {
        str(vector_format): (options[-1].bytes_per_token, options[-1].recall)
        for vector_format, options in frontier.by_vector_format()
    }
    return frontier_chart(
        points,
        [str(vector_format) for vector_format in frontier.best_vector_formats()],
        "bytes per token",
        f"recall@10 through {frontier.options[-1].candidates:,} candidates",
    )
