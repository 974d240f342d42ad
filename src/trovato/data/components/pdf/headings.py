"""Which blocks of a document are headings, and which stand on every page."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from trovato.core import check_many
from trovato.data.components.pdf.blocks import Block
from trovato.data.components.references import label_of

# A heading is so much larger than the body, or bold, and no longer than this.
_LARGER = 1.12
_LONGEST, _MOST_LINES = 160, 3
# Running heads stand in these outer parts of a page, on at least so many pages.
_MARGIN, _FEWEST_PAGES = 0.1, 3
_LETTERS = re.compile(r"[^\W\d_]{2}")


def without_running_heads(blocks: Sequence[Block], height: float) -> list[Block]:
    """The blocks without those that stand at the edge of many pages, numbers apart.

    Parameters
    ----------
    blocks
        Of all pages.
    height
        Of a page, in points.
    """
    check_many("blocks", blocks)
    edge = [_at_edge(block, height) for block in blocks]
    seen = Counter(text for text in edge if text is not None)
    return [
        block
        for block, text in zip(blocks, edge, strict=True)
        if text is None or (seen[text] < _FEWEST_PAGES and text.strip(" #"))
    ]


def heading_levels(
    blocks: Sequence[Block], outline: Sequence[tuple[int, str, int]]
) -> list[int | None]:
    """For each block its level as a heading, from 0, or None where it is none.

    Parameters
    ----------
    blocks
        Of all pages, in order.
    outline
        Level, title and page of each heading that the file itself lists.
    """
    check_many("blocks", blocks)
    listed = {(page, _folded(title)): level for level, title, page in outline}
    deepest = max(listed.values(), default=-1)
    letters: Counter[float] = Counter()
    for block in blocks:
        if block.kind == "paragraph":
            letters[_rounded(block.size)] += len(block.text)
    body = letters.most_common(1)[0][0] if letters else 0.0
    looks = [_looks(block, body) for block in blocks]
    sizes = sorted({look for look in looks if look is not None}, reverse=True)
    levels: list[int | None] = []
    for block, look in zip(blocks, looks, strict=True):
        known = listed.get((block.page, _folded(block.text))) if block.lines else None
        below = None if look is None else deepest + 1 + sizes.index(look)
        levels.append(below if known is None else known)
    return levels


def _at_edge(block: Block, height: float) -> str | None:
    """The words of a block in the margin, with `#` for numbers."""
    inner = block.box.bottom > _MARGIN * height and block.box.top < (1 - _MARGIN) * height
    if inner or block.kind in ("table", "picture"):
        return None
    return re.sub(r"\d+", "#", block.text)


def _looks(block: Block, body: float) -> float | None:
    """The size of what looks like a heading; bold ones of the body's size come last."""
    text = block.text if block.kind == "paragraph" else ""
    if not _LETTERS.search(text) or len(text) > _LONGEST or len(block.lines) > _MOST_LINES:
        return None
    if label_of(text) or text.endswith((",", ";")):
        return None
    if block.size >= _LARGER * body:
        return _rounded(block.size)
    bold = block.bold and block.size >= 0.95 * body and not text.endswith(".")
    return body if bold else None


def _rounded(size: float) -> float:
    return round(size * 2) / 2


def _folded(text: str) -> str:
    return "".join(filter(str.isalnum, text)).casefold()
