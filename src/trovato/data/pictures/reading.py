"""One picture from a file, upright and on white."""

from __future__ import annotations

from pathlib import Path

from PIL import Image

from trovato.core import PathLike
from trovato.data.documents.image import ImageDocument

PICTURE_SUFFIXES = frozenset(
    (".png", ".jpg", ".jpeg", ".webp", ".heic", ".heif", ".gif", ".bmp", ".tif", ".tiff")
)


def read_picture(path: PathLike) -> Image.Image:
    """The picture in RGB, turned as its EXIF says, on white where it is transparent.

    Of an animation or a TIFF of several the first frame is read.

    Raises
    ------
    UnreadableFileError
        If the file cannot be opened, is no picture of a known type, is damaged, too large, or HEIC
        and the extra `images` is not installed.
    """
    with ImageDocument(Path(path), None) as document:
        return document.frame(1)[0]
