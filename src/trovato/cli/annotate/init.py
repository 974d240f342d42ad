"""`trovato annotate init`: a new project."""

from __future__ import annotations

import getpass
import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Literal

import click

from trovato.annotate import Project, SettingsSet
from trovato.annotate.importers import SOURCES, Imported, ImportSource, load, read_source
from trovato.annotate.storage.place import check_no_password
from trovato.cli.annotate.options import JSON, PROJECT
from trovato.cli.shared.console import harmless, plural
from trovato.cli.shared.progress import progress_bar
from trovato.core import Item
from trovato.index import Collection

_NAMED = 5  # of what was left out; JSON has all


@click.command()
@PROJECT
@click.option(
    "--store",
    default="",
    metavar="URL",
    help="A PostgreSQL database, postgresql://user@host:5432/database, in which PROJECT is made.",
)
@click.option(
    "--collection",
    type=click.Path(path_type=Path, exists=True),
    help="A collection whose pages are the documents.",
)
@click.option(
    "--from",
    "source",
    type=(click.Choice(SOURCES), click.Path(path_type=Path, exists=True)),
    default=None,
    help="A kind of file and its path: judgements made elsewhere.",
)
@click.option("--owner", default="", help="Who owns it; by default your name on this machine.")
@click.option("--depth", default=20, show_default=True, help="Of the pool, from each run.")
@click.option(
    "--order",
    type=click.Choice(["active", "random"]),
    default="active",
    show_default=True,
    help="Judge first what matters for comparing runs, or a random part.",
)
@click.option("--overlap", default=0.15, show_default=True, help="Share that two people judge.")
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True)
@click.option("--open-grades", is_flag=True, help="Not blind: show suggestions at once.")
@click.option(
    "--guideline",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="A text that is shown beside the document.",
)
@JSON
def init(
    project: str,
    store: str,
    collection: Path | None,
    source: tuple[ImportSource, Path] | None,
    owner: str,
    depth: int,
    order: Literal["active", "random"],
    overlap: float,
    seed: int,
    open_grades: bool,
    guideline: Path | None,
    as_json: bool,
) -> None:
    """Make PROJECT, a file, from a collection or from judgements made elsewhere.

    Whoever makes it owns it. What cannot be taken over is listed, and costs nothing else.

    With --store it is made in a database, as PROJECT; other commands then take its address, which
    is printed, in the place of a file. The password is given by PGPASSWORD or ~/.pgpass.

    \b
    Examples:
      trovato annotate init policy.judged --collection reports.trovato
      trovato annotate init policy.judged --from beir scifact/
      trovato annotate init policy.judged --from label-studio export.json
      trovato annotate init policy --store postgresql://ada@db/judging --from beir scifact/
    """
    if collection is not None and source is not None:
        raise click.UsageError("give --collection or --from, not both")
    settings = SettingsSet(
        guideline=guideline.read_text("utf-8") if guideline else "",
        blind=not open_grades,
        overlap=overlap,
        order=order,
        seed=seed,
    )
    imported = read_source(*source) if source else Imported()
    owner = owner or getpass.getuser()
    if store:
        check_no_password(store)
        project = f"{store.rstrip('/')}/{project}"
    with Project.create(project, owner, settings) as made, progress_bar(hidden=as_json) as progress:
        if collection is not None:
            made.add_documents(_pages(collection), progress)
        report = load(made, imported, owner, depth=depth, progress=progress)
        documents = made.store.count_documents()
    if as_json:
        click.echo(json.dumps({**asdict(report), "documents": documents}, indent=2))
        return
    click.echo(
        f"{project}: {plural(documents, 'document')}, {report.queries} queries, "
        f"{plural(report.judgements, 'judgement')}, {plural(report.spans, 'span')}, "
        f"{plural(report.answers, 'answer')}, {plural(report.runs, 'run')}"
    )
    for line in report.skipped[:_NAMED]:
        click.echo(f"left out: {harmless(line)}", err=True)
    if len(report.skipped) > _NAMED:
        click.echo(f"left out: {len(report.skipped) - _NAMED} more; --json has all", err=True)


def _pages(path: Path) -> Iterator[Item]:
    collection = Collection.open(path)
    try:
        with collection.reader() as reader:
            for row in reader.rows():
                yield reader.item(row)
    finally:
        collection.close()
