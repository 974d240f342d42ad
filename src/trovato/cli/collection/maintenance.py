"""`trovato verify`, `repair` and `compact`: keeping a collection sound and small."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import click

from trovato import index
from trovato.cli.shared.console import plural, size
from trovato.cli.shared.progress import progress_bar


@click.command()
@click.argument("collection", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
@click.option("--quiet", is_flag=True, help="No progress bar.")
def verify(collection: Path, as_json: bool, quiet: bool) -> None:
    """Check every byte of COLLECTION; exit status 1 when something is wrong.

    Nothing is changed. Searching goes on meanwhile; indexing waits until the check is done.

    \b
    Examples:
      trovato verify reports.trovato
      trovato verify reports.trovato --json | jq '.findings[].subject'
    """
    with progress_bar(hidden=quiet or as_json) as progress:
        findings = index.verify(collection, progress)
    if as_json:
        document = {"findings": [asdict(finding) for finding in findings]}
        click.echo(json.dumps(document, ensure_ascii=False, indent=2))
    else:
        _print_findings(findings)
        click.echo("Nothing is wrong." if not findings else plural(len(findings), "finding"))
    if findings:
        raise click.exceptions.Exit(1)


@click.command()
@click.argument("collection", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print what was done as JSON.")
@click.option("--quiet", is_flag=True, help="No progress bar.")
def repair(collection: Path, as_json: bool, quiet: bool) -> None:
    """Put right what `trovato verify` finds in COLLECTION.

    Files whose vectors or pages are damaged are withdrawn and listed as failures; the next
    `trovato index` reads them again. What is healthy is left alone.

    \b
    Examples:
      trovato repair reports.trovato
      trovato repair reports.trovato && trovato index reports/ --to reports.trovato
    """
    with progress_bar(hidden=quiet or as_json) as progress:
        done = index.repair(collection, progress)
    if as_json:
        click.echo(json.dumps(asdict(done), ensure_ascii=False, indent=2))
        return
    _print_findings(done.findings)
    for name in done.withdrawn:
        click.echo(f"withdrawn: {name}")
    for name in done.given_up:
        click.echo(f"unfinished, given up: {name}")
    for name in done.deleted:
        click.echo(f"deleted: {name}")
    if done.withdrawn:
        click.echo("Run `trovato index` again to read what was withdrawn.")
    elif not done.findings and not done.deleted:
        click.echo("Nothing is wrong.")


@click.command()
@click.argument("collection", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print what was done as JSON.")
@click.option("--quiet", is_flag=True, help="No progress bar.")
def compact(collection: Path, as_json: bool, quiet: bool) -> None:
    """Merge small vector files of COLLECTION and drop the vectors of deleted pages.

    Nothing that can be found changes, and searching goes on meanwhile.

    \b
    Example:
      trovato compact reports.trovato
    """
    with (
        progress_bar(hidden=quiet or as_json) as progress,
        index.Collection.open(collection).writer(progress=progress) as writer,
    ):
        done = writer.compact()
    if as_json:
        click.echo(json.dumps(asdict(done), indent=2))
    else:
        click.echo(
            f"{plural(done.merged, 'vector file')} of {size(done.bytes_before)} became "
            f"{done.written:,} of {size(done.bytes_after)}"
            if done.merged
            else "There was nothing to merge."
        )


def _print_findings(
    findings: list[index.IntegrityIssue] | tuple[index.IntegrityIssue, ...],
) -> None:
    for finding in findings:
        click.echo(f"{finding.part} {finding.subject}: {finding.problem}\n  {finding.remedy}")
