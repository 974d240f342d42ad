"""`trovato logs count`: counts that grow with a log, week by week."""

from __future__ import annotations

import json
from pathlib import Path

import click

from trovato.cli.shared.console import plural
from trovato.cli.shared.row_progress import rows_progress
from trovato.interactions.counts.counts_store import count_weeks
from trovato.interactions.storage.log import InteractionLog


@click.command()
@click.argument("log", type=click.Path(path_type=Path))
@click.option(
    "--to",
    "folder",
    type=click.Path(path_type=Path),
    required=True,
    help="The folder of the counts: a new one, or that of the weeks before.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the summary as JSON.")
@click.option("--quiet", is_flag=True, help="No progress bar.")
def count(log: Path, folder: Path, as_json: bool, quiet: bool) -> None:
    """Keep counts of the items and users of LOG, and bring them up to its last week.

    Of each item: rows, seconds watched, signals, and how often people cared; of each user: rows.
    Weeks that were counted before are not counted again, and need not be there any more. Run it
    when a week has been added, or again after an interruption: the result is the same.

    \b
    Example:
      trovato logs count small/ --to counts/
    """
    opened = InteractionLog.open(log)
    with rows_progress(quiet or as_json) as tell:
        counts = count_weeks(opened, folder, tell)
    summary = {
        "first_week": min(counts.weeks),
        "last_week": max(counts.weeks),
        "rows": counts.rows,
        "users": len(counts.users.ids),
        "items": len(counts.items.ids),
    }
    if as_json:
        click.echo(json.dumps(summary, indent=2))
        return
    click.echo(
        f"{plural(counts.rows, 'row')} of {plural(summary['users'], 'user')} and "
        f"{plural(summary['items'], 'item')} in weeks {summary['first_week']} to "
        f"{summary['last_week']}: {folder}"
    )
