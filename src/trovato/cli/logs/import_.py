"""`trovato logs import`: logs of other origin into the columns and the order of ours."""

from __future__ import annotations

import json
from pathlib import Path

import click

from trovato.cli.shared.console import plural
from trovato.cli.shared.row_progress import rows_progress
from trovato.interactions.imports import FORMATS, import_log


@click.command("import")
@click.argument("form", metavar="FORMAT", type=click.Choice(list(FORMATS)))
@click.argument("source", type=click.Path(path_type=Path, exists=True))
@click.option("--to", "folder", type=click.Path(path_type=Path), required=True)
@click.option(
    "--days", type=click.IntRange(min=1), default=7, show_default=True, help="Days of a week file."
)
@click.option("--json", "as_json", is_flag=True, help="Print the summary as JSON.")
@click.option("--quiet", is_flag=True, help="No progress bar.")
def import_(form: str, source: Path, folder: Path, days: int, as_json: bool, quiet: bool) -> None:
    """Bring the log in SOURCE to our columns, by time and week by week.

    FORMAT is kuairand (CSV), yambda (flat Parquet), microlens (pairs), or inter (RecBole). Run it
    again after an interruption.

    \b
    Examples:
      trovato logs import kuairand KuaiRand-1K/ --to kuairand/
      trovato logs import inter ml-100k.inter --to movies/ --days 28
    """
    with rows_progress(quiet or as_json) as tell:
        found = import_log(form, source, folder, days=days, progress=tell)
    summary = {
        "format": form,
        "rows": {name or "log": log.stored_rows for name, log in found.logs.items()},
        "weeks": {name or "log": len(log.files) for name, log in found.logs.items()},
        "ids were texts": found.named,
    }
    if as_json:
        click.echo(json.dumps(summary, indent=2))
        return
    for name, log in found.logs.items():
        click.echo(
            f"{plural(log.stored_rows, 'row')} in {plural(len(log.files), 'week')}: {folder / name}"
        )
    if found.named:
        click.echo(f"ids were texts: {folder / 'metadata'} says which number stands for which")
