"""`trovato annotate suggest`: what a model thinks, kept apart."""

from __future__ import annotations

from typing import Literal

import click

from trovato.annotate import Project
from trovato.annotate.assistants import (
    suggest_answers,
    suggest_evidence,
    suggest_grades,
    suggest_hard_negatives,
    suggest_queries,
)
from trovato.cli.annotate.options import AS, PROJECT, acting
from trovato.cli.shared.progress import progress_bar
from trovato.library import ModelOptions, model_options

_SUGGEST = {
    "grades": suggest_grades,
    "evidence": suggest_evidence,
    "answers": suggest_answers,
    "hard-negatives": suggest_hard_negatives,
}


@click.command()
@PROJECT
@click.argument(
    "task", type=click.Choice(["grades", "evidence", "queries", "answers", "hard-negatives"])
)
@model_options
@AS
def suggest(
    project: str,
    task: Literal["grades", "evidence", "queries", "answers", "hard-negatives"],
    model: ModelOptions,
    actor: str,
) -> None:
    """Have a model suggest grades, evidence, queries, answers or hard negatives.

    grades are for the pool, evidence is quoted from good documents, queries are drafted for each
    document, answers from what people marked, and hard-negatives gives reasons why documents that
    runs rank high and people grade low look right. A suggestion is a row of its own and never
    becomes a judgement by itself. Run it again after an interruption: what was asked is not asked
    again.

    \b
    Example:
      trovato annotate suggest policy.judged grades --llm http://localhost:8000/v1
    """
    writer = model.open()
    if writer is None:
        raise click.UsageError("name a model with --llm")
    with Project.open(project) as opened, progress_bar() as progress:
        who = acting(opened, actor)
        if task == "queries":
            names = [one.id for one in opened.store.documents()]
            kept, unread = suggest_queries(
                opened, writer, who, names, max_tokens=model.max_tokens, progress=progress
            )
        else:
            kept, unread = _SUGGEST[task](
                opened, writer, who, max_tokens=model.max_tokens, progress=progress
            )
    click.echo(f"{kept} suggestions of {writer.fingerprint}; {unread} answers could not be used")
