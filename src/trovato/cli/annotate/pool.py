"""`trovato annotate pool add`, `queries` and `member`: what is judged, and by whom."""

from __future__ import annotations

from pathlib import Path

import click

from trovato.annotate import ROLES, Project, Role
from trovato.annotate.importers import read_queries
from trovato.cli.annotate.options import AS, PROJECT, acting
from trovato.cli.shared.console import plural


@click.command()
@PROJECT
@click.argument("run", type=click.Path(path_type=Path, exists=True))
@click.option("--depth", default=20, show_default=True, help="Documents of each query.")
@click.option("--name", default="", help="Of the run; by default that of the file.")
@AS
def add(project: str, run: Path, depth: int, name: str, actor: str) -> None:
    """Pool the best documents of RUN, a TREC file.

    Queries that PROJECT does not have are left out. A run of the same name is replaced.

    \b
    Example:
      trovato annotate pool add policy.judged bm25.run --depth 20
    """
    with Project.open(project) as opened:
        who = acting(opened, actor)
        count = opened.add_run(run, name or run.stem, who, depth=depth)
        waiting = opened.store.open_items()
    click.echo(f"pooled {count} queries of {name or run.stem}; {plural(waiting, 'document')} wait")


@click.command()
@PROJECT
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@AS
def queries(project: str, file: Path, actor: str) -> None:
    """Add the queries of FILE to PROJECT, or change their texts.

    Each line of FILE has an id, a tab and a text.

    \b
    Example:
      trovato annotate queries policy.judged queries.tsv
    """
    with Project.open(project) as opened:
        changed = opened.add_queries(read_queries(file), acting(opened, actor))
        count = len(opened.queries())
    click.echo(f"{changed} queries are new or changed; {count} in all")


@click.command()
@PROJECT
@click.argument("name")
@click.argument("role", type=click.Choice(ROLES))
@AS
def member(project: str, name: str, role: Role, actor: str) -> None:
    """Give NAME a role in PROJECT, or another one.

    \b
    Example:
      trovato annotate member policy.judged ada annotator
    """
    with Project.open(project) as opened:
        opened.add_member(name, role, acting(opened, actor))
    click.echo(f"{name} is {role}")
