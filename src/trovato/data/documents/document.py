"""Any readable file as a sequence of pages."""

from __future__ import annotations

from collections.abc import Mapping
from types import TracebackType
from typing import Literal, Protocol, runtime_checkable

from PIL import Image

from trovato.core import Attribute, Page

# Which pages of a PDF are read by OCR though they have a text layer.
RedoOcr = Literal["auto", "always", "never"]


@runtime_checkable
class Document(Protocol):
    """An open file with pages. Laws: `trovato.testing.check_document`."""

    @property
    def kind(self) -> str:
        """Such as `pdf`, `image`, `text`, `markdown`, `html`, `docx`, `spreadsheet` or `mail`."""

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

    def close(self) -> None:
        """Let go of the file; a `with` block does so at its end."""

    def __enter__(self) -> Document: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...
