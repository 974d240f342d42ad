"""Encoders of pictures as options name them."""

from __future__ import annotations

from trovato.core import InvalidInputError
from trovato.core.shapes import CHECKED

if CHECKED:
    from trovato.encode.images import PictureSpace

IMAGE_ENCODER_HELP = (
    "embedded, or hf:FOLDER or open_clip:FOLDER with a CLIP or SigLIP model of your own as "
    "transformers or OpenCLIP saves it (extra `models`), or onnx:FOLDER with an exported one."
)


def open_picture_space(name: str = "embedded") -> PictureSpace:
    """The encoder of pictures that an option names: `embedded`, or a form and a folder.

    Raises
    ------
    InvalidInputError
        If there is none of that name.
    MissingExtraError
        If its packages are not installed.
    """
    # Loaded here: most commands look at no pictures.
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
