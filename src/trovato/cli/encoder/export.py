"""`trovato encoder export`: a text model as ONNX."""

from __future__ import annotations

import json
from pathlib import Path

import click

from trovato.cli.shared.console import size
from trovato.encode.late_interaction import export_text_encoder

_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


@click.command()
@click.argument("folder", type=_FOLDER)
@click.option(
    "--to", type=click.Path(file_okay=False, path_type=Path), required=True, help="Folder."
)
@click.option("--base", type=_FOLDER, help="Folder of the model that an adapter belongs to.")
@click.option("--fp32", is_flag=True, help="Full precision instead of 8 bits.")
@click.option("--json", "as_json", is_flag=True, help="Print the summary as JSON.")
def export(folder: Path, to: Path, base: Path | None, fp32: bool, as_json: bool) -> None:
    """Write the text model in FOLDER as ONNX, which runs without torch.

    ColBERT and PyLate models are read, and what `trovato train encoder` wrote. It takes the extras
    `models` and `images`; using the outcome takes neither. Vectors of 8 bits are near those of the
    model, not the same: a collection is made and searched with one of the two.

    \b
    Examples:
      trovato encoder export trained --to trained-int8
      trovato encoder export models/colbert --to colbert-onnx --fp32
      trovato index reports/ --to own.trovato --encoder onnx:trained-int8
    """
    made = export_text_encoder(folder, to, base=base, int8=not fp32)
    weights, written = "fp32" if fp32 else "int8", sum(one.stat().st_size for one in made.iterdir())
    if as_json:
        click.echo(json.dumps({"folder": str(made), "weights": weights, "bytes": written}))
    else:
        click.echo(f"{made}: {weights}, {size(written)}")
