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
    help="embedded, or hf:FOLDER with a CLIP or SigLIP model of your own (extra `models`).",
)


def space_of(name: str) -> PictureSpace:
    """The encoder of that name.

    Raises
    ------
    InvalidInputError
        If there is none.
    """
    from trovato.encode.images import ClipEncoder, ClipSpace, EmbeddedSpace

    if name == "embedded":
        return EmbeddedSpace()
    if name.startswith("hf:"):
        return ClipSpace(ClipEncoder(name.removeprefix("hf:")))
    raise InvalidInputError(f"an encoder of pictures is 'embedded' or 'hf:FOLDER', got {name!r}")
