"""What `trovato index` takes and tells of pictures."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from trovato.cli.pictures.encoder import image_encoder_option
from trovato.cli.shared.console import harmless, plural
from trovato.library import PictureReport

_OPTIONS = (
    click.option(
        "--images",
        is_flag=True,
        help="Index pictures as pictures, found by what they look like, not as pages to read. A "
        "collection that holds such pictures does so always. Needs the extra `images`.",
    ),
    click.option(
        "--captions",
        type=click.Path(path_type=Path, dir_okay=False),
        help="With --images: captions, tags and facts, as JSON lines, a JSON array or CSV with "
        "file, caption and tags.",
    ),
    click.option(
        "--names",
        is_flag=True,
        help="With --images: words of a file's name are the caption where nothing else is said.",
    ),
    click.option("--ocr-images", is_flag=True, help="With --images: read words on pictures too."),
    click.option("--crops", is_flag=True, help="With --images: also encode parts of pictures."),
    click.option("--refit", is_flag=True, help="With --images: fit the encoder to captions again."),
    image_encoder_option,
)


def picture_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Adds the options of pictures to a command."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def tell_pictures(report: PictureReport) -> None:
    """Print what was done with pictures."""
    click.echo(
        f"{plural(len(report.added), 'picture')} added, {len(report.replaced)} replaced, "
        f"{len(report.unchanged)} unchanged; {report.captioned:,} of what was written with captions"
    )
    for name, other in report.duplicates:
        click.echo(harmless(f"{name} is the same picture as {other}"))
    for name, other in report.alike:
        click.echo(harmless(f"{name} looks the same as {other}"))
    if report.alignment is not None:
        click.echo(
            f"of {report.alignment.pairs:,} pictures that were held out, "
            f"{report.alignment.recall:.0%} have their own caption among the ten nearest"
        )
    if not report.reads_text and (report.added or report.unchanged):
        click.echo("too few captions to learn what words look like: compose needs captions")
    if report.failures:
        click.echo(f"{plural(len(report.failures), 'picture')} could not be read:")
        for name, reason in report.failures:
            click.echo(harmless(f"  {name}: {reason}"))
