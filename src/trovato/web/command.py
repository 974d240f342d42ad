"""`trovato serve`: the collection as a page in the browser."""

from __future__ import annotations

from pathlib import Path

import click

from trovato.systems.find_page import Library
from trovato.web.server import run


@click.command()
@click.argument("collection", type=click.Path(path_type=Path))
@click.option("--port", default=8420, show_default=True, help="0 picks a free one.")
def serve(collection: Path, port: int) -> None:
    """Search COLLECTION in the browser, on this machine only.

    \b
    Example:
      trovato serve reports.trovato
    """
    with Library(collection) as library:
        run(library, port=port, ready=lambda url: click.echo(f"{collection} at {url}"))
