"""One picture from a file, upright and on white."""

from __future__ import annotations

from pathlib import Path

from PIL import Image

from trovato.core import PathLike, UnreadableFileError
from trovato.data.documents.image import ImageDocument, is_image

PICTURE_SUFFIXES = frozenset((".png", ".jpg", ".jpeg", ".webp", ".gif", ".bmp", ".tif", ".tiff"))


def read_picture(path: PathLike) -> Image.Image:
    """The picture in RGB, turned as its EXIF says, on white where it is transparent.

    Of an animation or a TIFF of several the first frame is read.

    Raises
    ------
    UnreadableFileError
        If the file cannot be opened, is no picture of a known type, is damaged, or too large.
    """
    path = Path(path)
    try:
        with path.open("rb") as file:
            known = is_image(file.read(16))
    except OSError as error:
        raise UnreadableFileError(f"{path} cannot be opened: {error.strerror}") from error
    if not known:
        raise UnreadableFileError(
            f"{path} is no picture of a known type: PNG, JPEG, WebP, GIF, BMP or TIFF"
        )
    with ImageDocument(path, None) as document:
        return document.frame(1)[0]
