"""`trovato ids append` and `repair`."""

from __future__ import annotations

import json
from pathlib import Path

import click

from trovato.cli.shared.console import plural
from trovato.cli.shared.output_path import OutputFile
from trovato.cli.shared.progress import progress_bar
from trovato.core import InvalidInputError
from trovato.encode.semantic_ids import load_ids, report_ids, save_ids
from trovato.recommend.semantic_ids import read_items

_IDS = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.command()
@click.argument("ids", type=_IDS)
@click.argument("items", type=_IDS)
@click.option("--to", "file", type=OutputFile(), required=True, help="The file of the ids.")
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
@click.option("--quiet", is_flag=True, help="No progress bar.")
def append(ids: Path, items: Path, file: Path, as_json: bool, quiet: bool) -> None:
    """Give the new items of ITEMS ids by the quantiser of IDS; ids given before stay.

    \b
    Example:
      trovato ids append films.ids new-films.jsonl --to films-2.ids
    """
    known, table = load_ids(ids), read_items(items)
    with progress_bar(hidden=quiet or as_json) as tell:
        grown = known.append(list(table.items), table.embedded(progress=tell))
    save_ids(file, grown)
    quality = report_ids(grown).quality
    if as_json:
        figures = {
            "added": len(table.items),
            "items": quality.items,
            "colliding": quality.colliding,
        }
        click.echo(json.dumps({**figures, "fingerprint": grown.fingerprint}, indent=2))
        return
    click.echo(
        f"{plural(len(table.items), 'item')} added, {quality.items:,} now, {quality.colliding:,} "
        f"share their id: {file}"
    )


@click.command()
@click.argument("ids", type=_IDS)
@click.option("--to", "file", type=OutputFile(), required=True, help="The file of the ids.")
@click.option(
    "--policy",
    type=click.Choice(["nearest", "digit"]),
    default="nearest",
    show_default=True,
    help="nearest: to the nearest id with room; digit: one more digit.",
)
@click.option(
    "--capacity",
    type=click.IntRange(min=1),
    default=1,
    show_default=True,
    help="nearest: most items of an id.",
)
@click.option("--items", type=_IDS, help="nearest: the items that the ids were made of.")
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
@click.option("--quiet", is_flag=True, help="No progress bar.")
def repair(
    ids: Path,
    file: Path,
    policy: str,
    capacity: int,
    items: Path | None,
    as_json: bool,
    quiet: bool,
) -> None:
    """Tell items of IDS with the same id apart, and say what it costs.

    \b
    Examples:
      trovato ids repair films.ids --policy digit --to apart.ids
      trovato ids repair films.ids --items films.jsonl --to apart.ids
    """
    known = load_ids(ids)
    vectors = None
    if policy == "nearest":
        if items is None:
            raise InvalidInputError("nearest needs the items of the ids: say where, by --items")
        table = read_items(items)
        if table.items != known.items:
            raise InvalidInputError(f"{items} has other items than {ids}, or another order")
        with progress_bar(hidden=quiet or as_json) as tell:
            vectors = table.embedded(progress=tell)
    apart, done = known.repair(policy, vectors, capacity=capacity)
    save_ids(file, apart)
    figures = {
        "moved": len(done.moved),
        "error_before": done.error_before,
        "error_after": done.error_after,
        "biggest_bucket": report_ids(apart).quality.biggest_bucket,
        "fingerprint": apart.fingerprint,
    }
    if as_json:
        click.echo(json.dumps(figures, indent=2))
        return
    click.echo(
        f"{plural(len(done.moved), 'item')} moved, biggest bucket {figures['biggest_bucket']}"
        + (
            f"; squared error of the moved {done.error_before:.4f} before, {done.error_after:.4f} "
            "after"
            if policy == "nearest" and len(done.moved)
            else ""
        )
        + f": {file}"
    )
