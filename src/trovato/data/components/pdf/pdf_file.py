"""A PDF as a tree of items: what stands on its pages, under its headings, with its links."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from trovato.core import Box, Item, Link, Location, PathLike, UnreadableFileError
from trovato.data.components.chart import chart_item
from trovato.data.components.html import link_target
from trovato.data.components.paragraph import paragraph_items
from trovato.data.components.pdf.blocks import Block, page_blocks
from trovato.data.components.pdf.headings import heading_levels, without_running_heads
from trovato.data.components.pdf.page_rows import Word
from trovato.data.components.pdf.tables import FoundTable
from trovato.data.components.references import label_of, references
from trovato.data.components.table import Cell, table_items
from trovato.data.documents.ocr import Ocr
from trovato.data.documents.pdf.document import PdfDocument
from trovato.data.documents.pdf.marks import LinkMark

# Dots that lead from a name to its number.
_LEADERS = re.compile(r"(?:\s*\.){4,}")
# A caption stands so near to what it is about, in points.
_NEAR = 60.0


@dataclass
class _Component:
    """A block with its id, headings, caption and label."""

    id: str
    block: Block
    path: tuple[str, ...]
    caption: str = ""
    labels: list[str] = field(default_factory=list)


def pdf_components(path: PathLike, name: str, ocr: Ocr | None = None) -> Iterator[Item]:
    """The document of a PDF, its components, and their rows and sentences.

    Headings are told by the file's outline, by their size and by bold type; tables by drawn lines
    or by columns. Each item has its page and its place there. Links are those that the file has,
    and words such as "see Table 3".

    Parameters
    ----------
    path
        The file.
    name
        Id of the document, such as its path.
    ocr
        Reads pages without text; None leaves them out.

    Raises
    ------
    UnreadableFileError
        If it is no PDF that can be opened. A damaged page is left out.
    """
    blocks: list[Block] = []
    links: dict[int, tuple[LinkMark, ...]] = {}
    height = 0.0
    with PdfDocument(Path(path), ocr) as document:
        for number in range(1, document.page_count + 1):
            try:
                page, marks = document.page(number), document.marks(number)
            except UnreadableFileError:
                continue
            height = max(height, page.layout.height)
            blocks += page_blocks(page, marks)
            links[number] = marks.links
        title, outline = str(document.attributes.get("title", "")), document.outline
    blocks = without_running_heads(blocks, height)
    levels = heading_levels(blocks, outline)
    title = title or next((b.text for b, at in zip(blocks, levels, strict=True) if at == 0), name)
    found = _captioned(_components(blocks, levels, title, name))
    yield Item(name, "document", title, Location(name), {"title": title})
    targets = {label: one.id for one in reversed(found) for label in one.labels}
    for order, one in enumerate(found):
        yield from _items(one, order, name, found, targets, links.get(one.block.page, ()))


def _components(
    blocks: Sequence[Block], levels: Sequence[int | None], title: str, name: str
) -> list[_Component]:
    headings: list[tuple[int, str]] = []
    found: list[_Component] = []
    for block, level in zip(blocks, levels, strict=True):
        if level is None:
            path = (title, *(text for _, text in headings))
            found.append(_Component(f"{name}.c{len(found) + 1}", block, path))
        else:
            headings = [one for one in headings if one[0] < level]
            headings.append((level, block.text))
    return found


def _captioned(components: Sequence[_Component]) -> list[_Component]:
    """Captions go to the nearest table or picture of their page; the rest of them stay texts."""
    labelled = [
        (one, label)
        for one in components
        if one.block.kind == "paragraph" and (label := label_of(one.block.text))
    ]
    pairs = sorted(
        (_distance(one.block.box, other.block.box), at, place)
        for at, (one, label) in enumerate(labelled)
        for place, other in enumerate(components)
        if other.block.page == one.block.page and other.block.kind == _wanted(label)
    )
    owned: dict[int, int] = {}
    for distance, at, place in pairs:
        if distance < _NEAR and at not in owned and place not in owned.values():
            owned[at] = place
    gone = set()
    for at, (one, label) in enumerate(labelled):
        owner = components[owned[at]] if at in owned else one
        owner.labels.append(label)
        if owner is not one:
            owner.caption = one.block.text
            gone.add(one.id)
        elif _wanted(label) == "picture":
            one.block.kind = "picture"  # it is drawn in many pieces: its caption stands for it
    return [
        one
        for one in components
        if one.id not in gone and (one.block.kind != "picture" or one.caption or one.block.lines)
    ]


def _wanted(label: str) -> str:
    return "table" if label.startswith(("table", "exhibit")) else "picture"


def _items(
    one: _Component,
    order: int,
    name: str,
    components: Sequence[_Component],
    targets: Mapping[str, str],
    marks: Sequence[LinkMark],
) -> Iterator[Item]:
    block = one.block
    place: dict[str, Any] = {
        "parent": name,
        "order": order,
        "path": (*one.path, one.caption) if block.kind == "table" else one.path,
        "location": Location(name, block.page, block.box),
    }
    leading = [(Box(*mark.box), _target(mark, name, components)) for mark in marks]
    known = [(box, target) for box, target in leading if target is not None and target != one.id]
    if block.kind == "picture":
        words = [" ".join(word.text for word in line) for line in block.lines]
        own = one.caption or block.text
        yield chart_item(one.id, None, words if one.caption else (), caption=own, **place)
    elif block.table is not None:
        rows = [[_cell(cell, known) for cell in row] for row in block.table.cells]
        heads = [_joined(column) for column in zip(*rows[: block.table.headers], strict=True)]
        yield from _placed(
            table_items(one.id, heads, rows[block.table.headers :], **place), block.table
        )
    else:
        text, words_at = block.words()
        links = _spanned(text, words_at, known)
        known_targets = {one.id, *(link.target for link in links)}
        links += [link for link in references(text, targets) if link.target not in known_targets]
        yield from paragraph_items(one.id, text, links=links, kind=block.kind, **place)


def _placed(items: Sequence[Item], table: FoundTable) -> Iterator[Item]:
    """A table's item and those of its rows, each of these with a place of its own."""
    yield items[0]
    for item, row in zip(items[1:], table.cells[table.headers :], strict=True):
        boxes = [word.box for cell in row for word in cell]
        if boxes and item.location:
            item = replace(item, location=replace(item.location, box=Box.around(boxes)))
        yield item


