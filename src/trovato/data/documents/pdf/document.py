"""PDF by pdfium: the text layer with a box for each word, OCR where there is none."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as raw
from PIL import Image

from trovato.core import Attribute, Closing, Page, UnreadableFileError
from trovato.data.documents.document import RedoOcr
from trovato.data.documents.formats.parts import Part
from trovato.data.documents.ocr import Ocr
from trovato.data.documents.pdf.attachments import attached_parts
from trovato.data.documents.pdf.marks import PageMarks, marks_of
from trovato.data.documents.pdf.outline import Outline
from trovato.data.documents.pdf.pasted_pictures import picture_boxes, read_pictures
from trovato.data.documents.pdf.quality import POOR, letter_quality
from trovato.data.documents.pdf.words import words_of

# pdfium is not safe for threads, not even on different documents.
_PDFIUM = threading.RLock()
# The largest picture that is drawn, whatever the size of the page.
_MOST_PIXELS = 40_000_000
# A picture inside a PDF with more pixels is taken for a decompression bomb.
_MOST_IMAGE_PIXELS = 250_000_000
# Fewer letters than this and the text layer is a stamp or a page number, not the page.
_FEW_LETTERS = 25
_SOME_LETTERS = 250
# So many lines and areas beside few letters: letters may have been turned into curves.
_MANY_DRAWINGS = 150
_YEAR = re.compile(r"D:((?:19|20)\d\d)")


class PdfDocument(Closing):
    """A PDF file; see `Document`."""

    kind = "pdf"

    def __init__(
        self,
        path: Path,
        ocr: Ocr | None,
        passwords: Sequence[str] = (),
        redo_ocr: RedoOcr = "auto",
    ) -> None:
        self._ocr = ocr
        self._redo_ocr = redo_ocr
        with _PDFIUM:
            try:
                self._pdf = _unlocked(path, passwords)
                if self._pdf.get_formtype() != raw.FORMTYPE_NONE:
                    self._pdf.init_forms()
            except (pdfium.PdfiumError, OSError) as error:
                raise UnreadableFileError(_reason(str(error))) from error
            self.page_count = len(self._pdf)
            if not self.page_count:
                self._pdf.close()
                raise UnreadableFileError("is a PDF without pages")

    def close(self) -> None:
        """Let go of the file."""
        with _PDFIUM:
            self._pdf.close()

    @cached_property
    def attributes(self) -> Mapping[str, Attribute]:
        """Title, author and year, where the file states them."""
        with _PDFIUM:
            stated = {key: _stated(self._pdf, key) for key in ("Title", "Author", "CreationDate")}
        found: dict[str, Attribute] = {}
        for key in ("Title", "Author"):
            if text := _clean(stated[key]):
                found[key.lower()] = text
        if year := _YEAR.match(stated["CreationDate"]):
            found["year"] = int(year[1])
        return found

    @cached_property
    def _places(self) -> Outline:
        return Outline(self._pdf, self.outline)

    def attached(self) -> list[Part]:
        """The files that are attached to it."""
        return attached_parts(self._pdf, _PDFIUM)

    def page(self, number: int) -> Page:
        """Read one page: its text layer, or the picture of it where that says nothing.

        Its attribute `ocr` is 1 where the picture was read, 0 where it should have been;
        `layer_quality` is there where the letters of the text layer are those of no language, see
        `letter_quality`. `label` is the number that the document gives it, `section` the titles of
        its outline down to it.
        """
        with self._opened(number) as page:
            width, height = page.get_size()
            text = words_of(page, self._pdf.formenv)
            facts = self._places.attributes(number)
            quality = letter_quality(text.text)
            poor = quality is not None and quality < POOR and self._redo_ocr != "never"
            wanted = poor or _wants_ocr(page, text.text, scans=self._redo_ocr == "always")
            look = self._redo_ocr == "always" and not wanted and self._ocr is not None
            pictures = picture_boxes(page, text) if look else None
        if poor:
            facts["layer_quality"] = round(quality or 0.0, 2)
        if wanted and self._ocr is not None:
            drawn = self.render(number, self._ocr.drawn_size(width, height))
            read = self._ocr.read(drawn, width, height)
            # A scan may carry a text layer that is better than nothing: keep what says more.
            more = _letters(read.text) > _letters(text.text)
            redone = poor or self._redo_ocr == "always"
            if more or (redone and _reads_better(read.text, quality)):
                return Page(number, read.text, read.layout(width, height), {**facts, "ocr": 1})
        if pictures is not None and len(pictures) and self._ocr is not None:
            drawn = self.render(number, self._ocr.drawn_size(width, height))
            text = read_pictures(text, pictures, drawn, width, self._ocr)
        unread = {"ocr": 0} if wanted and self._ocr is None else {}
        return Page(number, text.text, text.layout(width, height), {**facts, **unread})

    def render(self, number: int, long_side: int) -> Image.Image:
        """Draw one page as it is shown, rotation included."""
        with self._opened(number) as page:
            for item in page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE]):
                across, down = item.get_px_size()
                if across * down > _MOST_IMAGE_PIXELS:
                    raise UnreadableFileError(
                        f"page {number} holds a picture of {across} x {down} pixels; "
                        f"at most {_MOST_IMAGE_PIXELS} are drawn"
                    )
            width, height = page.get_size()
            # pdfium rounds both sides up, so half a pixel less gives the size that was asked for.
            scale = (long_side - 0.5) / max(width, height)
            scale = min(scale, (_MOST_PIXELS / (width * height)) ** 0.5)
            drawn: Image.Image = page.render(scale=scale).to_pil()
            return drawn.convert("RGB")

    def marks(self, number: int) -> PageMarks:
        """What stands on one page besides its words: sizes of type, rules, pictures, links."""
        with self._opened(number) as page:
            return marks_of(self._pdf, page)

    @cached_property
    def outline(self) -> tuple[tuple[int, str, int], ...]:
        """The headings that the file lists: level from 0, title, and page from 1."""
        with _PDFIUM:
            try:
                entries = [
                    (one.level, one.get_title(), one.get_dest()) for one in self._pdf.get_toc()
                ]
                return tuple(
                    (level, _clean(title), target.get_index() + 1)
                    for level, title, target in entries
                    if target is not None and target.get_index() is not None
                )
            except (pdfium.PdfiumError, UnicodeDecodeError):
                return ()

    @contextmanager
    def _opened(self, number: int) -> Iterator[Any]:
        """One page of pdfium, under its lock; what it cannot do becomes this page's error."""
        if not 1 <= number <= self.page_count:
            raise UnreadableFileError(f"there is no page {number} of {self.page_count}")
        with _PDFIUM:
            try:
                page = self._pdf[number - 1]
            except pdfium.PdfiumError as error:
                raise UnreadableFileError(f"page {number} is damaged") from error
            try:
                width, height = page.get_size()
                if not (0 < width < 1e6 and 0 < height < 1e6):
                    raise UnreadableFileError(f"page {number} measures {width} x {height} points")
                yield page
            except (pdfium.PdfiumError, ValueError, MemoryError) as error:
                raise UnreadableFileError(f"page {number} is damaged: {error}") from error
            finally:
                page.close()


