"""Rows of a page put together to paragraphs, lists, tables and pictures."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from trovato.core import Box, Page
from trovato.data.components.pdf.page_rows import Row, Word, page_rows, row_box
from trovato.data.components.pdf.tables import FoundTable, find_tables
from trovato.data.documents.pdf.marks import PageMarks

BlockKind = Literal["paragraph", "list", "table", "picture"]

_BULLET = re.compile(r"[•▪◦‣·●○■–—*-]|\(?(?:\d{1,2}|[a-z])[.)]")
_ENDS = re.compile(r"[.?!:;”\"')\]]\Z")
# Lines of one paragraph stand closer than so many heights of type, and differ by less in size.
_LEADING, _SAME_SIZE = 1.0, 0.08


@dataclass
class Block:
    """Something that stands on a page by itself.

    Parameters
    ----------
    kind
        What it is; headings and captions are paragraphs as yet.
    page
        From 1.
    box
        Around it.
    lines
        Words of each line of a text, or those that stand on a picture.
    size, bold
        Of its type.
    table
        The cells of a table.
    """

    kind: BlockKind
    page: int
    box: Box
    lines: list[tuple[Word, ...]] = field(default_factory=list)
    size: float = 0.0
    bold: bool = False
    table: FoundTable | None = None

    @property
    def text(self) -> str:
        """All of its words."""
        return self.words()[0]

    def words(self) -> tuple[str, list[tuple[Box, int, int]]]:
        """The text, and of each word its box and which characters it is."""
        text, placed = "", []
        for line in self.lines:
            for word in line:
                new_point = self.kind == "list" and word is line[0] and _BULLET.fullmatch(word.text)
                text += "" if not text or word.glued else "\n" if new_point else " "
                placed.append((word.box, len(text), len(text) + len(word.text)))
                text += word.text
        return text, placed


def page_blocks(page: Page, marks: PageMarks) -> list[Block]:
    """The blocks of a page in reading order.

    Parameters
    ----------
    page
        Its words with their boxes.
    marks
        Sizes of type, rules and pictures.
    """
    rows = page_rows(page, marks)
    found: list[Block] = []
    pictures = [Box(*edges) for edges in marks.pictures.tolist()]
    on_picture = [
        next((box for box in pictures if _inside(box, row_box(row))), None) for row in rows
    ]
    if sum(box is not None for box in on_picture) * 2 > len(rows):
        on_picture, pictures = [None] * len(rows), []  # the page is drawn on it
    texts = [row for row, place in zip(rows, on_picture, strict=True) if place is None]
    start = 0
    for table in find_tables(texts, marks.rules):
        found += _texts(texts[start : table.rows[0]], page.number)
        found.append(Block("table", page.number, table.box, table=table))
        start = table.rows[1]
    found += _texts(texts[start:], page.number)
    for box in pictures:
        own = [row for row, place in zip(rows, on_picture, strict=True) if place is box]
        below = [at for at, block in enumerate(found) if _follows(block.box, box)]
        picture = Block("picture", page.number, box, list(map(_words, own)))
        found.insert(below[0] if below else len(found), picture)
    return found


def _texts(rows: Sequence[Row], page: int) -> Iterator[Block]:
    """Paragraphs and lists."""
    block: Block | None = None
    for row in rows:
        words, box = _words(row), row_box(row)
        bullet = bool(_BULLET.fullmatch(words[0].text)) and len(words) > 1
        bold = all(part.bold for part in row)
        if block is not None and _goes_on(block, row[0].size, bold, box, bullet):
            block.lines.append(words)
            block.box = Box.around((block.box, box))
            continue
        if block is not None:
            yield block
        kind: BlockKind = "list" if bullet else "paragraph"
        block = Block(kind, page, box, [words], row[0].size, bold)
    if block is not None:
        yield block


def _goes_on(block: Block, size: float, bold: bool, box: Box, bullet: bool) -> bool:
    """Whether a line belongs to the block above it."""
    last = Box.around(word.box for word in block.lines[-1])
    gap = box.top - last.bottom
    if not -0.5 * size <= gap <= _LEADING * size or bold != block.bold:
        return False
    if abs(size - block.size) > _SAME_SIZE * block.size:
        return False
    if bullet or block.kind == "list":
        return block.kind == "list"
    indented = box.left - last.left > 0.8 * size and len(block.lines) > 1
    return not (indented and _ENDS.search(block.lines[-1][-1].text))


def _words(row: Row) -> tuple[Word, ...]:
    return tuple(word for part in row for word in part.words)


def _follows(box: Box, picture: Box) -> bool:
    """Whether something stands below the upper edge of a picture, in its column."""
    return box.top >= picture.top and box.left < picture.right and picture.left < box.right


def _inside(area: Box, box: Box) -> bool:
    x, y = (box.left + box.right) / 2, (box.top + box.bottom) / 2
    return area.left <= x <= area.right and area.top <= y <= area.bottom