def _target(mark: LinkMark, name: str, components: Sequence[_Component]) -> str | None:
    """The component that a link leads to, or the document of its address."""
    if mark.page is None:
        return link_target(mark.address, name)
    there = [one for one in components if one.block.page == mark.page]
    top = mark.top or 0.0
    below = [one for one in there if one.block.box.bottom > top]
    return min(below, key=lambda one: abs(one.block.box.top - top)).id if below else None


def _spanned(
    text: str,
    words: Sequence[tuple[Box, int, int]],
    known: Sequence[tuple[Box, str]],
) -> list[Link]:
    """Links with the words that stand in their boxes."""
    links: list[Link] = []
    for box, target in known:
        under = [(start, end) for word, start, end in words if _covers(box, word)]
        if under:
            start, end = under[0][0], under[-1][1]
            links.append(Link(target, text[start:end], (start, end)))
    return links


def _cell(words: Sequence[Word], known: Sequence[tuple[Box, str]]) -> Cell:
    text = _LEADERS.sub("", " ".join(word.text for word in words)).strip()
    own = dict.fromkeys(
        target for box, target in known if any(_covers(box, word.box) for word in words)
    )
    return Cell(text, tuple(own))


def _joined(column: Sequence[Cell]) -> Cell:
    texts = dict.fromkeys(cell.text for cell in column if cell.text)
    return Cell(" ".join(texts), tuple(dict.fromkeys(t for cell in column for t in cell.links)))


def _covers(box: Box, word: Box) -> bool:
    x, y = (word.left + word.right) / 2, (word.top + word.bottom) / 2
    return box.left <= x <= box.right and box.top <= y <= box.bottom


def _distance(one: Box, other: Box) -> float:
    across = max(0.0, one.left - other.right, other.left - one.right)
    return max(across, one.top - other.bottom, other.top - one.bottom)
