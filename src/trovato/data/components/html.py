"""An HTML page as a tree of items: paragraphs, lists, tables and pictures under their headings."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote, urlsplit

from trovato.core import Item, Link, Location
from trovato.data.components.chart import chart_item
from trovato.data.components.paragraph import paragraph_items
from trovato.data.components.table import Cell, table_items
from trovato.data.components.table_grid import TableGrid
from trovato.data.documents.html import parsed, walk

_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_BLOCKS = frozenset(("p", "blockquote", "pre", "dd", "dt", "figcaption", "div", "section", "body"))
_LISTS = frozenset(("ul", "ol", "dl"))
_CELLS = frozenset(("td", "th"))


def link_target(href: str, name: str) -> str | None:
    """The id of the document that a link leads to; None for one within the page, or of no page.

    Parameters
    ----------
    href
        As it stands in the page.
    name
        Id of the page: its path, with `/` between the parts. Relative paths start from there.
    """
    parts = urlsplit(href.strip())
    if parts.scheme in ("http", "https"):
        return unquote(parts._replace(fragment="").geturl())
    if parts.scheme or parts.netloc or not parts.path:
        return None
    path = unquote(parts.path)
    if path.startswith("/"):
        return path
    return posixpath.normpath(posixpath.join(posixpath.dirname(name), path))


def html_components(page: str, name: str) -> list[Item]:
    """The document of a page, its components, and their rows and sentences.

    Components stand under the headings above them. Links are by the ids of other pages, see
    `link_target`; those of a table go with their rows.

    Parameters
    ----------
    page
        The page's source.
    name
        Id of the document, such as its path.
    """
    tree = parsed(page)
    reader = _Reader(name)
    for node, opens in walk(tree.root):
        if node.is_text_node:
            reader.add_text(node.text_content)
        elif opens:
            reader.open(node.tag, {key: value or "" for key, value in node.attributes.items()})
        if not opens or (node.first_child is None and not node.is_text_node):
            reader.close(node.tag)
    reader.end_block()
    stated = tree.css_first("head > title")
    title = _plain(stated.text() if stated else "") or reader.first_heading or name
    items = [Item(name, "document", title, Location(name), {"title": title})]
    for order, block in enumerate(reader.blocks, start=1):
        place: dict[str, Any] = {
            "parent": name,
            "order": order - 1,
            "path": (title, *block.path),
            "location": Location(name),
        }
        item_id = f"{name}.c{order}"
        if block.image is not None:
            items.append(chart_item(item_id, block.image, caption=block.text, **place))
        elif block.grid is not None:
            header, rows = block.grid.resolved()
            items += table_items(item_id, header, rows, **place)
        else:
            items += paragraph_items(
                item_id, block.text, links=block.links, kind=block.kind, **place
            )
    return items


@dataclass
class _Block:
    """A component on its way."""

    path: tuple[str, ...]
    kind: str = "paragraph"
    text: str = ""
    links: list[Link] = field(default_factory=list)
    grid: TableGrid | None = None
    image: str | None = None


class _Reader:
    """Collects components from elements as they open and close."""

    def __init__(self, name: str) -> None:
        self.blocks: list[_Block] = []
        self.headings: list[tuple[int, str]] = []
        self.first_heading = ""
        self._name = name
        self._heading = 0
        self._lists = 0
        self._tables: list[TableGrid] = []
        self._text = ""
        self._links: list[Link] = []
        self._open_link: tuple[str, int] | None = None

    def open(self, tag: str, given: dict[str, str]) -> None:
        """An element begins, with its attributes."""
        if tag == "a" and (target := link_target(given.get("href", ""), self._name)):
            self._open_link = target, len(self._text)
        elif tag == "img" and given.get("src"):
            self._picture(given)
        elif tag == "br":
            self._text += " "
        elif tag == "table":
            self.end_block()
            self._tables.append(TableGrid())
        elif self._tables:
            if tag == "tr":
                self._tables[-1].new_row()
            elif tag in _CELLS:
                self._take()
                self._tables[-1].new_cell(
                    tag == "th", given.get("rowspan", ""), given.get("colspan", "")
                )
        elif tag in _LISTS:
            if not self._lists:
                self.end_block()
            self._lists += 1
        elif tag == "li" and self._text.strip():
            self._text += "\n"
        elif tag in _HEADINGS:
            self.end_block()
            self._heading = _HEADINGS[tag]
        elif tag in _BLOCKS and not self._lists:
            self.end_block()

    def close(self, tag: str) -> None:
        """An element ends."""
        if tag == "a":
            self._end_link()
        elif tag in _CELLS and self._tables:
            self._end_cell()
        elif tag == "table" and self._tables:
            grid = self._tables.pop()
            if not self._tables and grid.has_text():
                self.blocks.append(_Block(self._path(), grid=grid))
        elif tag in _HEADINGS and self._heading:
            level, self._heading = self._heading, 0
            text, _ = self._take()
            self.headings = [one for one in self.headings if one[0] < level]
            self.headings.append((level, text))
            self.first_heading = self.first_heading or text
        elif tag in _LISTS and self._lists:
            self._lists -= 1
            if not self._lists:
                self.end_block("list")
        elif tag in _BLOCKS and not self._lists and not self._tables:
            self.end_block()

    def add_text(self, text: str) -> None:
        """Words come."""
        text = re.sub(r"\s+", " ", text)
        # White space at the start of a line would move the spans of links.
        self._text += text if self._text and not self._text[-1].isspace() else text.lstrip()

    def end_block(self, kind: str = "paragraph") -> None:
        """Close the component that text goes to, if there is any."""
        if self._heading or self._tables:
            return
        text, links = self._take()
        if text:
            kind = "list" if self._lists else kind
            self.blocks.append(_Block(self._path(), kind, text, links))

    def _path(self) -> tuple[str, ...]:
        return tuple(text for _, text in self.headings)

    def _picture(self, given: dict[str, str]) -> None:
        if given.get("alt") and not self._tables and not self._heading:
            path = link_target(given["src"], self._name)
            self.blocks.append(_Block(self._path(), text=_plain(given["alt"]), image=path))

    def _end_link(self) -> None:
        if self._open_link:
            target, start = self._open_link
            self._open_link = None
            text = self._text[start:].rstrip()
            if text:
                self._links.append(Link(target, text, (start, start + len(text))))

    def _end_cell(self) -> None:
        text, links = self._take()
        cell = Cell(_plain(text), tuple(dict.fromkeys(link.target for link in links)))
        self._tables[-1].fill(cell)

    def _take(self) -> tuple[str, list[Link]]:
        """The text so far and the links in it, which begin anew."""
        self._end_link()
        text, links = self._text.rstrip(), self._links
        self._text, self._links = "", []
        return text, links


def _plain(text: str) -> str:
    return " ".join(text.split())
