"""`trovato ids train`."""

from __future__ import annotations

import json
from pathlib import Path

import click

from trovato.cli.ids.tables import print_report
from trovato.cli.shared.output_path import OutputFile
from trovato.cli.shared.progress import progress_bar
from trovato.cli.shared.settings import parse_settings
from trovato.encode.semantic_ids import report_ids, save_ids
from trovato.recommend.semantic_ids import (
    ID_QUANTIZERS,
    REPAIRS,
    quantizer_settings,
    read_clicks,
    read_items,
    train_ids,
)


@click.command()
@click.argument("items", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--to", "file", type=OutputFile(), required=True, help="The file of the ids.")
@click.option(
    "--quantizer",
    type=click.Choice(list(ID_QUANTIZERS)),
    default="rq-kmeans",
    show_default=True,
    help="What makes codes of vectors.",
)
@click.option(
    "--levels", type=click.IntRange(min=1), default=3, show_default=True, help="Digits of an id."
)
@click.option(
    "--codes",
    type=click.IntRange(min=1),
    default=256,
    show_default=True,
    help="Values that a digit can take.",
)
@click.option(
    "--repair",
    type=click.Choice(list(REPAIRS)),
    default="nearest",
    show_default=True,
    help="How items with the same id are told apart.",
)
@click.option(
    "--log",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="dos: who clicked on what, as CSV or JSON lines.",
)
@click.option(
    "--set",
    "chosen",
    multiple=True,
    metavar="NAME=VALUE",
    help="dos, rq-vae: a setting, such as epochs=8.",
)
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
@click.option("--quiet", is_flag=True, help="No progress bar.")
def train(
    items: Path,
    file: Path,
    quantizer: str,
    levels: int,
    codes: int,
    repair: str,
    log: Path | None,
    chosen: tuple[str, ...],
    seed: int,
    as_json: bool,
    quiet: bool,
) -> None:
    """Give the items of ITEMS semantic ids.

    ITEMS are JSON lines with item_id and text, title or embedding, or an npz with item_id and
    embedding. The quantizer dos learns from clicks too: rows of user_id, item_id and perhaps
    timestamp, of which the last two of each user are left for those who test what is made of it.

    \b
    Examples:
      trovato ids train films.jsonl --to films.ids
      trovato ids train films.jsonl --quantizer dos --log clicks.csv --to films.ids
      trovato ids train films.jsonl --quantizer rq-vae --set epochs=60 --to films.ids
    """
    settings = parse_settings(chosen, quantizer_settings(quantizer))
    table = read_items(items)
    with progress_bar(hidden=quiet or as_json) as tell:
        made = train_ids(
            table,
            quantizer,
            levels=levels,
            codes=codes,
            repair=repair,
            split=read_clicks(log, table.items) if log else None,
            settings=settings,
            seed=seed,
            progress=tell,
        )
    save_ids(file, made)
    report = report_ids(made)
    if as_json:
        click.echo(json.dumps({**report.to_dict(), "file": str(file)}, indent=2))
        return
    print_report(report)
    click.echo(f"Written to {file}")
