"""`trovato annotate status`, `agreement` and `metrics`."""

from __future__ import annotations

import json
import math
from dataclasses import asdict
from typing import Any, Literal

import click
from rich.table import Table

from trovato.annotate import Project
from trovato.annotate.metrics import agreement, calibrate, metrics, status
from trovato.cli.annotate.options import JSON, PROJECT
from trovato.cli.shared.console import plural, printed


@click.command("status")
@PROJECT
@JSON
def show_status(project: str, as_json: bool) -> None:
    """Say how far PROJECT has come: what is judged, by whom, and what waits.

    \b
    Example:
      trovato annotate status policy.judged
    """
    with Project.open(project) as opened:
        found, members = status(opened), opened.members()
    if as_json:
        click.echo(json.dumps({**found.to_json(), "members": members}, indent=2))
        return
    click.echo(
        f"{plural(found.documents, 'document')}, {found.queries} queries, "
        f"{plural(found.runs, 'run')}; pool {found.pool:,}, of which {found.open:,} wait"
    )
    click.echo(
        f"{plural(found.judgements, 'judgement')}; {found.undecided} undecided, "
        f"{found.unsure} unsure"
    )
    for name, role in members.items():
        click.echo(f"  {name} ({role}): {found.by_judge.get(name, 0):,}")


@click.command("agreement")
@PROJECT
@click.option(
    "--level",
    type=click.Choice(["nominal", "ordinal", "interval", "ratio"]),
    default="ordinal",
    show_default=True,
    help="What the distance of two grades means.",
)
@click.option("--model", default="", help="Also how this model's grades compare with people's.")
@JSON
def show_agreement(
    project: str,
    level: Literal["nominal", "ordinal", "interval", "ratio"],
    model: str,
    as_json: bool,
) -> None:
    """Say how far those who judged PROJECT agree: Krippendorff's alpha with its interval.

    With --model also Cohen's kappa of a model with people who had not seen its grades.

    \b
    Example:
      trovato annotate agreement policy.judged
    """
    with Project.open(project) as opened:
        calibration = calibrate(opened, model) if model else None
        people = None if model else agreement(opened, level)
    if as_json:
        found = calibration or people
        click.echo(json.dumps(_finite(asdict(found)) if found else None, indent=2))
    elif calibration is not None:
        click.echo(
            f"{model}: kappa {calibration.kappa:.3f}, quadratic {calibration.weighted_kappa:.3f}, "
            f"{plural(calibration.documents, 'document')}"
        )
        mean = calibration.human_mean
        click.echo(
            f"mean grade: {mean.mean:.3f} [{mean.low:.3f}, {mean.high:.3f}] by people with its "
            f"help, {calibration.model_mean:.3f} by it alone"
        )
        for grade, row in enumerate(calibration.confusion):
            click.echo(f"  people {grade}: model {' '.join(map(str, row))}")
    elif people is not None:
        click.echo(
            f"Krippendorff's alpha ({level}): {people}, {plural(people.units, 'document')} of "
            f"{people.raters} people"
        )


@click.command("metrics")
@PROJECT
@click.option(
    "--measure", default="nDCG@10", show_default=True, help="nDCG, P, AP or RR, with @ a cutoff."
)
@click.option("--ci", default=95.0, show_default=True, help="Per cent of the intervals.")
@click.option("--model", default="", help="Shorten the intervals with this model's grades.")
@JSON
def show_metrics(project: str, measure: str, ci: float, model: str, as_json: bool) -> None:
    """Estimate the pooled runs of PROJECT from the judgements so far, with intervals.

    What is not judged is not taken for wrong: the order of judging was drawn, so the part that is
    judged says what the rest is like. The last lines say which runs can be told apart, and about
    how many more judgements the others need.

    \b
    Example:
      trovato annotate metrics policy.judged --ci 95
    """
    with Project.open(project) as opened:
        report = metrics(opened, measure, confidence=ci / 100, model=model)
    if as_json:
        click.echo(json.dumps(report.to_json(), indent=2))
        return
    table = Table(*report.columns)
    for row in report.rows():
        table.add_row(*row)
    printed().print(table)
    click.echo(f"{report.judged:,} of {report.pool:,} judged; assumed: {report.assumption}")
    for one in report.differences:
        state = "settled" if not one.more_needed else f"needs about {one.more_needed:,} more"
        click.echo(f"  {one.first} over {one.second}: {one.difference} {state}")


def _finite(values: Any) -> Any:
    """The same without NaN, which JSON does not have."""
    if isinstance(values, dict):
        return {name: _finite(value) for name, value in values.items()}
    return None if isinstance(values, float) and math.isnan(values) else values
