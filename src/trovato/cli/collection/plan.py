"""`trovato plan`: what page vectors will cost."""

from __future__ import annotations

import json
from dataclasses import asdict

import click
from rich.console import Console
from rich.table import Table

from trovato.cli.shared.console import size
from trovato.library import MACHINES, MODELS, plan_cost

_FORMATS = ("fp16", "int8", "4bit", "4bit/128d", "4bit/128d/pool2", "binary/128d")


@click.command()
@click.option("--pages", type=click.IntRange(min=1), required=True, help="To be indexed.")
@click.option("--model", type=click.Choice(tuple(MODELS)), default="minilm", show_default=True)
@click.option("--format", "vector_format", help="One form of vectors; several by default.")
@click.option(
    "--device",
    type=click.Choice(tuple(MACHINES)),
    default="cpu",
    show_default=True,
    help="What encodes the pages.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the plans as JSON.")
def plan(pages: int, model: str, vector_format: str | None, device: str, as_json: bool) -> None:
    """Predict bytes, hours of encoding and waiting for a number of pages and a model.

    The figures follow from stated constants (docs/systems/colembed.md): parameters, vectors of a
    page, and what a machine does in a second. "Exact" scores every page on one core, "best 1,000"
    the candidates of a first stage.

    \b
    Examples:
      trovato plan --pages 1000000 --model nemotron-8b --device h200
      trovato plan --pages 20000 --model colqwen2 --format 4bit/64d --json
    """
    dim = MODELS[model].dim
    names = (
        (vector_format,)
        if vector_format
        else tuple(name for name in _FORMATS if "128d" not in name or dim > 128)
    )
    found = {name: plan_cost(pages, model, vector_format=name, machine=device) for name in names}
    if as_json:
        click.echo(json.dumps({name: asdict(one) for name, one in found.items()}, indent=2))
        return
    table = Table(box=None, pad_edge=False, header_style="dim")
    for head in ("stored as", "vectors", "on disk", "encoding", "exact", "best 1,000"):
        table.add_column(head, justify="left" if head == "stored as" else "right")
    for name, one in found.items():
        table.add_row(
            name,
            f"{one.vectors:,}",
            size(one.bytes),
            f"{one.build_seconds / 3600:,.1f} h",
            f"{one.exact_seconds:,.2f} s",
            f"{one.rerank_seconds:,.3f} s",
        )
    Console(emoji=False).print(table)
