"""`trovato export`: a collection's pages and vectors into another store."""

from __future__ import annotations

import json
from pathlib import Path

import click
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn

from trovato.cli.shared.console import plural
from trovato.cli.shared.progress import bar
from trovato.core import without_credentials
from trovato.index import Collection
from trovato.index.export import ExportTarget, LanceTarget, QdrantTarget, pages_of


@click.command()
@click.argument("collection", type=click.Path(path_type=Path))
@click.option(
    "--to",
    required=True,
    metavar="STORE:PLACE",
    help="lancedb:PATH, qdrant:PATH or qdrant:URL.",
)
@click.option("--json", "as_json", is_flag=True, help="Print what was done as JSON.")
@click.option("--quiet", is_flag=True, help="No progress bar.")
def export(collection: Path, to: str, as_json: bool, quiet: bool) -> None:
    """Write the pages of COLLECTION and their vectors to LanceDB or Qdrant.

    \b
    Examples:
      trovato export reports.trovato --to lancedb:reports.lance
      trovato export reports.trovato --to qdrant:http://localhost:6333
    """
    target, opened = _target(to), Collection.open(collection)
    columns = (
        TextColumn("pages"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
    )
    with opened.reader() as reader, bar(*columns, hidden=quiet or as_json) as shown:
        total = reader.counts()[1]
        target.write(shown.track(pages_of(reader), total=total), opened.dim)
    opened.close()
    click.echo(json.dumps({"pages": total}) if as_json else f"{plural(total, 'page')} exported")


def _target(text: str) -> ExportTarget:
    store, _, place = text.partition(":")
    if store == "lancedb" and place:
        return LanceTarget(Path(place))
    if store == "qdrant" and place:
        return QdrantTarget(place)
    raise click.BadParameter(
        f"expected lancedb:PATH, qdrant:PATH or qdrant:URL, got {without_credentials(text)!r}",
        param_hint="--to",
    )
