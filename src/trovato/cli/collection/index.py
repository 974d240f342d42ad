"""`trovato index`: files and folders into a collection."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path

import click
from rich.progress import (
    BarColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from trovato.cli.pictures.index_options import picture_options, tell_pictures
from trovato.cli.shared.console import folded_failures, plural, size
from trovato.cli.shared.encoder_name import encoder_name, page_image_encoder
from trovato.cli.shared.progress import bar
from trovato.core import MissingExtraError
from trovato.core.system.text_lines import numbered_lines
from trovato.data import RedoOcr, discover
from trovato.data.components import read_components
from trovato.data.datasets.beir import BeirFolder
from trovato.index import VectorFormat
from trovato.library import (
    IngestReport,
    Library,
    image_field,
    index_components,
    index_pictures,
    open_picture_space,
    place_component_pictures,
)
from trovato.library import Progress as Step

_NAMED = 5  # of many files


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True))
@click.option(
    "--to",
    "collection",
    required=True,
    type=click.Path(path_type=Path),
    help="Directory of the collection; made if there is none.",
)
@click.option("--prune", is_flag=True, help="Remove files that are not among PATHS any more.")
@click.option(
    "--retry",
    is_flag=True,
    help="Read files again that failed before, or whose pages wanted OCR that was not there.",
)
@click.option(
    "--exclude",
    multiple=True,
    metavar="PATTERN",
    help="Pass over what fits, as in a .gitignore: 'drafts/' or '*.log'. May be given again; a "
    "folder's .trovatoignore may hold more.",
)
@click.option(
    "--password-file",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Passwords to try on encrypted PDFs, one in each line. They are not kept.",
)
@click.option("--ocr/--no-ocr", default=True, help="Read pages without a text layer. Default: on.")
@click.option(
    "--redo-ocr",
    type=click.Choice(["auto", "always", "never"]),
    default="auto",
    show_default=True,
    help="Pages that have a text layer and are read by OCR all the same: those whose letters are "
    "of no language, also all that are pictures, or none.",
)
@click.option(
    "--format",
    "vector_format",
    help="Store vectors in this format from now on, such as fp16 or 4bit/64d/pool2. Default: int8.",
)
@click.option(
    "--encoder",
    callback=encoder_name,
    metavar="NAME",
    help="What makes the vectors of a new collection, which keeps it: minilm (default), another "
    "name, hf:FOLDER with a ColBERT or PyLate model of your own (extra `models`), or onnx:FOLDER "
    "with an exported one; see `trovato encoder export`.",
)
@click.option(
    "--page-image-encoder",
    "page_encoder",
    metavar="hf:FOLDER",
    help="Make vectors of page images as well, by a model of your own such as ColQwen2 (extra "
    "`models`), which the collection names; see `trovato search --field`.",
)
@click.option(
    "--components",
    is_flag=True,
    help="Split HTML, Markdown, PDF and office files into paragraphs and tables with their links, "
    "read JSONL of such; see `trovato search --mode hops`. With --images, pictures in them get "
    "vectors.",
)
@picture_options
@click.option("--json", "as_json", is_flag=True, help="Print the summary as JSON.")
@click.option("--quiet", is_flag=True, help="No progress bar.")
def index(
    paths: tuple[Path, ...],
    collection: Path,
    prune: bool,
    retry: bool,
    exclude: tuple[str, ...],
    password_file: Path | None,
    ocr: bool,
    redo_ocr: RedoOcr,
    vector_format: str | None,
    encoder: str | None,
    page_encoder: str | None,
    components: bool,
    images: bool,
    captions: Path | None,
    names: bool,
    ocr_images: bool,
    crops: bool,
    refit: bool,
    image_encoder: str,
    as_json: bool,
    quiet: bool,
) -> None:
    """Make files and folders searchable: PDF, pictures, text, office files, mail, BEIR corpora.

    Run it again after a change or an interruption: unchanged files are skipped, changed ones
    replaced, moved ones followed, and an interrupted one goes on where it stopped. The exit status
    is 1 where nothing could be read, 0 where some of it was.

    \b
    Examples:
      trovato index reports/ --to reports.trovato
      trovato index reports/ slides.pdf --to reports.trovato --prune
      trovato index reports/ --to reports.trovato --exclude 'drafts/' --exclude '*.log'
      trovato index reports/ --to small.trovato --format 4bit
      trovato index reports/ --to own.trovato --encoder hf:models/colbert
      trovato index wiki/ --to wiki.trovato --components
      trovato index shop/ --to shop.trovato --images --captions shop/captions.csv
    """
    columns = (
        TextColumn("{task.fields[file]}", justify="left"),
        BarColumn(),
        TextColumn("{task.fields[pages]} pages"),
        TextColumn("{task.fields[speed]:.1f} pages/s"),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
    )
    passwords = [line for _, line in numbered_lines(password_file)] if password_file else []
    finest = vector_format is not None and VectorFormat.parse(vector_format).codec == "fp16"
    pictures = None
    exclude = (*exclude, captions.name) if captions else exclude  # it is no document
    corpora = [path for path in paths if (path / "corpus.jsonl").is_file()]
    if prune and components:
        raise click.UsageError("--prune goes by files: index components without it")
    if exclude and components:
        raise click.UsageError("--exclude goes by files: index components without it")
    if prune and corpora:
        raise click.UsageError("--prune goes by files: index BEIR corpora without it")
    drawn = page_image_encoder(page_encoder) if page_encoder else None
    try:
        with (
            Library.create(collection, encoder=encoder, exist_ok=True) as library,
            bar(*columns, hidden=quiet or as_json) as shown,
        ):
            task = shown.add_task("index", total=None, file="reading the list", pages=0, speed=0.0)
            progress = partial(_show, shown, task)
            if vector_format and finest:  # what is stored as int8 never gets its digits back
                library.compress(vector_format)
            if components:
                report = index_components(
                    library.collection,
                    library.encoder,
                    read_components(paths, library.ocr if ocr else None),
                    progress=lambda _, done, __: progress(Step("", done, 0, 0)),
                )
                if images or image_field(library.collection) is not None:
                    pictures = place_component_pictures(
                        library.collection,
                        open_picture_space(image_encoder),
                        crops=crops,
                        progress=lambda what, done, total: progress(Step(what, done, done, total)),
                    )
            else:
                if ocr_images and library.ocr is None:
                    raise MissingExtraError("rapidocr", "ocr", "reading words on pictures")
                images = images or image_field(library.collection) is not None
                folders = [path for path in paths if path not in corpora]
                found = [*discover(folders, exclude)]
                report = library.add(
                    folders,
                    ocr=ocr,
                    pictures=not images,
                    prune=prune,
                    retry=retry,
                    exclude=exclude,
                    passwords=passwords,
                    page_images=drawn,
                    redo_ocr=redo_ocr,
                    found=found,
                    progress=progress,
                )
                if images:
                    pictures = index_pictures(
                        library.collection,
                        library.encoder,
                        paths,
                        captions=captions,
                        names=names,
                        ocr=library.ocr if ocr_images else None,
                        space=open_picture_space(image_encoder),
                        crops=crops,
                        refit=refit,
                        retry=retry,
                        exclude=exclude,
                        found=[*found, *discover(corpora, exclude)],
                        progress=lambda what, done, total: progress(Step(what, done, done, total)),
                    )
                for path in corpora:
                    report += library.add_items(BeirFolder(path).items(), progress=progress)
            if vector_format and not finest:  # centroids and projections are made from the pages
                library.compress(vector_format)
    except KeyboardInterrupt:
        click.echo(
            "Interrupted. What was done is kept: run the same command to continue.", err=True
        )
        raise click.exceptions.Exit(130) from None
    if as_json:
        told = asdict(report) | ({"pictures": asdict(pictures)} if pictures else {})
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
    else:
        read = (
            plural(report.pages, "item")
            if components
            else f"{plural(report.pages, 'page')} ({report.ocr_pages} by OCR)"
        )
        missing = ocr and not components and library.ocr is None
        _summary(report, read, collection, ocr_missing=missing)
        if pictures:
            tell_pictures(pictures)
    done = report.added or report.replaced or report.unchanged or report.moved or report.removed
    if pictures:
        done = done or pictures.added or pictures.replaced or pictures.unchanged
    if report.failures and not done:
        raise click.exceptions.Exit(1)


def _show(shown: Progress, task: TaskID, step: Step) -> None:
    (one,) = shown.tasks
    one.total = step.total or None  # `update` cannot say that it is not known any more
    elapsed = one.elapsed or 0.0
    name = step.file if len(step.file) <= 32 else "…" + step.file[-31:]
    shown.update(
        task,
        completed=step.done,
        file=name,
        pages=step.pages,
        speed=step.pages / elapsed if elapsed else 0.0,
    )


def _some(names: Sequence[str]) -> str:
    shown = ", ".join(names[:_NAMED])
    return shown if len(names) <= _NAMED else f"{shown} and {len(names) - _NAMED} more"


def _types(ignored: Mapping[str, int]) -> str:
    """Each type that was ignored, the most frequent first."""
    ordered = sorted(ignored.items(), key=lambda one: (-one[1], one[0]))
    told = [f"{count} {suffix or 'without a suffix'}" for suffix, count in ordered]
    return f": {', '.join(told)}" if told else ""


def _summary(report: IngestReport, read: str, place: Path, *, ocr_missing: bool) -> None:
    click.echo(
        f"{read}, {report.tokens:,} tokens, {size(report.bytes)} in {report.seconds:.1f} s: {place}"
    )
    click.echo(
        f"{len(report.added)} files added, {len(report.replaced)} replaced, "
        f"{len(report.unchanged)} unchanged, {len(report.removed)} removed, "
        f"{report.ignored} of other types ignored{_types(report.ignored_types)}"
    )
    if 2 * report.not_english > report.pages:
        click.echo(
            f"{plural(report.not_english, 'page')} of {report.pages} are not in English, which is "
            "the language of the encoder minilm. Words find them; for questions by meaning, "
            "pip install 'trovato[multilingual]' and index into a new collection with "
            "--encoder e5-multilingual."
        )
    if report.moved:
        named = _some([f"{old} is now {new}" for old, new in report.moved])
        click.echo(f"{len(report.moved)} moved, and not read again: {named}")
    if report.vanished:
        click.echo(
            f"{len(report.vanished)} not there any more, and still found in searches; --prune "
            f"takes them out: {_some(report.vanished)}"
        )
    if ocr_missing:
        click.echo(
            "Pages without a text layer were left empty: OCR is not installed. To read them, "
            "pip install 'trovato[ocr]' and run this again with --retry."
        )
    if report.failures:
        click.echo(f"{len(report.failures)} could not be read:")
        for line in folded_failures(report.failures):
            click.echo(f"  {line}")
