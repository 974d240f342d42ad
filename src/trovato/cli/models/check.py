"""`trovato models check`: does a model work here."""

from __future__ import annotations

import json
from dataclasses import asdict

import click

from trovato.cli.shared.console import harmless
from trovato.library import ModelOptions, model_options
from trovato.llm import check_model


@click.command()
@model_options
@click.option("--json", "as_json", is_flag=True, help="Print everything as JSON.")
def check(model: ModelOptions, as_json: bool) -> None:
    """Let a model answer, and verify that it can read documents apart.

    The model is asked for a year that stands in one of two short notes. For a model in this process
    each note is then changed, and nothing that the model remembers of the other may change. Exit
    status 1 if it does.

    \b
    Examples:
      trovato models check --llm smollm2
      trovato models check --llm hf:models/llama --dtype bfloat16
    """
    opened = model.open()
    if opened is None:
        raise click.UsageError("name a model with --llm; `trovato models list` shows some")
    found = check_model(opened, model.decoding())
    if as_json:
        click.echo(json.dumps(asdict(found), ensure_ascii=False, indent=2))
    else:
        click.echo(f"model: {found.model}")
        verdict = "right" if found.right else "not right: it may be too small for answers"
        click.echo(f"answer: {harmless(found.answer)!r} ({verdict})")
        click.echo(f"{found.tokens} tokens in {found.seconds:.1f} s")
        for attention, said in found.isolation.items():
            click.echo(f"documents apart, {attention}: {said}")
    raise click.exceptions.Exit(1 if found.leaks else 0)
