"""`trovato sources`: statutes, interpretations, guidelines and precedents in a collection."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path

import click
from rich.progress import BarColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from trovato.cli.shared.console import plural
from trovato.cli.shared.progress import bar
from trovato.data.legal import SOURCE_TYPES, SourceType
from trovato.library import Library, Progress, add_sources

DAY = click.DateTime(["%Y-%m-%d"])


def as_day(moment: datetime | None) -> date | None:
    """The day of what `DAY` read."""
    return None if moment is None else moment.date()


@click.group()
def sources() -> None:
    """Typed, dated sources in a collection: statutes, interpretations, guidelines, precedents."""


@sources.command()
@click.argument("name")
@click.argument("path", type=click.Path(path_type=Path, exists=True))
@click.option(
    "--to",
    "collection",
    required=True,
    type=click.Path(path_type=Path),
    help="Directory of the collection; made if there is none.",
)
@click.option("--type", "type_", required=True, type=click.Choice(SOURCE_TYPES))
@click.option("--jurisdiction", default="", help="Where it holds, such as CN or a province.")
@click.option("--valid-from", type=DAY, help="First day, where the text does not say it.")
@click.option("--valid-to", type=DAY, help="Last day.")
@click.option("--json", "as_json", is_flag=True, help="Print the summary as JSON.")
@click.option("--quiet", is_flag=True, help="No progress bar.")
def add(
    name: str,
    path: Path,
    collection: Path,
    type_: SourceType,
    jurisdiction: str,
    valid_from: datetime | None,
    valid_to: datetime | None,
    as_json: bool,
    quiet: bool,
) -> None:
    """Put the source NAME at PATH into a collection, article by article.

    PATH is a text, a folder of texts, or JSON Lines with title and text (precedents: id, fact and
    charges). Amendments of a statute beside it become versions of its articles with their dates.
    Run it again after an interruption: what is there already is skipped.

    \b
    Examples:
      trovato sources add law statutes/ --type statute --valid-from 1997-10-01 --to law.trovato
      trovato sources add cases cases.jsonl --type precedent --to law.trovato
    """
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with (
        Library.create(collection, exist_ok=True) as library,
        bar(*columns, hidden=quiet or as_json) as shown,
    ):
        task = shown.add_task("articles", total=None)

        def progress(step: Progress) -> None:
            shown.update(task, total=max(step.total, 1), completed=step.done)

        report = add_sources(
            library,
            name,
            path,
            type_,
            jurisdiction=jurisdiction,
            valid_from=as_day(valid_from),
            valid_to=as_day(valid_to),
            progress=progress,
        )
    if as_json:
        click.echo(json.dumps(asdict(report), ensure_ascii=False, indent=2))
        return
    click.echo(
        f"{plural(len(report.added), 'article')} added, {len(report.replaced)} replaced, "
        f"{len(report.unchanged)} unchanged: {collection}"
    )


@sources.command(name="list")
@click.argument("collection", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def list_(collection: Path, as_json: bool) -> None:
    """Show the sources of COLLECTION and how many articles each has.

    \b
    Example:
      trovato sources list law.trovato
    """
    with Library.open(collection) as library:
        counts = Counter(
            (str(item.attributes["source"]), str(item.attributes["source_type"]))
            for item in library
            if "source_type" in item.attributes
        )
    rows = [
        {"source": name, "type": kind, "articles": count}
        for (name, kind), count in sorted(counts.items())
    ]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for row in rows:
        click.echo(f"{row['source']}  {row['type']}  {row['articles']}")
