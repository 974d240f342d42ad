"""`trovato models list`: what is here, and what can be got."""

from __future__ import annotations

import json
from dataclasses import asdict

import click
from rich.table import Table

from trovato.cli.shared.console import printed
from trovato.llm import PACKAGED_MODELS, models_folder, stored_models


@click.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print everything as JSON.")
def list_models(as_json: bool) -> None:
    """Show the models that are on this machine, and what can be got.

    The first column is what --llm takes. Nothing is fetched.

    \b
    Example:
      trovato models list
    """
    here = stored_models()
    names = {one.llm for one in here}
    absent = {name: one for name, one in PACKAGED_MODELS.items() if name not in names}
    if as_json:
        document = {
            "folder": str(models_folder()),
            "models": [asdict(one) for one in here],
            "to_get": {name: asdict(one) for name, one in absent.items()},
        }
        click.echo(json.dumps(document, ensure_ascii=False, indent=2))
        return
    table = Table(box=None, pad_edge=False, header_style="dim")
    for column in ("--llm", "where", "size"):
        table.add_column(column, overflow="fold")
    for one in here:
        table.add_row(one.llm, one.path, f"{one.bytes / 1e6:,.0f} MB")
    for name, packaged in absent.items():
        what = f"not here: trovato models get {name}  ({packaged.about}; {packaged.licence})"
        table.add_row(name, what, f"{packaged.megabytes} MB to fetch")
    printed().print(table)