def _unlocked(path: Path, passwords: Sequence[str]) -> Any:
    """Open a file without a password, or with the first one that fits."""
    for password in (None, *passwords[:-1]):
        try:
            return _open(path, password)
        except pdfium.PdfiumError as error:
            if not passwords or "password" not in str(error).lower():
                raise
    return _open(path, passwords[-1])


def _open(path: Path, password: str | None) -> Any:
    try:
        str(path).encode()
    except UnicodeEncodeError:
        # pdfium takes names in UTF-8 only; bytes that are none go through Python's own file.
        file = path.open("rb")
        try:
            return pdfium.PdfDocument(file, password=password, autoclose=True)
        except pdfium.PdfiumError:
            file.close()
            raise
    # pypdfium2 takes a `~` at the beginning for somebody's home.
    return pdfium.PdfDocument(path.absolute(), password=password)


def _reason(message: str) -> str:
    if "password" in message.lower():
        return "is encrypted: it needs a password (--password-file), or another one"
    if "security" in message.lower():
        return "is encrypted in a way that is not supported"
    return "is damaged: pdfium cannot open it"


def _stated(pdf: Any, key: str) -> str:
    try:
        return str(pdf.get_metadata_value(key))
    except UnicodeDecodeError:
        return ""


def _clean(text: str) -> str:
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())


def _letters(text: str) -> int:
    """Letters and digits; private and replacement characters, which say nothing, are neither."""
    return sum(map(str.isalnum, text))


def _reads_better(read: str, layer: float | None) -> bool:
    """Whether what OCR read is a page's worth of letters, no worse than those of its text layer."""
    quality = letter_quality(read)
    if quality is None or layer is None:
        return _letters(read) >= _FEW_LETTERS
    return quality > layer or layer >= POOR


def _wants_ocr(page: Any, text: str, *, scans: bool) -> bool:
    """Whether the text layer is missing, a stamp on a picture or drawing, or without meaning.

    With `scans`, also whether the page is a picture with any text layer.
    """
    letters = _letters(text)
    marks = len(text) - sum(map(str.isspace, text))
    if letters >= _SOME_LETTERS and letters > marks / 4 and not scans:
        return False
    covered, drawings = 0.0, 0
    for item in page.get_objects(max_depth=3):
        if item.type == raw.FPDF_PAGEOBJ_IMAGE:
            left, bottom, right, top = item.get_bounds()
            covered += max(0.0, right - left) * max(0.0, top - bottom)
        drawings += item.type not in (raw.FPDF_PAGEOBJ_TEXT, raw.FPDF_PAGEOBJ_FORM)
    if letters < _FEW_LETTERS:
        return bool(drawings) or marks > letters
    width, height = page.get_size()
    outlined = letters < _SOME_LETTERS and drawings >= _MANY_DRAWINGS
    return letters <= marks / 4 or covered > width * height / 2 or outlined
