"""`trovato annotate suggest`: what a model thinks, kept apart."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import click

from trovato.annotate import Project
from trovato.annotate.assistants import suggest_evidence, suggest_grades, suggest_queries
from trovato.cli.annotate.options import AS, PROJECT, acting
from trovato.cli.shared.progress import progress_bar
from trovato.library import ModelOptions, model_options


@click.command()
@PROJECT
@click.argument("task", type=click.Choice(["grades", "evidence", "queries"]))
@model_options
@AS
def suggest(
    project: Path,
    task: Literal["grades", "evidence", "queries"],
    model: ModelOptions,
    actor: str,
) -> None:
    """Have a model suggest grades for the pool, evidence in good documents, or queries.

    A suggestion is a row of its own and never becomes a judgement by itself. Run it again after an
    interruption: what was asked is not asked again.

    \b
    Example:
      trovato annotate suggest policy.judged grades --llm http://localhost:8000/v1
    """
    writer = model.open()
    if writer is None:
        raise click.UsageError("name a model with --llm")
    with Project.open(project) as opened, progress_bar() as progress:
        who = acting(opened, actor)
        if task == "grades":
            kept, unread = suggest_grades(
                opened, writer, who, max_tokens=model.max_tokens, progress=progress
            )
        elif task == "evidence":
            kept, unread = suggest_evidence(
                opened, writer, who, max_tokens=model.max_tokens, progress=progress
            )
        else:
            names = [one.id for one in opened.store.documents()]
            kept, unread = suggest_queries(
                opened, writer, who, names, max_tokens=model.max_tokens, progress=progress
            )
    click.echo(f"{kept} suggestions of {writer.fingerprint}; {unread} answers could not be used")
