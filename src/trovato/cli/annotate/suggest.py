"""`trovato annotate suggest`: what a model thinks, kept apart."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import click

from trovato.annotate import Project
from trovato.annotate.assistants import suggest_evidence, suggest_grades, suggest_queries
from trovato.cli.annotate.options import AS, PROJECT, acting
from trovato.cli.shared.progress import progress_bar
from trovato.library import LLM_HELP, MODEL_HELP, open_model


@click.command()
@PROJECT
@click.argument("task", type=click.Choice(["grades", "evidence", "queries"]))
@click.option("--llm", required=True, help=LLM_HELP)
@click.option("--llm-model", default="", help=MODEL_HELP)
@AS
def suggest(
    project: Path,
    task: Literal["grades", "evidence", "queries"],
    llm: str,
    llm_model: str,
    actor: str,
) -> None:
    """Have a model suggest grades for the pool, evidence in good documents, or queries.

    A suggestion is a row of its own and never becomes a judgement by itself. Run it again after an
    interruption: what was asked is not asked again.

    \b
    Example:
      trovato annotate suggest policy.judged grades --llm http://localhost:8000/v1
    """
    model = open_model(llm, llm_model)
    if model is None:
        raise click.UsageError("name a model with --llm")
    with Project.open(project) as opened, progress_bar() as progress:
        who = acting(opened, actor)
        if task == "grades":
            kept, unread = suggest_grades(opened, model, who, progress=progress)
        elif task == "evidence":
            kept, unread = suggest_evidence(opened, model, who, progress=progress)
        else:
            names = [one.id for one in opened.store.documents()]
            kept, unread = suggest_queries(opened, model, who, names, progress=progress)
    click.echo(f"{kept} suggestions of {model.fingerprint}; {unread} answers could not be used")
