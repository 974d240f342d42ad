"""Pictures: one page per frame, read by OCR."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

from trovato.core import (
    Attribute,
    Closing,
    MissingExtraError,
    Page,
    TextLayout,
    UnreadableFileError,
)
from trovato.data.documents.ocr import Ocr

# A picture with more pixels is taken for a decompression bomb. A3 at 600 dpi has 70 million.
_MOST_PIXELS = 80_000_000
_STARTS = (
    *(b"\x89PNG\r\n", b"\xff\xd8\xff", b"II*\0", b"MM\0*", b"GIF8", b"BM"),
    *(b"\0\0\0\x0cjP  ", b"\xff\x4f\xff\x51"),  # JPEG 2000, with and without a container
)
# Kinds of files in ISO's base media format: AVIF, which Pillow reads, and HEIC.
_AVIF = (b"avif", b"avis")
_HEIC = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")
_USUAL_DPI = 72.0
# Fewer dots per inch are those of screens, and say nothing of a sheet's size.
_SCANNED = 100.0
# A picture so many times as long as it is wide is no page; a page is about 1.41 times.
_NARROW = 2.5
_PAGE_SHAPE = 1.41


def is_image(head: bytes) -> bool:
    """Whether a file that starts with `head` is a picture of a known type."""
    web = head[:4] == b"RIFF" and head[8:12] == b"WEBP"
    media = head[4:8] == b"ftyp" and head[8:12] in _AVIF + _HEIC
    return head.startswith(_STARTS) or web or media


def _is_heic(head: bytes) -> bool:
    # AVIF may call itself by the general name first.
    brands = head[16 : int.from_bytes(head[:4], "big")] if head[8:12] in _HEIC[-2:] else b""
    return head[4:8] == b"ftyp" and head[8:12] in _HEIC and b"avif" not in brands


def _read_heic() -> None:
    """Let Pillow read HEIC."""
    try:
        from pi_heif import register_heif_opener
    except ImportError as error:
        raise MissingExtraError("pi_heif", "office", "reading HEIC pictures") from error
    register_heif_opener()


def open_image(path: Path) -> Image.Image:
    """Open a picture; nothing is decoded yet.

    Raises
    ------
    UnreadableFileError
        If it is damaged.
    MissingExtraError
        If it is HEIC, and nothing that reads it is installed.
    """
    with path.open("rb") as file:
        if _is_heic(file.read(64)):
            _read_heic()
    with _decoding("is a damaged picture"):
        return Image.open(path)


class ImageDocument(Closing):
    """A picture, or a TIFF of several; see `Document`."""

    kind = "image"
    attributes: Mapping[str, Attribute] = {}

    def __init__(self, path: Path, ocr: Ocr | None) -> None:
        self._ocr = ocr
        self._image = open_image(path)
        with _decoding("is a damaged picture"):
            frames = getattr(self._image, "n_frames", 1)
        # A GIF's or a WebP's further frames are an animation, not pages.
        self.page_count: int = frames if self._image.format == "TIFF" else 1

    def close(self) -> None:
        """Let go of the file."""
        self._image.close()

    def page(self, number: int) -> Page:
        """Read one frame; its attribute `ocr` is 0 where that would have taken OCR, else 1."""
        picture, dpi = self.frame(number)
        width, height = picture.width * 72 / dpi, picture.height * 72 / dpi
        if self._ocr is None:
            return Page(number, "", TextLayout.empty(width, height), {"ocr": 0})
        longest = self._read_size(self._ocr, picture.size, dpi)
        if max(picture.size) > longest:
            picture.thumbnail((longest, longest), Image.Resampling.LANCZOS)
        read = self._ocr.read(picture, width, height)
        return Page(number, read.text, read.layout(width, height), {"ocr": 1})

    @staticmethod
    def _read_size(ocr: Ocr, size: tuple[int, int], dpi: float) -> int:
        """Longer side, in pixels, in which a frame is read.

        A scan that states its resolution is read as a page of its size. A long and narrow one, such
        as of a screen that was scrolled, is read so that its width is that of a page.
        """
        long, short = max(size), min(size)
        if long > _NARROW * short:
            return round(ocr.long_side * min(long / short / _PAGE_SHAPE, 8.0))
        if dpi >= _SCANNED:
            return ocr.drawn_size(size[0] * 72 / dpi, size[1] * 72 / dpi)
        return ocr.long_side

    def render(self, number: int, long_side: int) -> Image.Image:
        """Draw one frame, upright."""
        picture, _ = self.frame(number)
        scale = long_side / max(picture.size)
        size = tuple(max(1, round(edge * scale)) for edge in picture.size)
        return picture.resize((size[0], size[1]), Image.Resampling.LANCZOS)

    def frame(self, number: int) -> tuple[Image.Image, float]:
        """One frame in RGB, upright, on white, and its dots per inch."""
        if not 1 <= number <= self.page_count:
            raise UnreadableFileError(f"there is no page {number} of {self.page_count}")
        with _decoding(f"page {number} is a damaged picture"):
            self._image.seek(number - 1)
            width, height = self._image.size
            if width * height > _MOST_PIXELS:
                raise UnreadableFileError(
                    f"page {number} has {width} x {height} pixels; at most {_MOST_PIXELS} are read"
                )
            dpi = float(self._image.info.get("dpi", (_USUAL_DPI, _USUAL_DPI))[0])
            upright = ImageOps.exif_transpose(self._image)
            if upright.mode.startswith("I;16"):
                # Pillow would cut off at 255 instead of scaling down.
                upright = Image.fromarray((np.asarray(upright) >> 8).astype(np.uint8))
            if upright.mode in ("RGBA", "LA", "PA", "P"):
                over = upright.convert("RGBA")
                upright = Image.new("RGBA", over.size, "white")
                upright.alpha_composite(over)
            return upright.convert("RGB"), dpi if 10 <= dpi <= 2400 else _USUAL_DPI


@contextmanager
def _decoding(problem: str) -> Iterator[None]:
    """Turn whatever a decoder raises into one error.

    Pillow's decoders meet broken bytes with errors of any kind, and with warnings that help nobody
    here; its own limit on pixels is left to `_MOST_PIXELS`, which is stricter.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except UnreadableFileError:
        raise
    except Image.DecompressionBombError as error:
        raise UnreadableFileError(f"is too large a picture: {error}") from error
    except Exception as error:
        raise UnreadableFileError(problem) from error
