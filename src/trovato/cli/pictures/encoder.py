"""The option that names an encoder of pictures."""

from __future__ import annotations

import click

from trovato.core import InvalidInputError
from trovato.core.shapes import CHECKED

if CHECKED:
    from trovato.encode.images import PictureSpace

image_encoder_option = click.option(
    "--image-encoder",
    default="embedded",
    show_default=True,
    metavar="NAME",
    help="embedded, or hf:FOLDER or open_clip:FOLDER with a CLIP or SigLIP model of your own as "
    "transformers or OpenCLIP saves it (extra `models`), or onnx:FOLDER with an exported one.",
)


def space_of(name: str) -> PictureSpace:
    """The encoder of that name.

    Raises
    ------
    InvalidInputError
        If there is none.
    """
    from trovato.encode.images import ClipEncoder, ClipSpace, EmbeddedSpace, OnnxClipEncoder

    if name == "embedded":
        return EmbeddedSpace()
    form, colon, folder = name.partition(":")
    if form in ("hf", "open_clip") and colon:
        return ClipSpace(ClipEncoder(folder))
    if form == "onnx":
        return ClipSpace(OnnxClipEncoder(folder))
    raise InvalidInputError(
        "an encoder of pictures is 'embedded', 'hf:FOLDER', 'open_clip:FOLDER' or 'onnx:FOLDER', "
        f"got {name!r}"
    )
