"""One picture from a file, upright and on white."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image

from trovato.core import MissingExtraError, PathLike, UnreadableFileError
from trovato.data.documents.image import ImageDocument, is_image

PICTURE_SUFFIXES = frozenset(
    (".png", ".jpg", ".jpeg", ".webp", ".heic", ".heif", ".avif", ".gif", ".bmp", ".tif", ".tiff")
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
    path = Path(path)
    with known_picture(path), ImageDocument(path, None) as document:
        return document.frame(1)[0]


@contextmanager
def known_picture(path: Path) -> Iterator[None]:
    """Reading a file that must be a picture of a known type.

    Raises
    ------
    UnreadableFileError
        If it is none, cannot be opened, or is HEIC and nothing that reads it is installed.
    """
    try:
        with path.open("rb") as file:
            known = is_image(file.read(16))
    except OSError as error:
        raise UnreadableFileError(f"{path} cannot be opened: {error.strerror}") from error
    if not known:
        raise UnreadableFileError(
            f"{path} is no picture of a known type: PNG, JPEG, WebP, HEIC, AVIF, GIF, BMP or TIFF"
        )
    try:
        yield
    except MissingExtraError as error:
        raise UnreadableFileError(
            f"{path} is HEIC: pip install 'trovato[images]', and index it with --retry"
        ) from error
