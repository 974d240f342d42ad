"""`trovato annotate verify`, `backup` and `simulate`."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import click

from trovato.annotate import Project
from trovato.annotate.simulate import simulate
from trovato.cli.annotate.options import JSON, PROJECT
from trovato.cli.shared.console import plural
from trovato.evaluate import read_qrels


@click.command()
@PROJECT
@JSON
def verify(project: str, as_json: bool) -> None:
    """Replay the events of PROJECT and compare; exit status 1 when something is wrong.

    \b
    Example:
      trovato annotate verify policy.judged
    """
    with Project.open(project) as opened:
        problems = opened.verify()
        count = sum(1 for _ in opened.store.events())
    if as_json:
        click.echo(json.dumps({"events": count, "problems": problems}, indent=2))
    else:
        for problem in problems:
            click.echo(problem)
        if not problems:
            click.echo(f"{plural(count, 'event')}, all as they were stored.")
    if problems:
        raise click.exceptions.Exit(1)


@click.command()
@PROJECT
@click.argument("file", type=click.Path(path_type=Path))
def backup(project: str, file: Path) -> None:
    """Write a whole copy of PROJECT to FILE, while others go on judging.

    \b
    Example:
      trovato annotate backup policy.judged policy-monday.judged
    """
    with Project.open(project) as opened:
        opened.backup(file)
    click.echo(f"{file}")


@click.command("simulate")
@PROJECT
@click.option(
    "--qrels",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    required=True,
    help="TREC judgements that they know.",
)
@click.option("--annotators", type=click.IntRange(min=1), default=3, show_default=True)
@click.option("--saves", type=click.IntRange(min=1), default=100, show_default=True)
@click.option("--error", default=0.1, show_default=True, help="How often they are one grade off.")
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True)
@JSON
def simulate_project(
    project: str,
    qrels: Path,
    annotators: int,
    saves: int,
    error: float,
    seed: int,
    as_json: bool,
) -> None:
    """Have scripted annotators judge PROJECT all at once, to try it out.

    They become members. Use a copy of a project that people judge.

    \b
    Example:
      trovato annotate simulate copy.judged --qrels qrels.txt --annotators 20 --saves 500
    """
    report = simulate(
        project, read_qrels(qrels), annotators=annotators, saves=saves, error=error, seed=seed
    )
    if as_json:
        click.echo(json.dumps(asdict(report), indent=2))
        return
    click.echo(
        f"{plural(report.saved, 'save')} in {report.seconds:.1f} s, {report.conflicts} refused; "
        f"half within {report.p50_ms:.1f} ms, 95 % within {report.p95_ms:.1f} ms"
    )
