"""`trovato annotate export`: a project in the forms that others read."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import click

from trovato.annotate import Project
from trovato.annotate.exporters import FORMS, ExportForm, export
from trovato.cli.annotate.options import JSON, PROJECT
from trovato.cli.shared.console import plural


@click.command("export")
@PROJECT
@click.argument("form", type=click.Choice(FORMS))
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--model", default="", help="Also this model's grades, in qrels of their own.")
@click.option(
    "--mix-model-grades",
    is_flag=True,
    help="Put them into the same qrels instead, where no person has judged.",
)
@click.option("--names", is_flag=True, help="Write people's names; else they are numbered.")
@JSON
def export_project(
    project: str,
    form: ExportForm,
    folder: Path,
    model: str,
    mix_model_grades: bool,
    names: bool,
    as_json: bool,
) -> None:
    """Write PROJECT to a new FOLDER, with checksums; nothing is written over.

    beir and trec have the grades that count: adjudicated, else of most people, else the only one.
    jsonl and parquet have everything that was said. What is not judged is in no qrels.

    \b
    Examples:
      trovato annotate export policy.judged trec judged/
      trovato evaluate --run bm25.run --qrels judged/qrels.test.txt
    """
    with Project.open(project) as opened:
        report = export(
            opened,
            folder,
            form,
            model=model,
            mix_model_grades=mix_model_grades,
            names=names,
        )
    if as_json:
        click.echo(json.dumps(asdict(report), indent=2))
        return
    click.echo(
        f"{folder}: {plural(report.labels, 'label')}, {report.undecided} undecided and "
        f"{report.unsure} unsure left out"
    )
