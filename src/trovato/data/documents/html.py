"""What a reader sees of an HTML page, as text."""

from __future__ import annotations

import re
from html.parser import HTMLParser

_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_UNSEEN = frozenset(("script", "style", "noscript", "template", "nav", "svg"))
_CELLS = frozenset(("td", "th"))
# Tags within a line of text; every other one begins a new line.
_WITHIN = re.compile(
    "a|abbr|acronym|b|bdi|bdo|big|button|cite|code|data|del|dfn|em|font|i|img|input|ins|kbd|label|"
    "mark|q|s|samp|small|span|strike|strong|sub|sup|time|tt|u|var|wbr"
)


def read_html(page: str) -> tuple[str, str]:
    """Title and visible text; headings are marked as in Markdown.

    Parameters
    ----------
    page
        The page's source.
    """
    parser = _Reader()
    parser.feed(tags_only(page))
    parser.close()
    text = re.sub(r" *\n *", "\n", "".join(parser.parts))
    return " ".join("".join(parser.title).split()), re.sub(r"\n{3,}", "\n\n", text)


def tags_only(page: str) -> str:
    """Without comments and declarations; a `<` that opens no tag is written as `&lt;`.

    The standard parser meets broken declarations with an `AssertionError`, and takes quadratic time
    where much is opened and never closed.
    """
    kept, start = [], 0
    while (comment := page.find("<!--", start)) >= 0:
        kept.append(page[start:comment])
        end = page.find("-->", comment + 4)
        start = end + 3 if end >= 0 else len(page)
    text = re.sub(r"<[!?][^<>]*>", "", "".join([*kept, page[start:]]))
    return re.sub(r"<(?![a-zA-Z/][^<>]*>)", "&lt;", text)


class _Reader(HTMLParser):
    """Collects title and text."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self.title: list[str] = []
        self._hidden: list[str] = []
        self._in_title = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        if tag in _UNSEEN:
            self._hidden.append(tag)
        elif tag == "title":
            # An SVG has titles as well.
            self._in_title = not self._hidden
        elif tag in _HEADINGS:
            self.parts.append(f"\n\n{'#' * int(tag[1])} ")
        elif tag in _CELLS:
            self.parts.append(" ")
        elif not _WITHIN.fullmatch(tag):
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in self._hidden:
            # With it ends what was opened inside and never closed.
            del self._hidden[self._hidden.index(tag) :]
        elif tag == "title":
            self._in_title = False
        elif tag in _HEADINGS or tag == "p":
            self.parts.append("\n\n")

    def handle_data(self, data: str) -> None:
        if self._in_title:
            self.title.append(data)
        elif not self._hidden:
            self.parts.append(re.sub(r"\s+", " ", data))
