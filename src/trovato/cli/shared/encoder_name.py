"""Names of encoders as options."""

from __future__ import annotations

from pathlib import Path

import click

from trovato.core import InvalidInputError
from trovato.core.shapes import CHECKED
from trovato.encode import ENCODERS

if CHECKED:
    from trovato.encode.late_interaction import PageImageEncoder

_FOLDER = "hf:"


def encoder_name(_: click.Context, __: click.Parameter, value: str | None) -> str | None:
    """One of `ENCODERS`, or hf:FOLDER, whose folder is made absolute: the collection keeps it."""
    if value is not None and value.startswith(_FOLDER):
        folder = Path(value.removeprefix(_FOLDER))
        if not folder.is_dir():
            raise click.BadParameter(f"there is no folder {folder}")
        return f"{_FOLDER}{folder.resolve()}"
    if value is not None and value not in ENCODERS:
        raise click.BadParameter(f"{value!r} is none of {', '.join(ENCODERS)}, and not hf:FOLDER")
    return value


def page_image_encoder(name: str) -> PageImageEncoder:
    """The encoder of page images that hf:FOLDER names.

    Raises
    ------
    InvalidInputError
        If it is no such name.
    ModelUnavailableError
        If the folder holds another kind of model.
    """
    from trovato.encode.late_interaction import PageImageEncoder

    if not name.startswith(_FOLDER):
        raise InvalidInputError(f"an encoder of page images is hf:FOLDER, got {name!r}")
    return PageImageEncoder(name.removeprefix(_FOLDER))
