"""Plain text, Markdown and HTML, set onto pages."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from types import TracebackType

from PIL import Image

from trovato.core import Attribute, Page, UnreadableFileError
from trovato.data.documents.html import read_html
from trovato.data.documents.text_pages import draw, split_pages, typeset

_HTML = re.compile(r"<(!doctype\s+html|html|head|body)\b", re.IGNORECASE)
# Encodings of the web; Python knows others, which decode to what is no text.
_CHARSET = re.compile(
    rb"<meta[^>]+charset=[\"']?(windows-\d+|iso-[\w-]+|koi8-\w|gb\w+|big5|euc-\w+|shift_jis)\b",
    re.IGNORECASE,
)
_ODD = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f\ufffd]")
_HEADING = re.compile(r"^#{1,6}[ \t]+(\S.*)$", re.MULTILINE)


class TextDocument:
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

    def __enter__(self) -> TextDocument:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        pass

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
    text = _decode(raw)
    if path.suffix.lower() in (".md", ".markdown"):
        found = _HEADING.search(text)
        title = found[1].rstrip("# \t") if found else ""
        return TextDocument("markdown", _sections(text), {"title": title} if title else {})
    if path.suffix.lower() in (".html", ".htm") or _is_html(text):
        title, shown = read_html(text)
        return TextDocument("html", _sections(shown), {"title": title} if title else {})
    return TextDocument("text", split_pages(text), {})


def _is_html(text: str) -> bool:
    return text.lstrip("\ufeff \t\n").startswith("<") and _HTML.search(text[:2000]) is not None


def _decode(raw: bytes) -> str:
    for mark, encoding in (
        (b"\xef\xbb\xbf", "utf-8-sig"),
        (b"\xff\xfe", "utf-16"),
        (b"\xfe\xff", "utf-16"),
    ):
        if raw.startswith(mark):
            return _printable(raw.decode(encoding, "replace"))
    if b"\0" in raw[:8192]:
        raise UnreadableFileError("is not text, and no known type of document")
    try:
        return _printable(raw.decode("utf-8"))
    except UnicodeDecodeError:
        stated = _CHARSET.search(raw[:2048])
        try:
            return _printable(raw.decode(stated[1].decode() if stated else "cp1252", "replace"))
        except (LookupError, UnicodeError):
            return _printable(raw.decode("latin-1"))


def _printable(text: str) -> str:
    """Line ends of one kind; refuse what is mostly control characters or replacements."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if len(_ODD.findall(text)) > len(text) / 10:
        raise UnreadableFileError("is not text, and no known type of document")
    return _ODD.sub(" ", text)


def _sections(text: str) -> list[str]:
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
