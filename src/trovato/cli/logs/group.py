"""`trovato logs`: logs of behaviour."""

from __future__ import annotations

import json
import time
from dataclasses import asdict
from pathlib import Path

import click

from trovato.cli.lazy import LazyCommand
from trovato.cli.shared.console import plural, size
from trovato.cli.shared.row_progress import rows_progress
from trovato.core import processors
from trovato.interactions.synthetic import Scale, synthesise


@click.group()
def logs() -> None:
    """Logs of behaviour: who saw what, in which order, and what they did."""


@logs.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--rows", type=float, default=1e6, show_default=True, help="Such as 1e8.")
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True)
@click.option(
    "--workers", type=click.IntRange(min=1), help="Threads; by default one for each processor."
)
@click.option("--json", "as_json", is_flag=True, help="Print the summary as JSON.")
@click.option("--quiet", is_flag=True, help="No progress bar.")
def synth(
    folder: Path, rows: float, seed: int, workers: int | None, as_json: bool, quiet: bool
) -> None:
    """Draw a log into FOLDER, in the files and columns of VK-LSVD.

    It is as dense as the published log, with its watch time, signals and popularity, and it knows
    what people really like: that goes to FOLDER.truth. The same rows and seed give the same bytes.
    Run it again after an interruption: it goes on where it stopped.

    \b
    Examples:
      trovato logs synth small/ --rows 1e6
      trovato logs synth large/ --rows 1e8 --workers 2
    """
    scale = Scale.of(round(rows), seed)
    begin = time.monotonic()
    with rows_progress(quiet or as_json) as tell:
        layout = synthesise(folder, scale, workers=workers or processors(), progress=tell)
    files = [*layout.root.rglob("*.parquet"), *layout.metadata.iterdir()]
    summary = {
        **asdict(scale),
        "bytes": sum(file.stat().st_size for file in files),
        "seconds": round(time.monotonic() - begin, 2),
    }
    if as_json:
        click.echo(json.dumps(summary, indent=2))
        return
    click.echo(
        f"{plural(scale.rows, 'row')} of {plural(scale.users, 'user')} and "
        f"{plural(scale.items, 'item')}, {size(int(summary['bytes']))} "
        f"in {summary['seconds']:.1f} s: {folder}"
    )


for _name, _place, _help in (
    (
        "inspect",
        "logs.inspect:inspect",
        "Say what LOG is made of; only the ends of its files are read.",
    ),
    (
        "check",
        "logs.inspect:validate",
        "Look for violations in LOG: columns, weeks, repeats, ranks, unknown users and items.",
    ),
    (
        "checksum",
        "logs.inspect:checksum",
        "Write checksums of the files of LOG into it, so that `check` sees any later change.",
    ),
    (
        "audit",
        "logs.audit:audit",
        "Look for leaks in LOG, and in the parts, features, vectors and predictions made of it.",
    ),
    (
        "stats",
        "logs.inspect:stats",
        "Count what is in LOG: totals, means per row, and how rows spread over users and items.",
    ),
    (
        "count",
        "logs.count:count",
        "Keep counts of the items and users of LOG, and bring them up to its last week.",
    ),
    (
        "fidelity",
        "logs.fidelity:fidelity",
        "Put the figures of LOG beside the published ones, each with its tolerance.",
    ),
    ("subset", "logs.split_subset:subset", "Cut LOG down to some users and items."),
    ("split", "logs.split_subset:split", "Part LOG into train/, validation/ and test/."),
    (
        "import",
        "logs.import_:import_",
        "Bring the log in SOURCE to our columns, by time and week by week.",
    ),
):
    logs.add_command(LazyCommand(_name, f"trovato.cli.{_place}", _help))
