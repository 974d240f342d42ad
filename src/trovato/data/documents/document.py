"""Any readable file as a sequence of pages."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Protocol, runtime_checkable

from PIL import Image

from trovato.core import Attribute, Page, PathLike, UnreadableFileError
from trovato.data.documents.ocr import Ocr

MOST_PAGES = 5000
# Bytes of a text that is held in memory; longer ones are read as plain text, block by block.
_LARGE_TEXT = 16 * 2**20


@runtime_checkable
class Document(Protocol):
    """An open file with pages. Laws: `trovato.testing.check_document`."""

    @property
    def kind(self) -> str:
        """`pdf`, `image`, `text`, `markdown` or `html`."""

    @property
    def page_count(self) -> int:
        """At least 1."""

    @property
    def attributes(self) -> Mapping[str, Attribute]:
        """Facts about the whole file, such as title, author and year."""

    def page(self, number: int) -> Page:
        """Read one page, from 1.

        Raises
        ------
        UnreadableFileError
            If this page cannot be read; others may well be.
        """

    def render(self, number: int, long_side: int) -> Image.Image:
        """Draw one page; its longer side measures `long_side` pixels.

        Raises
        ------
        UnreadableFileError
            If this page cannot be drawn.
        """

    def __enter__(self) -> Document: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...


def open_document(
    path: PathLike, ocr: Ocr | None = None, *, most_pages: int = MOST_PAGES
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

    Raises
    ------
    UnreadableFileError
        If it is empty, encrypted, damaged, too large, or not of a known type.

    Examples
    --------
    >>> from pathlib import Path
    >>> _ = Path("note.md").write_text("Keys")
    >>> document = open_document("note.md")
    >>> document.page(1).text
    'Keys'
    """
    path = Path(path)
    from trovato.data.documents.image import ImageDocument, is_image
    from trovato.data.documents.large_text import LargeText
    from trovato.data.documents.pdf import PdfDocument
    from trovato.data.documents.text import open_text

    try:
        with path.open("rb") as file:
            head = file.read(2048)
        size = path.stat().st_size
    except OSError as error:
        raise UnreadableFileError(f"cannot be opened: {error.strerror or error}") from error
    if not head:
        raise UnreadableFileError("is empty")
    document: Document
    # A PDF may begin with other bytes; a text may speak of one.
    begins = head.lstrip().startswith(b"%PDF-")
    if begins or (path.suffix.lower() == ".pdf" and b"%PDF-" in head[:1024]):
        document = PdfDocument(path, ocr)
    elif is_image(head):
        document = ImageDocument(path, ocr)
    elif size > _LARGE_TEXT:
        document = LargeText(path)
    else:
        document = open_text(path)
    if document.page_count > most_pages and document.kind in ("pdf", "image"):
        count = document.page_count
        document.__exit__(None, None, None)
        raise UnreadableFileError(f"has {count} pages; at most {most_pages} are read: split it")
    return document
