"""`trovato logs audit`: leaks in a log and in what was made of it."""

from __future__ import annotations

from pathlib import Path

import click

from trovato.cli.logs.violations import show_violations
from trovato.cli.shared.console import plural
from trovato.interactions.leakage import (
    find_exact_censored,
    find_future,
    find_misjoined,
    find_shared_pairs,
    find_shuffled,
)
from trovato.interactions.storage.layout import VALIDATION_WEEK
from trovato.interactions.storage.log import InteractionLog

_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.command()
@click.argument("log", type=click.Path(path_type=Path))
@click.option(
    "--parts",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="A folder with train, validation and test.",
)
@click.option("--features", type=_FILE, help="Parquet: user_id or item_id, perhaps week, features.")
@click.option("--vectors", type=_FILE, help="NPZ: item_id, and embedding as your code joined it.")
@click.option("--watch-time", type=_FILE, help="Parquet: timespent and expected_seconds.")
@click.option(
    "--validation-week",
    type=click.IntRange(min=1),
    default=VALIDATION_WEEK,
    show_default=True,
    help="The first week that is not learned from.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the violations as JSON.")
def audit(
    log: Path,
    parts: Path | None,
    features: Path | None,
    vectors: Path | None,
    watch_time: Path | None,
    validation_week: int,
    as_json: bool,
) -> None:
    """Look for leaks in LOG, and in the parts, features, vectors and predictions made of it.

    Ends with status 1 if there are any.

    \b
    Examples:
      trovato logs audit small/
      trovato logs audit small/ --parts parts/ --features items.parquet
    """
    opened = InteractionLog.open(log)
    violations = find_shuffled(opened)
    done = ["order inside weeks"]
    if parts is not None:
        violations += find_shared_pairs(parts)
        done.append("pairs in two parts")
    if features is not None:
        violations += find_future(opened, features, validation_week)
        done.append("features")
    if vectors is not None:
        violations += find_misjoined(opened, vectors)
        done.append("vectors")
    if watch_time is not None:
        violations += find_exact_censored(watch_time)
        done.append("watch time")
    show_violations(violations, as_json)
    if not as_json:
        click.echo(plural(len(violations), "leak") if violations else "No leaks.")
        click.echo(f"Looked at: {', '.join(done)}.")
    if violations:
        raise click.exceptions.Exit(1)
