"""`trovato logs inspect`, `check`, `checksum` and `stats`: what a log holds and violates."""

from __future__ import annotations

import json
from pathlib import Path

import click
import numpy as np

from trovato.cli.logs.violations import show_violations
from trovato.cli.shared.console import plural, size
from trovato.cli.shared.engine_options import chosen_engine, engine_options
from trovato.cli.shared.row_progress import rows_progress
from trovato.core import InvalidInputError, atomic_path, fields
from trovato.core.shapes import Int64
from trovato.evaluate.plots.line_chart import line_chart
from trovato.interactions.counts.statistics import Stats
from trovato.interactions.storage.checksums import CHECKSUM_FILE, write_checksums
from trovato.interactions.storage.log import InteractionLog
from trovato.interactions.storage.partitions import find_weeks

_POINTS = 60


@click.command()
@click.argument("log", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print the summary as JSON.")
def inspect(log: Path, as_json: bool) -> None:
    """Say what LOG is made of; only the ends of its files are read.

    \b
    Example:
      trovato logs inspect small/
    """
    found = InteractionLog.open(log)
    summary: dict[str, object] = {
        "rows": found.stored_rows,
        "bytes": sum(file.path.stat().st_size for file in found.files),
        "first_week": found.numbers[0],
        "last_week": found.numbers[-1],
    }
    if found.has_table(fields.USER) and found.has_table(fields.ITEM):
        summary |= {"users": len(found.user_ids()), "items": len(found.item_ids())}
    weeks = {file.number: file.rows() for file in found.files}
    if as_json:
        click.echo(json.dumps({**summary, "rows_of_weeks": weeks}, indent=2))
        return
    click.echo(
        f"{plural(found.stored_rows, 'row')} in weeks {found.numbers[0]} to {found.numbers[-1]}, "
        f"{size(int(str(summary['bytes'])))}"
    )
    if found.has_table(fields.USER) and found.has_table(fields.ITEM):
        click.echo(f"{summary['users']:,} users and {summary['items']:,} items in its tables")
    for number, rows in weeks.items():
        click.echo(f"  week {number:02d} {rows:>15,}")


@click.command("check")
@click.argument("log", type=click.Path(path_type=Path))
@engine_options
@click.option("--json", "as_json", is_flag=True, help="Print the violations as JSON.")
@click.option("--quiet", is_flag=True, help="No progress bar.")
def validate(log: Path, engine: str, master: str | None, as_json: bool, quiet: bool) -> None:
    """Look for violations in LOG: columns, weeks, repeats, ranks, unknown users and items.

    A log that has checksums (`trovato logs checksum`) is also compared with them.

    Ends with status 1 if there are any.

    \b
    Example:
      trovato logs check small/
    """
    with chosen_engine(engine, master) as doing, rows_progress(quiet or as_json) as tell:
        violations = doing.validate(log, progress=tell)
    show_violations(violations, as_json)
    if not as_json:
        if not (log / CHECKSUM_FILE).exists():
            click.echo(
                f"No {CHECKSUM_FILE}: whether rows were sorted or shuffled inside a week cannot be "
                "seen; `trovato logs checksum` records it from now on."
            )
        click.echo(plural(len(violations), "violation") if violations else "No violations.")
    if violations:
        raise click.exceptions.Exit(1)


@click.command("checksum")
@click.argument("log", type=click.Path(path_type=Path))
def checksum(log: Path) -> None:
    """Write checksums of the files of LOG into it, so that `check` sees any later change.

    Rows have no time: their order in a file is all that says when they happened, and nothing else
    shows that it was lost. Logs that trovato writes have them already. The file is that of
    sha256sum.

    \b
    Examples:
      trovato logs checksum VK-LSVD/
      (cd VK-LSVD && sha256sum --check SHA256SUMS)
    """
    find_weeks(log)
    click.echo(write_checksums(log))


@click.command()
@click.argument("log", type=click.Path(path_type=Path))
@click.option(
    "--to", "folder", type=click.Path(path_type=Path), help="Write plots and the table there."
)
@engine_options
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
@click.option("--quiet", is_flag=True, help="No progress bar.")
def stats(
    log: Path, folder: Path | None, engine: str, master: str | None, as_json: bool, quiet: bool
) -> None:
    """Count what is in LOG: totals, means per row, and how rows spread over users and items.

    \b
    Examples:
      trovato logs stats small/
      trovato logs stats small/ --to figures/
    """
    with chosen_engine(engine, master) as doing, rows_progress(quiet or as_json) as tell:
        found = doing.stats(InteractionLog.open(log), tell)
    if not found.rows:
        raise InvalidInputError(f"{log} has no rows: there is nothing to count")
    summary = found.summary()
    if folder is not None:
        lines = [f"| {name} | {value:.10g} |" for name, value in summary.items()]
        table = "\n".join(["| figure | value |", "|---|---|", *lines, ""])
        for name, text in {**_plots(found), "stats.md": table}.items():
            with atomic_path(folder / name) as path:
                path.write_text(text, encoding="utf-8")
    if as_json:
        click.echo(json.dumps(summary, indent=2))
        return
    for name, value in summary.items():
        click.echo(f"{name:<28} {value:>18,.10g}")


def _plots(found: Stats) -> dict[str, str]:
    spread = {"users": _at_least(found.of_users), "items": _at_least(found.of_items)}
    seconds = found.seconds / found.rows
    weeks = [(float(week), float(rows)) for week, rows in found.rows_of_weeks.items()]
    watched = [(float(second), float(share)) for second, share in enumerate(seconds)]
    return {
        "spread.svg": line_chart(spread, "log10 of rows", "log10 of the share with as many"),
        "weeks.svg": line_chart({"rows": weeks}, "week", "rows"),
        f"{fields.TIMESPENT}.svg": line_chart({"rows": watched}, "seconds", "share of rows"),
    }


def _at_least(counts: Int64[np.ndarray, " ids"]) -> list[tuple[float, float]]:
    """Among those with rows, the share that has at least so many, both as logarithms."""
    rising = np.sort(counts[counts > 0])
    most = float(np.log10(rising[-1]))
    levels = np.unique(np.round(10 ** np.linspace(0, most, _POINTS)))
    shares = 1 - np.searchsorted(rising, levels) / len(rising)
    return [
        (float(np.log10(level)), float(np.log10(share)))
        for level, share in zip(levels, shares, strict=True)
        if share > 0
    ]
