"""Names of encoders as options."""

from __future__ import annotations

from pathlib import Path

import click

from trovato.core import InvalidInputError
from trovato.core.shapes import CHECKED
from trovato.encode import ENCODERS

if CHECKED:
    from trovato.encode.late_interaction import PageImageEncoder

_FOLDER, _EXPORTED = "hf:", "onnx:"


def encoder_name(_: click.Context, __: click.Parameter, value: str | None) -> str | None:
    """One of `ENCODERS`, or hf:FOLDER or onnx:FOLDER, made absolute: the collection keeps it."""
    for form in (_FOLDER, _EXPORTED):
        if value is not None and value.startswith(form):
            folder = Path(value.removeprefix(form))
            if not folder.is_dir():
                raise click.BadParameter(f"there is no folder {folder}")
            return f"{form}{folder.resolve()}"
    if value is not None and value not in ENCODERS:
        known = ", ".join(ENCODERS)
        raise click.BadParameter(f"{value!r} is none of {known}, hf:FOLDER and onnx:FOLDER")
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
