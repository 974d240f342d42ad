"""`trovato index`: files and folders into a collection."""

from __future__ import annotations

import json
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

from trovato.cli.pictures.encoder import space_of
from trovato.cli.pictures.index_options import picture_options, tell_pictures
from trovato.cli.shared.console import plural, size
from trovato.cli.shared.progress import bar
from trovato.core import MissingExtraError
from trovato.data.components import read_components
from trovato.data.datasets.beir import BeirFolder
from trovato.index import VectorFormat
from trovato.library import IngestReport, Library, image_field, index_components, index_pictures
from trovato.library import Progress as Step


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
@click.option("--ocr/--no-ocr", default=True, help="Read pages without a text layer. Default: on.")
@click.option(
    "--format",
    "vector_format",
    help="Store vectors in this format from now on, such as fp16 or 4bit/64d/pool2. Default: int8.",
)
@click.option(
    "--components",
    is_flag=True,
    help="Split HTML and Markdown into paragraphs and tables with their links, and read JSONL of "
    "such; see `trovato search --mode hops`.",
)
@picture_options
@click.option("--json", "as_json", is_flag=True, help="Print the summary as JSON.")
@click.option("--quiet", is_flag=True, help="No progress bar.")
def index(
    paths: tuple[Path, ...],
    collection: Path,
    prune: bool,
    retry: bool,
    ocr: bool,
    vector_format: str | None,
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
    """Make files and folders searchable: PDF, pictures, text, Markdown, HTML, BEIR corpora.

    Run it again after a change or an interruption: unchanged files are skipped, changed ones
    replaced, and an interrupted one goes on where it stopped.

    \b
    Examples:
      trovato index reports/ --to reports.trovato
      trovato index reports/ slides.pdf --to reports.trovato --prune
      trovato index reports/ --to small.trovato --format 4bit
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
    finest = vector_format is not None and VectorFormat.parse(vector_format).codec == "fp16"
    if images and components:
        raise click.UsageError("--images goes by files: index components without it")
    pictures = None
    corpora = [path for path in paths if (path / "corpus.jsonl").is_file()]
    if prune and components:
        raise click.UsageError("--prune goes by files: index components without it")
    if prune and corpora:
        raise click.UsageError("--prune goes by files: index BEIR corpora without it")
    try:
        with (
            Library.create(collection, exist_ok=True) as library,
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
                    read_components(paths),
                    progress=lambda _, done, __: progress(Step("", done, 0, 0)),
                )
            else:
                images = images or image_field(library.collection) is not None
                report = library.add(
                    [path for path in paths if path not in corpora],
                    ocr=ocr,
                    pictures=not images,
                    prune=prune,
                    retry=retry,
                    progress=progress,
                )
                if ocr_images and library.ocr is None:
                    raise MissingExtraError("rapidocr", "ocr", "reading words on pictures")
                if images:
                    pictures = index_pictures(
                        library.collection,
                        library.encoder,
                        paths,
                        captions=captions,
                        names=names,
                        ocr=library.ocr if ocr_images else None,
                        space=space_of(image_encoder),
                        crops=crops,
                        refit=refit,
                        retry=retry,
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
        _summary(report, collection, ocr_missing=ocr and not components and library.ocr is None)
        if pictures:
            tell_pictures(pictures)


def _show(shown: Progress, task: TaskID, step: Step) -> None:
    elapsed = shown.tasks[0].elapsed or 0.0
    name = step.file if len(step.file) <= 32 else "…" + step.file[-31:]
    shown.update(
        task,
        total=max(step.total, 1),
        completed=step.done,
        file=name,
        pages=step.pages,
        speed=step.pages / elapsed if elapsed else 0.0,
    )


def _summary(report: IngestReport, place: Path, *, ocr_missing: bool) -> None:
    click.echo(
        f"{plural(report.pages, 'page')} ({report.ocr_pages} by OCR), {report.tokens:,} tokens, "
        f"{size(report.bytes)} in {report.seconds:.1f} s: {place}"
    )
    click.echo(
        f"{len(report.added)} files added, {len(report.replaced)} replaced, "
        f"{len(report.unchanged)} unchanged, {len(report.removed)} removed, "
        f"{report.ignored} of other types ignored"
    )
    if ocr_missing:
        click.echo(
            "Pages without a text layer were left empty: OCR is not installed. To read them, "
            "pip install 'trovato[ocr]' and run this again with --retry."
        )
    if report.failures:
        click.echo(f"{len(report.failures)} could not be read:")
        for name, reason in report.failures:
            click.echo(f"  {name}: {reason}")
