"""`trovato search`: a question in, ranked pages out."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import get_args

import click
from rich.table import Table
from rich.text import Text

from trovato.cli.collection.paths import print_paths
from trovato.cli.pictures.encoder import image_encoder_option
from trovato.cli.shared.console import printed, save_picture, snippet
from trovato.cli.shared.encoder_name import page_image_encoder
from trovato.core import Coverage, Hit, Query, QueryReading, Ranking
from trovato.core.shapes import CHECKED
from trovato.index.graph import Direction
from trovato.library import (
    ASK_MODES,
    AskMode,
    Library,
    ModelOptions,
    model_options,
    multi_hop_retriever,
    open_picture_space,
    page_name,
    ranking_json,
)
from trovato.retrieve.multi_hop import HopSettings, decompose_with
from trovato.retrieve.multi_hop import decompose as split

if CHECKED:
    from trovato.encode.late_interaction import PageImageEncoder

# Exit status: the question was understood, and the collection has no answer to it.
NOTHING_FITS = 3
_COPIES = 3  # that are named of each hit
_FIELDS = ("text", "image")


@click.command()
@click.argument("collection", type=click.Path(path_type=Path))
@click.argument("question", default="")
@click.option("--image", default="", help="Instead of QUESTION: a picture, as file or id.")
@image_encoder_option
@click.option("-k", default=10, show_default=True, help="Number of hits, at most 1000.")
@click.option(
    "--mode",
    type=click.Choice(ASK_MODES),
    default="hybrid",
    show_default=True,
    help="Words and vectors, vectors alone, words alone, or both along the links of components.",
)
@click.option("--beam", default=30, show_default=True, help="With hops: nodes kept at each hop.")
@click.option("--hops", default=1, show_default=True, help="How often links are followed.")
@click.option(
    "--direction",
    type=click.Choice(get_args(Direction)),
    default="both",
    show_default=True,
    help="With hops: follow links as they stand, or also backwards.",
)
@click.option(
    "--bridges",
    default=0,
    show_default=True,
    help="With hops: so many names in each text that is met also lead to what else tells of them.",
)
@click.option(
    "--picture-weight",
    default=0.0,
    show_default=True,
    help="With hops: what pictures look like, against words and vectors of texts, 0 to 1; see "
    "`trovato index --components --images`.",
)
@click.option(
    "--subquery",
    "subqueries",
    multiple=True,
    help="With hops: a question that QUESTION is made of; #1 in it stands for what the first one "
    "finds. May be given again.",
)
@click.option("--decompose", is_flag=True, help="With hops: find subqueries by rules.")
@model_options
@click.option(
    "--explain", is_flag=True, help="With hops: show the subqueries, and what each step met."
)
@click.option("--filter", default="", help="Conditions on attributes, such as 'year>=2020'.")
@click.option("--exact", is_flag=True, help="Score every page, also in a large collection.")
@click.option("--by-file", is_flag=True, help="Put the hits of one file together, best file first.")
@click.option("--json", "as_json", is_flag=True, help="Print hits and evidence as JSON.")
@click.option(
    "--page-image-encoder",
    "page_encoder",
    metavar="hf:FOLDER",
    help="The model that made the vectors of page images, where its folder has moved; by default "
    "the one that the collection names.",
)
@click.option(
    "--field",
    "fields",
    type=click.Choice(_FIELDS),
    multiple=True,
    help="Compare the text of pages (default), or their image, which needs --mode late, or both: "
    "give it twice.",
)
@click.option(
    "--image-weight",
    default=0.5,
    show_default=True,
    help="With both fields: what images count for, against texts, 0 to 1.",
)
@click.option(
    "--save",
    type=click.Path(path_type=Path, file_okay=False),
    help="Write a picture of each hit's page, with the evidence drawn on it, into this folder; "
    "pictures that are found as one contact-sheet.png.",
)
def search(
    collection: Path,
    question: str,
    image: str,
    image_encoder: str,
    k: int,
    mode: AskMode,
    beam: int,
    hops: int,
    direction: Direction,
    bridges: int,
    picture_weight: float,
    subqueries: tuple[str, ...],
    decompose: bool,
    model: ModelOptions,
    explain: bool,
    filter: str,
    exact: bool,
    by_file: bool,
    as_json: bool,
    page_encoder: str | None,
    fields: tuple[str, ...],
    image_weight: float,
    save: Path | None,
) -> None:
    """Find the pages of COLLECTION that answer QUESTION.

    In a large collection the pages that look best are scored, and a line says how many of how many
    those were and what share of the best ten to expect; --exact scores all of them.

    In QUESTION, "…" is a phrase that must be there, -word must be absent, and 8841* is the
    beginning of a word. Words that no page holds are told, with the near ones that were asked for
    instead. The same page of identical files is one hit, and after its text the others are named. A
    page that shares no word with the question, and is about something else by its vectors, is not
    found: where nothing fits, the exit status is 3.

    \b
    Examples:
      trovato search reports.trovato "What did revenue grow by in 2015?"
      trovato search reports.trovato "wage growth" --filter 'path:reports/* year>=2020' -k 3
      trovato search reports.trovato "wage growth" --save out/
      trovato search parts.trovato '"seal kit" XJ-4471-b -obsolete'
      trovato search reports.trovato "wage growth" --mode late --exact
      trovato search reports.trovato "wage growth" --json | jq '.hits[0].id'
      trovato search shop.trovato --image dress.jpg
      trovato search scans.trovato "wage growth" --mode late --field image
      trovato search scans.trovato "wage growth" --field text --field image --image-weight 0.3
      trovato search wiki.trovato "Where was the coach of Lyn in 1911 born?" --mode hops --explain
    """
    if bool(image) == bool(question):
        raise click.UsageError("ask by words or by a picture; with both, use `trovato compose`")
    if image and mode == "hops":
        raise click.UsageError("hops follow words: give no --image with --mode hops")
    fields = fields or (("image",) if page_encoder else ("text",))
    if "image" in fields and (image or mode == "hops"):
        raise click.UsageError("images of pages are asked by words, and not with --mode hops")
    if set(fields) == {"image"} and mode != "late":
        raise click.UsageError("images of pages alone go with --mode late; add --field text")
    if mode == "hops":
        settings = HopSettings(
            beam=beam,
            hops=hops,
            direction=direction,
            bridges=bridges,
            picture_weight=picture_weight,
        )
        parts = subqueries or _parts(question, model, decompose)
        with Library.open(collection) as library:
            space = open_picture_space(image_encoder) if picture_weight else None
            found = multi_hop_retriever(library, settings, space=space)
            paths = found.retrieve(Query(question, filter), k, subqueries=parts)
        print_paths(question, paths, explain=explain, as_json=as_json)
        return
    with Library.open(collection) as library:
        if image:
            from trovato.library import PictureLibrary  # its encoders, which words need not load

            with PictureLibrary(collection, open_picture_space(image_encoder)) as pictured:
                ranking = pictured.search(image=image, k=k, filter=filter)
        elif "image" in fields:
            # With it comes what draws pages.
            from trovato.library import search_page_images, search_text_and_page_images

            encoder = _page_encoder(library, page_encoder)
            if "text" in fields:
                ranking = search_text_and_page_images(
                    library,
                    encoder,
                    question,
                    k,
                    mode=mode,
                    image_weight=image_weight,
                    filter=filter,
                    exact=exact,
                )
            else:
                ranking = search_page_images(
                    library.collection, encoder, question, k, filter=filter, exact=exact
                )
        else:
            ranking = library.search(question, k, mode=mode, filter=filter, exact=exact)
        pictures = _save(library, ranking, save) if save else {}
        around = library.neighbours_of(hit.item for hit in ranking) if as_json else {}
    if as_json:
        document = ranking_json(question, mode, ranking, pictures, around)
        document |= {"image": image} if image else {}
        click.echo(json.dumps(document, ensure_ascii=False, indent=2))
        raise click.exceptions.Exit(0 if len(ranking) else NOTHING_FITS)
    console = printed()
    for line in _not_understood(ranking.reading):
        console.print(line, style="dim", highlight=False, markup=False)
    if not len(ranking):
        click.echo("Nothing fits.")
        raise click.exceptions.Exit(NOTHING_FITS)
    hits = [hit for hits in ranking.by_file().values() for hit in hits] if by_file else ranking
    console.print(_table(hits, folded=console.is_terminal))
    if ranking.coverage is not None and not ranking.coverage.exact:
        console.print(_found_through(ranking.coverage), style="dim", highlight=False)
    for path in dict.fromkeys(pictures.values()):
        click.echo(path)


def _page_encoder(library: Library, name: str | None) -> PageImageEncoder:
    """The one that was named, else the one that the collection names."""
    if name is not None:
        return page_image_encoder(name)
    from trovato.library import open_page_image_encoder

    with library.collection.reader() as reader:
        return open_page_image_encoder(reader)


def _not_understood(reading: QueryReading | None) -> Iterator[str]:
    if reading is None:
        return
    for word, near in reading.corrections.items():
        yield f"No page holds {word}; asked for {', '.join(near)}."
    if reading.unmatched:
        yield f"No page holds {', '.join(reading.unmatched)}."


def _parts(question: str, options: ModelOptions, by_rules: bool) -> tuple[str, ...]:
    """The questions that one is made of, as a model or rules tell them apart; none by neither."""
    model = options.open()
    if model is None and not by_rules:
        return ()
    told = split(question) if model is None else decompose_with(model, question, options.decoding())
    return tuple(part.text for part in told)


def _found_through(coverage: Coverage) -> str:
    return (
        f"{coverage.scored:,} of {coverage.eligible:,} pages were scored by their vectors, about "
        f"{coverage.recall:.1%} of the best ten; --exact scores all"
    )


def _table(hits: Iterable[Hit], *, folded: bool) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("#", justify="right")
    table.add_column("file", overflow="fold", max_width=32 if folded else None)
    table.add_column("page", justify="right")
    table.add_column("score", justify="right")
    table.add_column("text", overflow="fold", ratio=1)
    for hit in hits:
        place = hit.item.location
        table.add_row(
            str(hit.rank),
            Text(place.file if place else hit.item.id),
            page_name(hit.item),
            f"{hit.score:.2f}",
            _text(hit),
        )
    return table


def _text(hit: Hit) -> Text:
    text = snippet(hit.evidence)
    if hit.copies:
        shown = ", ".join(hit.copies[:_COPIES])
        more = len(hit.copies) - _COPIES
        text.append(f"  = {shown}{f' and {more} more' if more > 0 else ''}", style="dim")
    return text


def _save(library: Library, ranking: Ranking, folder: Path) -> dict[int, Path]:
    """Pages one by one, pictures on one sheet."""
    folder.mkdir(parents=True, exist_ok=True)
    pictures = [hit for hit in ranking if hit.item.kind == "picture"]
    saved = {
        hit.rank: save_picture(library, folder, hit.rank, hit.item.id, hit.evidence)
        for hit in ranking
        if hit.item.kind != "picture"
    }
    if pictures:
        from trovato.library import contact_sheet  # its encoders, which words need not load

        sheet = folder / "contact-sheet.png"
        contact_sheet(pictures, sheet)
        saved |= dict.fromkeys((hit.rank for hit in pictures), sheet)
    return {rank: path for rank, path in saved.items() if path}
