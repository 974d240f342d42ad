"""`trovato serve`: the collection as a page in the browser."""

from __future__ import annotations

from pathlib import Path

import click

from trovato.library import LLM_HELP, MODEL_HELP, Library, open_model
from trovato.web.server import run


@click.command()
@click.argument("collection", type=click.Path(path_type=Path))
@click.option("--port", default=8420, show_default=True, help="0 picks a free one.")
@click.option("--llm", default="", help=LLM_HELP)
@click.option("--llm-model", default="", help=MODEL_HELP)
@click.option("--guard", default="none", show_default=True, help="As of `trovato ask`.")
def serve(collection: Path, port: int, llm: str, llm_model: str, guard: str) -> None:
    """Search and ask COLLECTION in the browser, on this machine only.

    \b
    Examples:
      trovato serve reports.trovato
      trovato serve reports.trovato --llm http://localhost:8000/v1 --guard vote
    """
    with Library.open(collection) as library:
        model = open_model(llm, llm_model)
        run(
            library, model, guard, port=port, ready=lambda url: click.echo(f"{collection} at {url}")
        )
