"""Plain text, Markdown and HTML, set onto pages."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path

from PIL import Image

from trovato.core import Attribute, Closing, Page, UnreadableFileError
from trovato.data.documents.html import read_html
from trovato.data.documents.plain.encoding import decode
from trovato.data.documents.plain.front_matter import read_front_matter
from trovato.data.documents.text_pages import draw, split_pages, typeset

_HTML = re.compile(r"<(!doctype\s+html|html|head|body)\b", re.IGNORECASE)
# A hyphen at the end of a line between lower-case letters: the line's, not the word's.
_LINE_HYPHEN = re.compile(r"(?<=[^\W\d_])(?:-|\u2010)\n[ \t]*(?=[^\W\d_])")
_SOFT_HYPHEN = "\u00ad"
_HEADING = re.compile(r"^#{1,6}[ \t]+(\S.*)$", re.MULTILINE)


class TextDocument(Closing):
    """Text as pages; see `Document`."""

    def __init__(
        self, kind: str, pages: Sequence[str], attributes: Mapping[str, Attribute]
    ) -> None:
        self.kind = kind
        self.attributes = attributes
        self._pages = pages

    @property
    def page_count(self) -> int:
        """At least 1."""
        return len(self._pages)

    def close(self) -> None:
        """Nothing is open: the text was read whole."""

    def page(self, number: int) -> Page:
        """One page of the text."""
        text = self._text(number)
        return Page(number, text, typeset(text))

    def render(self, number: int, long_side: int) -> Image.Image:
        """Draw one page of the text."""
        return draw(self._text(number), long_side)

    def _text(self, number: int) -> str:
        if not 1 <= number <= len(self._pages):
            raise UnreadableFileError(f"there is no page {number} of {len(self._pages)}")
        return self._pages[number - 1]


def open_text(path: Path) -> TextDocument:
    """Read a file of text; which kind is told by its name and its beginning.

    Raises
    ------
    UnreadableFileError
        If it holds something else than text.
    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise UnreadableFileError(f"cannot be opened: {error.strerror or error}") from error
    text, encoding = decode(raw)
    facts: dict[str, Attribute] = {"encoding": encoding.name} if encoding.guessed else {}
    if path.suffix.lower() in (".md", ".markdown"):
        found = _HEADING.search(text)
        title = found[1].rstrip("# \t") if found else ""
        facts |= {"title": title} if title else {}
        facts |= read_front_matter(text)
        return TextDocument("markdown", sections(joined(text)), facts)
    if path.suffix.lower() in (".html", ".htm", ".xhtml") or _is_html(text):
        title, shown = read_html(text)
        facts |= {"title": title} if title else {}
        return TextDocument("html", sections(joined(shown)), facts)
    return TextDocument("text", split_pages(joined(text)), facts)


def joined(text: str) -> str:
    """Text with words whole that a hyphen breaks at the end of a line, and no soft hyphens."""
    text = text.replace(_SOFT_HYPHEN + "\n", "").replace(_SOFT_HYPHEN, "")
    return _LINE_HYPHEN.sub(_join, text)


def _join(found: re.Match[str]) -> str:
    before, after = found.string[found.start() - 1], found.string[found.end()]
    return "" if before.islower() and after.islower() else found[0]


def _is_html(text: str) -> bool:
    return text.lstrip("\ufeff \t\n").startswith("<") and _HTML.search(text[:2000]) is not None


def sections(text: str) -> list[str]:
    """Pages that begin at headings; small sections share a page, long ones are cut."""
    starts = [match.start() for match in _HEADING.finditer(text)]
    edges = [0, *[start for start in starts if start], len(text)]
    pages: list[str] = []
    for first, last in pairwise(edges):
        section = text[first:last].strip("\n")
        if pages and len(pages[-1]) + len(section) < 1500:
            pages[-1] = f"{pages[-1]}\n\n{section}"
        else:
            pages.append(section)
    return [page for section in pages for page in split_pages(section)] or [""]
