"""`trovato logs subset` and `trovato logs split`: smaller logs out of larger ones."""

from __future__ import annotations

import json
from pathlib import Path

import click

from trovato.cli.shared.console import plural
from trovato.cli.shared.engine_options import chosen_engine, engine_options
from trovato.cli.shared.row_progress import rows_progress
from trovato.interactions.imports.calendar import Calendar
from trovato.interactions.splits.split import (
    EventSplit,
    LeaveLastOut,
    RandomSplit,
    Split,
    TemporalSplit,
)
from trovato.interactions.splits.subset import Subset
from trovato.interactions.storage.log import InteractionLog


@click.command()
@click.argument("log", type=click.Path(path_type=Path))
@click.argument("name")
@click.option("--to", "folder", type=click.Path(path_type=Path), required=True)
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True)
@engine_options
@click.option("--json", "as_json", is_flag=True, help="Print the summary as JSON.")
@click.option("--quiet", is_flag=True, help="No progress bar.")
def subset(
    log: Path,
    name: str,
    folder: Path,
    seed: int,
    engine: str,
    master: str | None,
    as_json: bool,
    quiet: bool,
) -> None:
    """Cut LOG down to some users and items.

    NAME says which: u or i, then r (at random) or p (the most popular), then the share. A share
    below 0 keeps the last of the order: ip-0.9 is all items but the top tenth (experimental). Run
    it again after an interruption: it goes on where it stopped.

    \b
    Examples:
      trovato logs subset large/ ur0.01_ir0.01 --to small/
      trovato logs subset large/ ip0.1 --to popular/
    """
    with chosen_engine(engine, master) as doing, rows_progress(quiet or as_json) as tell:
        cut = doing.write_subset(InteractionLog.open(log), Subset.named(name, seed), folder, tell)
    summary = {
        "name": name,
        "seed": seed,
        "rows": cut.stored_rows,
        "users": len(cut.user_ids()),
        "items": len(cut.item_ids()),
    }
    if as_json:
        click.echo(json.dumps(summary, indent=2))
        return
    click.echo(
        f"{plural(cut.stored_rows, 'row')} of {plural(len(cut.user_ids()), 'user')} and "
        f"{plural(len(cut.item_ids()), 'item')}: {folder}"
    )


@click.command()
@click.argument("log", type=click.Path(path_type=Path))
@click.option("--to", "folder", type=click.Path(path_type=Path), required=True)
@click.option(
    "--split",
    "strategy",
    type=click.Choice(["temporal", "leave-last-out", "random"]),
    default="temporal",
    show_default=True,
    help="Weeks, the last rows of each user, or chance (only to compare with).",
)
@click.option(
    "--validation-week",
    type=click.IntRange(min=1),
    help="The first week to validate on; by default the one before --test-week.",
)
@click.option(
    "--test-week",
    type=click.IntRange(min=1),
    help="The first week to test on; by default the last one.",
)
@click.option("--test-from", metavar="DATE", help="The first day to test on, of an imported log.")
@click.option("--validation-from", metavar="DATE", help="The first day to validate on.")
@click.option(
    "--test-share",
    type=click.FloatRange(0, 1, min_open=True, max_open=True),
    help="The share of the rows, the last ones, to test on.",
)
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Of chance.")
@engine_options
@click.option("--json", "as_json", is_flag=True, help="Print the summary as JSON.")
@click.option("--quiet", is_flag=True, help="No progress bar.")
def split(
    log: Path,
    folder: Path,
    strategy: str,
    validation_week: int | None,
    test_week: int | None,
    test_from: str | None,
    validation_from: str | None,
    test_share: float | None,
    seed: int,
    engine: str,
    master: str | None,
    as_json: bool,
    quiet: bool,
) -> None:
    """Part LOG into train/, validation/ and test/.

    Run it again after an interruption: it goes on where it stopped.

    \b
    Examples:
      trovato logs split small/ --to parts/
      trovato logs split small/ --to early/ --validation-week 20 --test-week 22
      trovato logs split movies/ --to parts/ --test-from 2023-11-18
      trovato logs split small/ --to last/ --split leave-last-out
    """
    opened = InteractionLog.open(log)
    way: Split = LeaveLastOut() if strategy == "leave-last-out" else RandomSplit(seed=seed)
    named = [one is not None for one in (test_from or validation_from, test_share)]
    weeks_named = validation_week is not None or test_week is not None
    if sum([*named, weeks_named]) > 1 or (any(named) and strategy != "temporal"):
        raise click.UsageError("name weeks, dates or a share, one of them, to split in time")
    if test_share is not None:
        way = EventSplit.at_share(opened, test_share)
    elif test_from is not None:
        calendar = Calendar.of(opened)
        test = calendar.event(test_from)
        way = EventSplit(calendar.event(validation_from) if validation_from else test, test)
    elif validation_from is not None:
        raise click.UsageError("--validation-from goes with --test-from")
    elif strategy == "temporal":
        way = TemporalSplit.of(opened, validation_week, test_week)
    with chosen_engine(engine, master) as doing, rows_progress(quiet or as_json) as tell:
        parts = doing.write_split(opened, way, folder, tell)
    rows = {name: part.stored_rows for name, part in parts.items()}
    if as_json:
        weeks = {name: [part.numbers[0], part.numbers[-1]] for name, part in parts.items()}
        click.echo(json.dumps({"split": strategy, "rows": rows, "weeks": weeks}, indent=2))
        return
    for name, part in parts.items():
        first, last = part.numbers[0], part.numbers[-1]
        when = f"week {first}" if first == last else f"weeks {first} to {last}"
        click.echo(f"{plural(rows[name], 'row')} in {when}: {folder / name}")
