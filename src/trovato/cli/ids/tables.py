"""The report on semantic ids, for readers."""

from __future__ import annotations

import click
from rich.table import Table

from trovato.cli.shared.console import plural, printed
from trovato.encode.semantic_ids import IdReport


def print_report(report: IdReport) -> None:
    """A line for each level, and what holds for whole ids."""
    table = Table("level", "used", "utilisation", "perplexity", "Gini", "prefixes", "fan-out")
    for name in report.information:
        table.add_column(f"NMI {name}")
    for number, level in enumerate(report.quality.levels):
        table.add_row(
            str(number + 1),
            f"{level.used}/{level.size}",
            f"{level.utilisation:.3f}",
            f"{level.perplexity:.1f}",
            f"{level.gini:.3f}",
            f"{level.prefixes:,}",
            f"{level.fan_out:.2f}",
            *(f"{pairs[number][1]:.3f}" for pairs in report.information.values()),
        )
    printed().print(table)
    quality = report.quality
    click.echo(
        f"{plural(quality.items, 'item')}, {quality.unique:,} different ids "
        f"({quality.unique_ratio:.4f}), biggest bucket {quality.biggest_bucket}, "
        f"{quality.colliding:,} items share theirs"
        + (f"; relative error {report.error:.4f}" if report.error is not None else "")
        + f"; fingerprint {report.fingerprint}"
    )
