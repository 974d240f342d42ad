"""`trovato ids report` and `compare`."""

from __future__ import annotations

import json
from pathlib import Path

import click

from trovato.cli.ids.tables import print_report
from trovato.cli.shared.console import plural
from trovato.cli.shared.progress import progress_bar
from trovato.core import InvalidInputError
from trovato.encode.semantic_ids import compare_ids, load_ids, report_ids
from trovato.recommend.semantic_ids import read_items

_IDS = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.command()
@click.argument("ids", type=_IDS)
@click.option("--items", type=_IDS, help="The items, for the error and for labels.")
@click.option("--label", "labels", multiple=True, help="A field of the items, such as category.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
@click.option("--quiet", is_flag=True, help="No progress bar.")
def report(
    ids: Path, items: Path | None, labels: tuple[str, ...], as_json: bool, quiet: bool
) -> None:
    """Say how good the ids in IDS are.

    For each level: use of codes, perplexity, Gini, fan-out, and with labels how much prefixes say
    about them; for whole ids: collisions, and with the items the error.

    \b
    Examples:
      trovato ids report films.ids
      trovato ids report films.ids --items films.jsonl --label genre
    """
    if labels and items is None:
        raise InvalidInputError("labels are fields of the items: say where these are, by --items")
    known = load_ids(ids)
    vectors, found = None, {}
    if items is not None:
        table = read_items(items)
        if table.items != known.items:
            raise InvalidInputError(
                f"{items} has other items than {ids}, or another order: give those it was made of"
            )
        with progress_bar(hidden=quiet or as_json) as tell:
            vectors = table.embedded(progress=tell)
        found = {name: table.label(name) for name in labels}
    made = report_ids(known, vectors, found)
    if as_json:
        click.echo(json.dumps(made.to_dict(), indent=2))
        return
    print_report(made)


@click.command()
@click.argument("before", type=_IDS)
@click.argument("after", type=_IDS)
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
def compare(before: Path, after: Path, as_json: bool) -> None:
    """Say how far the ids of the same items moved from BEFORE to AFTER.

    \b
    Example:
      trovato ids compare monday.ids tuesday.ids
    """
    found = compare_ids(load_ids(before), load_ids(after))
    if as_json:
        click.echo(json.dumps(found, indent=2))
        return
    click.echo(
        f"{plural(found['shared'], 'item')} in both, {found['added']:,} added, "
        f"{found['removed']:,} removed"
    )
    for level, share in enumerate(found["drift"], start=1):
        click.echo(f"first {plural(level, 'digit')}: {share:.2%} changed")
