"""Texts that are too long to be held in memory."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryFile

from PIL import Image

from trovato.core import Attribute, Closing, Page, UnreadableFileError
from trovato.data.documents.plain.encoding import SAMPLE, detect, printable
from trovato.data.documents.text_pages import draw, split_pages, typeset

_BLOCK = 1 << 20  # characters read at a time


class LargeText(Closing):
    """A plain text of any length; see `Document`.

    Its pages are written to a temporary file, in UTF-8; only where each begins is kept in memory.
    """

    kind = "text"

    def __init__(self, path: Path) -> None:
        self._pages = TemporaryFile()  # noqa: SIM115 (closed with the document)
        self._starts = [0]
        try:
            with path.open("rb") as file:
                encoding = detect(file.read(SAMPLE))
            self.attributes: dict[str, Attribute] = (
                {"encoding": encoding.name} if encoding.guessed else {}
            )
            rest = ""
            with path.open(encoding=encoding.name, errors="replace") as text:
                while block := text.read(_BLOCK):
                    block = rest + printable(block)
                    # A line is never cut, unless it is longer than a block.
                    end = block.rfind("\n", len(block) - _BLOCK) + 1 or len(block)
                    rest = block[end:]
                    self._write(split_pages(block[:end]))
            self._write(split_pages(rest) if rest else [])
        except OSError as error:
            self._pages.close()
            raise UnreadableFileError(f"cannot be read: {error.strerror or error}") from error
        except UnreadableFileError:
            self._pages.close()
            raise

    def _write(self, pages: list[str]) -> None:
        for page in pages:
            raw = page.encode("utf-8", "replace")
            self._pages.write(raw)
            self._starts.append(self._starts[-1] + len(raw))

    @property
    def page_count(self) -> int:
        """At least 1."""
        return len(self._starts) - 1

    def close(self) -> None:
        """Let go of the file."""
        self._pages.close()

    def page(self, number: int) -> Page:
        """One page of the text."""
        text = self._text(number)
        return Page(number, text, typeset(text))

    def render(self, number: int, long_side: int) -> Image.Image:
        """Draw one page of the text."""
        return draw(self._text(number), long_side)

    def _text(self, number: int) -> str:
        if not 1 <= number <= self.page_count:
            raise UnreadableFileError(f"there is no page {number} of {self.page_count}")
        first, last = self._starts[number - 1 : number + 1]
        self._pages.seek(first)
        return self._pages.read(last - first).decode()
