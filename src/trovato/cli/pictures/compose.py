"""`trovato compose`: a picture and a change in, ranked pictures out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click
from rich.table import Table

from trovato.cli.pictures.encoder import image_encoder_option
from trovato.cli.shared.console import harmless, printed
from trovato.cli.shared.output_path import OutputFile
from trovato.core import Hit, Ranking
from trovato.generate import DescriptionFile, TargetDescriber
from trovato.library import (
    ModelOptions,
    PictureLibrary,
    contact_sheet,
    model_options,
    open_picture_space,
)
from trovato.retrieve import Composed, ComposedEvidence
from trovato.systems.sdr_cir import PRESETS

_PRESETS = ("cirr", "circo", "fashion")


@click.command()
@click.argument("collection", type=click.Path(path_type=Path))
@click.option("--image", default="", help="The reference: a file, or an id of the collection.")
@click.option("--edit", default="", help='What should be different, such as "but red".')
@click.option("-k", default=10, show_default=True, type=click.IntRange(1, 1000), help="Hits.")
@click.option(
    "--preset",
    type=click.Choice(_PRESETS),
    default="circo",
    show_default=True,
    help="alpha and beta as the paper has them for a benchmark.",
)
@click.option("--alpha", type=click.FloatRange(0, 1), help="Share of the picture in the query.")
@click.option("--beta", type=click.FloatRange(0, 1.5), help="Strength of the debias term.")
@click.option("--fixed-mix", is_flag=True, help="The same weights for every query.")
@click.option("--description", default="", help="What the target looks like, in your words.")
@model_options
@click.option(
    "--descriptions",
    type=click.Path(path_type=Path, dir_okay=False),
    help="File of descriptions: those in it are used, and new ones are added.",
)
@click.option("--negative", default="", help="What is not wanted, in words.")
@click.option("--filter", default="", help="Conditions on attributes, such as 'price<100'.")
@click.option("--with-reference", is_flag=True, help="The reference itself may be found.")
@click.option("--explain", is_flag=True, help="Show what each part of the query added.")
@click.option("--save", type=OutputFile(), help="Write a contact sheet, as PNG or JPEG.")
@image_encoder_option
@click.option("--json", "as_json", is_flag=True, help="Print everything as JSON.")
def compose(
    collection: Path,
    image: str,
    edit: str,
    k: int,
    preset: str,
    alpha: float | None,
    beta: float | None,
    fixed_mix: bool,
    description: str,
    model: ModelOptions,
    descriptions: Path | None,
    negative: str,
    filter: str,
    with_reference: bool,
    explain: bool,
    save: Path | None,
    image_encoder: str,
    as_json: bool,
) -> None:
    """Find pictures of COLLECTION that look like one picture but for a change.

    With --image alone it finds pictures like that one, with --edit alone pictures that words
    describe. Add pictures to a collection with `trovato index --images`. With --llm a model that
    sees pictures describes what is looked for.

    \b
    Examples:
      trovato compose shop.trovato --image shop/dress.jpg --edit "but red"
      trovato compose shop.trovato --image dress.jpg --edit "but red" --explain --save found.png
      trovato compose shop.trovato --image dress.jpg --edit "without sleeves" --alpha .3 --beta .2
      trovato compose shop.trovato --edit "red shoes"
      trovato compose shop.trovato --image dress.jpg --edit "but red" --llm http://localhost:8000/v1
    """
    if not image and not edit:
        raise click.UsageError("give a picture with --image, a change with --edit, or both")
    library = PictureLibrary(collection, open_picture_space(image_encoder))
    describer = _describer(model, descriptions)
    found: Composed | None = None
    if image and edit:
        found = library.compose(
            image,
            edit,
            k=k,
            filter=filter,
            alpha=PRESETS[preset].alpha if alpha is None else alpha,
            beta=PRESETS[preset].beta if beta is None else beta,
            fixed_mix=fixed_mix,
            description=description,
            describe=describer,
            negative=negative,
            with_reference=with_reference,
        )
    ranking = found.ranking if found else library.search(edit, image, k, filter=filter)
    for change, reason in describer.fallbacks if describer else ():
        click.echo(harmless(f"{change!r} was not described: {reason}"), err=True)
    if save:
        contact_sheet(ranking, save)
    if as_json:
        click.echo(json.dumps(_as_json(image, edit, found, ranking), ensure_ascii=False, indent=2))
        return
    if not len(ranking):
        click.echo("Nothing found.")
        return
    if found and explain:
        weights = found.weights
        click.echo(harmless(f"target ({found.source}): {found.description}"))
        click.echo(
            f"score = {weights.description:.3f} description + {weights.reference:.3f} reference + "
            f"{weights.modification:.3f} modification"
            + (f" - {weights.negative:.3f} negative" if negative else "")
        )
    printed().print(_table(ranking, explain=explain and found is not None))
    if save:
        click.echo(save)


def _describer(options: ModelOptions, kept: Path | None) -> TargetDescriber | None:
    model = options.open()
    if model is None and kept is None:
        return None
    longest = options.max_tokens or 512
    return TargetDescriber(model, DescriptionFile(kept) if kept else None, max_tokens=longest)


def _table(ranking: Ranking, *, explain: bool) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("#", justify="right")
    table.add_column("picture")
    table.add_column("score", justify="right")
    names = list(ranking[0].evidence.parts) if explain else []
    for name in names:
        table.add_column(name, justify="right")
    if explain:
        table.add_column("kept for")
    table.add_column("caption")
    for hit in ranking:
        why = hit.evidence
        shares = [f"{why.parts[name]:+.3f}" for name in names]
        kept = [why.kept_for] if explain and isinstance(why, ComposedEvidence) else []
        texts = [str(hit.rank), hit.item.id, f"{hit.score:.3f}", *shares, *kept, hit.item.text]
        table.add_row(*(harmless(text) for text in texts))
    return table


def _as_json(image: str, edit: str, found: Composed | None, ranking: Ranking) -> dict[str, Any]:
    told: dict[str, Any] = {"image": image, "edit": edit}
    if found:
        weights = found.weights
        told["description"] = {"text": found.description, "source": found.source}
        told["weights"] = {
            "description": weights.description,
            "reference": weights.reference,
            "modification": weights.modification,
            "negative": weights.negative,
        }
    return {**told, "hits": [_hit(hit, composed=found is not None) for hit in ranking]}


def _hit(hit: Hit, *, composed: bool) -> dict[str, Any]:
    why = hit.evidence
    told = {
        "rank": hit.rank,
        "id": hit.item.id,
        "file": hit.item.image,
        "caption": hit.item.text,
        "score": hit.score,
    }
    if composed and isinstance(why, ComposedEvidence):
        told |= {"contributions": dict(why.parts), "kept_for": why.kept_for}
    return told
