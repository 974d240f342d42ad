"""`trovato pictures`: files of pictures in, a searchable collection out."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import click

from trovato.cli.pictures.encoder import image_encoder_option, space_of
from trovato.cli.shared.console import harmless, plural
from trovato.cli.shared.progress import progress_bar
from trovato.library import PictureReport, index_pictures


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--to",
    "target",
    required=True,
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder of the collection; one that is there is replaced.",
)
@click.option(
    "--captions",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Captions and tags: JSON lines, a JSON array or CSV, with file, caption and tags.",
)
@image_encoder_option
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
@click.option("--quiet", is_flag=True, help="No progress bar.")
def pictures(
    paths: tuple[Path, ...],
    target: Path,
    captions: Path | None,
    image_encoder: str,
    as_json: bool,
    quiet: bool,
) -> None:
    """Make PATHS, files and folders of pictures, searchable by words and by pictures.

    A run that was broken off goes on where it stood. Needs the extra `images`. The embedded encoder
    learns from the captions what words look like, and says how well; without captions pictures can
    be found by pictures alone.

    \b
    Examples:
      trovato pictures shop/ --to shop.pictures --captions shop/captions.csv
      trovato pictures holidays/ --to holidays.pictures
      trovato pictures shop/ --to shop.pictures --image-encoder hf:clip-vit-base-patch32/
    """
    space = space_of(image_encoder)
    with progress_bar(hidden=quiet or as_json) as tell:
        report = index_pictures(paths, target, captions=captions, space=space, progress=tell)
    if as_json:
        click.echo(json.dumps({"collection": str(target), **asdict(report)}, indent=2))
    else:
        _tell(report, target)


def _tell(report: PictureReport, target: Path) -> None:
    count = plural(report.pictures, "picture")
    click.echo(f"{count}, {report.captioned:,} with captions: {target}")
    for name, other in report.duplicates:
        click.echo(harmless(f"{name} is the same picture as {other}"))
    for name, reason in report.skipped:
        click.echo(harmless(f"not read: {name}: {reason}"), err=True)
    if report.alignment is not None:
        click.echo(
            f"of {report.alignment.pairs:,} pictures that were held out, "
            f"{report.alignment.recall:.0%} have their own caption among the ten nearest"
        )
    if not report.reads_text:
        click.echo("too few captions to learn what words look like: search by pictures alone")
