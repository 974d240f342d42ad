"""`trovato recommend watch`: how long people will watch."""

from __future__ import annotations

import json
from pathlib import Path

import click
from rich.table import Table

from trovato.cli.recommend.options import json_option, log_argument, split_options
from trovato.cli.shared.console import plural, printed
from trovato.interactions.storage.log import InteractionLog
from trovato.recommend import Experiment, WatchReport, find_protocol, measure_watching
from trovato.train import CAP


@click.command()
@log_argument
@split_options
@click.option(
    "--cap",
    type=click.IntRange(1, CAP),
    default=CAP,
    show_default=True,
    help="Fit as if the log had cut off here, and see what is expected beyond.",
)
@click.option(
    "--parts",
    type=click.IntRange(min=1),
    default=3,
    show_default=True,
    help="Normal laws of the mixture.",
)
@json_option
def watch(
    log: Path, protocol: str | None, test_weeks: int | None, cap: int, parts: int, as_json: bool
) -> None:
    """Foretell the watch time of the test rows of LOG, by a mixture and by a single regression.

    LOG needs watch time and a table of items, which says how long each is. 255 seconds stand for
    that and more: the mixture takes such rows as cut off.

    \b
    Examples:
      trovato recommend watch small/
      trovato recommend watch small/ --cap 60
    """
    opened = InteractionLog.open(log)
    found = find_protocol(opened, protocol, test_weeks=test_weeks)
    report = measure_watching(Experiment.of(opened, found), cap=cap, parts=parts)
    if as_json:
        click.echo(json.dumps(report.to_json(), indent=2))
    else:
        _show(report)


def _show(report: WatchReport) -> None:
    table = Table(box=None, pad_edge=False, header_style="dim")
    for column in ("measure", "model", "mean and interval"):
        table.add_column(column, no_wrap=True)
    rows = {**report.figures, "difference": report.differences}
    for name in report.differences:
        for model, one in rows.items():
            table.add_row(name, model, str(one[name]))
    printed().print(table)
    for seconds, shares in report.tail.items():
        told = ", ".join(f"{name} {share:.3%}" for name, share in shares.items())
        click.echo(f"{seconds} s or more: {told}")
    laws = report.mixture
    shapes = ", ".join(
        f"{mean:.2f} ± {deviation:.2f} in {weight:.0%}"
        for weight, mean, deviation in zip(laws.weights, laws.means, laws.deviations, strict=True)
    )
    click.echo(
        f"skipped after {laws.skimmed:.1f} s on average; otherwise watched, as a share of the "
        f"length: {shapes}"
    )
    click.echo(
        f"{report.protocol}; fitted to {plural(report.fitted, 'row')}, {report.cut_off:.2%} of "
        f"them cut off at {report.cap} s; tested on {plural(report.tested, 'row')}"
    )
    if report.untimed:
        click.echo(f"{plural(report.untimed, 'row')} without watch time left out")
