"""`trovato logs import`: logs of other origin into the columns and the order of ours."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from trovato.cli.shared.console import plural
from trovato.cli.shared.row_progress import rows_progress
from trovato.interactions.imports import FORMATS, ImportOptions, import_log
from trovato.interactions.imports.times import UNITS

_DEFAULTS = ImportOptions()


@click.command("import")
@click.argument("form", metavar="FORMAT", type=click.Choice(list(FORMATS)))
@click.argument("source", type=click.Path(path_type=Path, exists=True))
@click.option("--to", "folder", type=click.Path(path_type=Path), required=True)
@click.option(
    "--days", type=click.IntRange(min=1), default=7, show_default=True, help="Days of a week file."
)
@click.option("--user", default="", help="csv: the column of users; by default the usual names.")
@click.option("--item", default="", help="csv: the column of items.")
@click.option("--rating", default="", help="csv: the column of ratings.")
@click.option("--time", default="", help="csv: the column of times or dates.")
@click.option(
    "--like-from",
    type=float,
    default=_DEFAULTS.like_from,
    show_default=True,
    help="csv, inter: the lowest rating that is a like.",
)
@click.option(
    "--time-unit",
    type=click.Choice(UNITS),
    default=_DEFAULTS.time_unit,
    show_default=True,
    help="csv, inter: of times that are numbers; by default as it makes sense.",
)
@click.option(
    "--time-format", default="", help="csv: of other dates than 2023-11-18, such as %d/%m/%Y."
)
@click.option("--encoding", default="", help="csv: of the files, such as latin-1; else UTF-8.")
@click.option(
    "--columns",
    default="",
    help="csv: names of the columns where the first line is a row: user,item,rating,time.",
)
@click.option("--title-columns", default="", help="The same for the table of titles: item,title.")
@click.option(
    "--titles",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="A table with titles of items; by default the .item file beside an .inter file.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the summary as JSON.")
@click.option("--quiet", is_flag=True, help="No progress bar.")
def import_(
    form: str,
    source: Path,
    folder: Path,
    days: int,
    titles: Path | None,
    as_json: bool,
    quiet: bool,
    **options: Any,
) -> None:
    """Bring the log in SOURCE to our columns, by time and week by week.

    FORMAT is csv (any table: CSV, TSV, JSON lines, Parquet), inter (RecBole), kuairand (CSV),
    yambda (flat Parquet) or microlens (pairs). Files may be compressed (.gz, .bz2, .xz, .zip). Run
    it again after an interruption, or with a later export: what has not changed stays.

    \b
    Examples:
      trovato logs import csv ratings.csv --to movies/ --titles movies.csv
      trovato logs import csv sales.csv.gz --user buyer --item sku --time day --to sales/
      trovato logs import csv u.data --columns user,item,rating,time --to movies/
      trovato logs import inter ml-100k.inter --to movies/ --days 28
      trovato logs import kuairand KuaiRand-1K/ --to kuairand/
    """
    chosen = ImportOptions(**options)
    with rows_progress(quiet or as_json) as tell:
        found = import_log(
            form, source, folder, days=days, options=chosen, titles=titles, progress=tell
        )
    summary = {
        "format": form,
        "rows": {name or "log": log.stored_rows for name, log in found.logs.items()},
        "weeks": {name or "log": len(log.files) for name, log in found.logs.items()},
        "ids were texts": found.named,
        "highest rating": found.highest_rating,
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
    if found.highest_rating > _FIVE and chosen.like_from == _DEFAULTS.like_from:
        click.echo(
            f"ratings go to {found.highest_rating:g}, and everything from {chosen.like_from:g} on "
            "is a like: say --like-from if that is too low"
        )


_FIVE = 5.0  # the highest rating for which a like from 4 on makes sense
