"""`trovato recommend items`: what to recommend to whom, and why."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
from rich.table import Table

from trovato.cli.recommend.allowed_items import allowed_items, item_options
from trovato.cli.recommend.options import file_argument, json_option, log_argument, quiet_option
from trovato.cli.shared.console import plural, printed
from trovato.cli.shared.output_path import OutputFile
from trovato.cli.shared.progress import progress_bar
from trovato.core import fields
from trovato.interactions.exports.recommendations import Rows, write_recommended
from trovato.interactions.storage.log import InteractionLog
from trovato.interactions.storage.source_ids import Names
from trovato.ops import NO_ITEM
from trovato.recommend import Answers, Recommended, UserBatch, load_for_log, recommend
from trovato.retrieve.recommenders import ItemIds


@click.command()
@log_argument
@file_argument
@click.option(
    "--user",
    "wanted",
    multiple=True,
    metavar="NAME",
    help="For whom; may be given again. By default everybody, with --to.",
)
@click.option(
    "--count", type=click.IntRange(1, 1000), default=10, show_default=True, help="Items for each."
)
@click.option("--repeat", is_flag=True, help="What a user was shown may be recommended again.")
@item_options
@click.option(
    "--to", "target", type=OutputFile(), help="Write a Parquet file instead, without reasons."
)
@json_option
@quiet_option
def items(
    log: Path,
    file: Path,
    wanted: tuple[str, ...],
    count: int,
    repeat: bool,
    only: Path | None,
    exclude: Path | None,
    target: Path | None,
    as_json: bool,
    quiet: bool,
) -> None:
    """Recommend items to the users of LOG by the model in FILE, and say what they owe it to.

    A history is all that a user cared for in LOG, up to its last row, also where the model was
    trained on less of it. In an imported log, users and items are called as in its source. The
    reasons are the items of the history without which the score would fall most.

    \b
    Examples:
      trovato recommend items small/ ials.npz --user 8281
      trovato recommend items movies/ knn.npz --user alice --user bob --json
      trovato recommend items movies/ knn.npz --user alice --only in-stock.txt
      trovato recommend items movies/ knn.npz --to recommended.parquet --count 50
    """
    if not wanted and target is None:
        raise click.UsageError("say for whom with --user, or give a file for everybody with --to")
    opened = InteractionLog.open(log)
    recommender, catalogue, made = load_for_log(file, opened)
    allowed = allowed_items(catalogue, only, exclude)
    if target is None:
        asked = Answers.of(opened, recommender, catalogue, made["positive"], wanted)
        answers = [*asked.recommended(wanted, count, repeat=repeat, allowed=allowed)]
        if as_json:
            click.echo(json.dumps({"model": made["model"], "users": answers}, indent=2))
        else:
            _show(answers, made["model"], made["positive"])
        return
    users, products = Names(opened, fields.USER), Names(opened, fields.ITEM)
    people = UserBatch.of(
        opened, catalogue, made["positive"], users.ids(wanted) if wanted else None
    )
    named = bool(len(users) or len(products))
    called = (users, products) if named else None
    with progress_bar(hidden=quiet or as_json) as tell:
        blocks = recommend(
            recommender, people, count, repeat=repeat, allowed=allowed, progress=tell
        )
        parts = (_rows(block, people, catalogue, called) for block in blocks)
        rows = write_recommended(target, parts, named=named)
    told = {"file": str(target), "users": len(people.users), "rows": rows, "model": made["model"]}
    if as_json:
        click.echo(json.dumps(told, indent=2))
    else:
        click.echo(f"{plural(rows, 'item')} for {plural(len(people.users), 'user')}: {target}")


def _rows(
    block: Recommended, people: UserBatch, catalogue: ItemIds, names: tuple[Names, Names] | None
) -> Rows:
    row, rank = (block.places != NO_ITEM).nonzero()
    users = people.users[block.first + row].tolist()
    found = catalogue.ids[block.places[row, rank]].tolist()
    if names is not None:
        users, found = names[0].of(users), names[1].of(found)
    return users, (rank + 1).tolist(), found, block.scores[row, rank].tolist()


def _shown(item: Mapping[str, Any]) -> str:
    return f"{item['title']} ({item['item']})" if "title" in item else str(item["item"])


def _show(answers: list[dict[str, Any]], model: str, positive: str) -> None:
    console = printed()
    for answer in answers:
        table = Table(box=None, pad_edge=False, header_style="dim")
        for name, side in (("", "right"), ("item", "left"), ("score", "right")):
            table.add_column(name, justify=side)  # type: ignore[arg-type]
        table.add_column("because of")
        for rank, item in enumerate(answer["items"], 1):
            why = ", ".join(map(_shown, item["because of"]))
            table.add_row(str(rank), _shown(item), f"{item['score']:.4g}", why or "–")
        about = f"{plural(answer['history'], 'item')} in the history ({positive})"
        console.print(f"{answer['user']}: {about}, by {model}", markup=False)
        console.print(table)
