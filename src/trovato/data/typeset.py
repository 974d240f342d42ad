"""Text without pages of its own, set onto plain ones, so that it can be shown like the rest."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from trovato.core import TextLayout

# A4 in points.
WIDTH, HEIGHT = 595.0, 842.0
_MARGIN = 54.0
_SIZE = 10.5
_LINE = 14.5
LINES = int((HEIGHT - 2 * _MARGIN) / _LINE)
_LINE_END = re.compile("\n")


@lru_cache(maxsize=4)
def _font(size: float) -> ImageFont.FreeTypeFont:
    return ImageFont.load_default(size)  # type: ignore[return-value]  # with a size it is FreeType


@lru_cache(maxsize=4096)
def width_of(word: str) -> float:
    """Width in points of a word of a typeset page.

    Measured in a font ten times as large, so that rounding is small.
    """
    return _font(_SIZE * 10).getlength(word) / 10


def typeset(text: str) -> TextLayout:
    """Set text on one page: words wrap at the margin, line ends of the text are kept.

    Lines that do not fit below are squeezed together, so every word has a place on the page.
    """
    placed = list(_placed(text))
    lines = max((line for *_, line, _, _ in placed), default=0) + 1
    step = _LINE * min(1.0, LINES / lines)
    spans = np.array([(start, end) for start, end, *_ in placed], np.int32).reshape(-1, 2)
    boxes = np.array(
        [
            (left, _MARGIN + line * step, min(right, WIDTH), _MARGIN + line * step + step * 0.9)
            for *_, line, left, right in placed
        ],
        np.float32,
    ).reshape(-1, 4)
    return TextLayout(WIDTH, HEIGHT, spans, boxes)


def _placed(text: str) -> Iterator[tuple[int, int, int, float, float]]:
    """First character, end, line, left and right edge of each word."""
    space = width_of("n") * 0.55
    line, left, start = 0, _MARGIN, 0
    for row in text.split("\n"):
        position = start
        for word in row.split():
            position = text.index(word, position)
            wide = width_of(word)
            if left > _MARGIN and left + wide > WIDTH - _MARGIN:
                line, left = line + 1, _MARGIN
            yield position, position + len(word), line, left, left + wide
            left += wide + space
            position += len(word)
        start += len(row) + 1
        line, left = line + 1, _MARGIN


def draw(text: str, long_side: int) -> Image.Image:
    """Draw the page that `typeset` lays out; its longer side measures `long_side` pixels."""
    layout = typeset(text)
    scale = long_side / HEIGHT
    picture = Image.new("RGB", (round(WIDTH * scale), round(HEIGHT * scale)), "white")
    pen = ImageDraw.Draw(picture)
    for (first, last), (left, top, _, bottom) in zip(
        layout.spans.tolist(), layout.boxes.tolist(), strict=True
    ):
        # FreeType draws nothing smaller than a pixel.
        font = _font(max(1.0, min(_SIZE, (bottom - top) * _SIZE / (0.9 * _LINE)) * scale))
        pen.text((left * scale, top * scale), text[first:last], fill=(20, 24, 28), font=font)
    return picture


def split_pages(text: str, most: int = 3000) -> list[str]:
    """Cut text into pages: at form feeds, else at paragraphs, lines or spaces.

    Parameters
    ----------
    text
        Any text.
    most
        Characters on a page; a page also has no more lines than `typeset` has room for.
    """
    pages = []
    for part in text.split("\f"):
        start = 0
        while start < len(part):
            end = _page_end(part, start, most)
            page = part[start:end].strip("\n").rstrip()
            if page:
                pages.append(page)
            start = end
    return pages or [""]


def _page_end(text: str, start: int, most: int) -> int:
    """Where the page that begins at `start` ends."""
    limit = start + most
    for index, line in enumerate(_LINE_END.finditer(text, start, limit), start=1):
        if index == LINES:
            limit = line.end()
            break
    if limit >= len(text):
        return len(text)
    half = (start + limit) // 2
    for border in ("\n\n", "\n", " "):
        if (cut := text.rfind(border, half, limit)) > 0:
            return cut + len(border)
    return limit
