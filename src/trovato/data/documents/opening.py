"""Any readable file, opened by what it holds."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from trovato.core import PathLike, UnreadableFileError, check_many
from trovato.data.documents.document import Document, RedoOcr
from trovato.data.documents.ocr import Ocr

MOST_PAGES = 5000
# Bytes of a text that is held in memory; longer ones are read as plain text, block by block.
_LARGE_TEXT = 16 * 2**20
# Files inside of files: a mail in an archive, and its attachments.
_DEEPEST = 2


@dataclass(frozen=True, slots=True)
class _Opening:
    """How files are opened, those inside of others too."""

    ocr: Ocr | None
    most_pages: int
    passwords: tuple[str, ...]
    redo_ocr: RedoOcr

    def open(self, path: Path, depth: int = 0) -> Document:
        try:
            with path.open("rb") as file:
                head = file.read(2048)
            size = path.stat().st_size
        except OSError as error:
            raise UnreadableFileError(f"cannot be opened: {error.strerror or error}") from error
        if not head:
            raise UnreadableFileError("is empty")
        document = self._opened(path, head, size, depth)
        if document.page_count > self.most_pages and document.kind in ("pdf", "image"):
            count = document.page_count
            document.__exit__(None, None, None)
            raise UnreadableFileError(
                f"has {count} pages; at most {self.most_pages} are read: split it"
            )
        return document

    def _opened(self, path: Path, head: bytes, size: int, depth: int) -> Document:
        from trovato.data.documents.formats.registry import open_format
        from trovato.data.documents.image import ImageDocument, is_image

        inner = partial(self.open, depth=depth + 1) if depth < _DEEPEST else None
        # A PDF may begin with other bytes; a text may speak of one.
        begins = head.lstrip().startswith(b"%PDF-")
        if begins or (path.suffix.lower() == ".pdf" and b"%PDF-" in head[:1024]):
            return self._pdf(path, inner)
        if is_image(head):
            return ImageDocument(path, self.ocr)
        document = open_format(path, head, inner)
        if document is not None:
            return document
        if size > _LARGE_TEXT:
            from trovato.data.documents.plain.large_text import LargeText

            return LargeText(path)
        from trovato.data.documents.text import open_text

        return open_text(path)

    def _pdf(self, path: Path, inner: Callable[[Path], Document] | None) -> Document:
        """A PDF, with the files that are attached to it."""
        from trovato.data.documents.formats.parts import DocumentOfParts
        from trovato.data.documents.pdf.document import PdfDocument

        document = PdfDocument(path, self.ocr, self.passwords, self.redo_ocr)
        parts = document.attached() if inner is not None else []
        if inner is None or not parts:
            return document
        return DocumentOfParts("pdf", document, parts, inner)


def open_document(
    path: PathLike,
    ocr: Ocr | None = None,
    *,
    most_pages: int = MOST_PAGES,
    passwords: Iterable[str] = (),
    redo_ocr: RedoOcr = "auto",
) -> Document:
    """Open a file; what it is is told by its content, not by its name.

    Parameters
    ----------
    path
        The file.
    ocr
        Reads pages that have no text; None leaves them without.
    most_pages
        PDFs and pictures with more pages are refused; texts of any length are read.
    passwords
        Tried on a PDF that is encrypted.
    redo_ocr
        Which pages of a PDF are read by OCR though they have a text layer: "auto" for those whose
        letters are of no language, "always" also for all that are pictures, "never" for none.

    Raises
    ------
    UnreadableFileError
        If it is empty, encrypted, damaged, too large, or not of a known type.
    MissingExtraError
        If its format takes a package that is not installed.

    Examples
    --------
    >>> from pathlib import Path
    >>> _ = Path("note.md").write_text("Keys")
    >>> document = open_document("note.md")
    >>> document.page(1).text
    'Keys'
    """
    check_many("passwords", passwords)
    return _Opening(ocr, most_pages, tuple(passwords), redo_ocr).open(Path(path))
