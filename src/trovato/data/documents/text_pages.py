"""Text without pages of its own, set onto plain ones, so that it can be shown like the rest."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from trovato.core import TextLayout
from trovato.data.documents.typefaces import REPLACEMENT, covers, font, is_mark, own, runs
from trovato.ops import pieces_of

# A4 in points.
WIDTH, HEIGHT = 595.0, 842.0
_MARGIN = 54.0
_SIZE = 10.5
_LINE = 14.5
_INK = (20, 24, 28)
_NAMED = 12  # of the characters that are missing
LINES = int((HEIGHT - 2 * _MARGIN) / _LINE)
_LINE_END = re.compile("\n")


@lru_cache(maxsize=4096)
def width_of(word: str) -> float:
    """Width in points of a word of a typeset page, the same on every machine.

    Letters of our own typeface are measured in a size ten times as large, so that rounding is
    small. Marks of others take no room; their letters take a square if they are wide, as in
    Chinese, or else three fifths of one, whichever typeface draws them.
    """
    return sum(map(_advance, word)) / 10


@lru_cache(maxsize=4096)
def _advance(character: str) -> float:
    """Tenths of points; the typeface, unshaped, moves no letter for the sake of its neighbour."""
    if covers(own(), character):
        return font(own(), _SIZE * 10, shaped=False).getlength(character)
    if is_mark(character):
        return 0.0
    return (1.0 if unicodedata.east_asian_width(character) in "WF" else 0.6) * _SIZE * 10


def typeset(text: str) -> TextLayout:
    """Set text on one page: words wrap at the margin, line ends of the text are kept.

    Lines that do not fit below are squeezed together, so every word has a place on the page.

    Examples
    --------
    >>> len(typeset("Two words").spans)
    2
    """
    placed = np.array(list(_placed(text)), np.float64).reshape(-1, 5)
    lines = placed[:, 2]
    step = _LINE * min(1.0, LINES / (lines.max(initial=0) + 1))
    tops = _MARGIN + lines * step
    rights = np.minimum(placed[:, 4], WIDTH)
    boxes = np.stack([placed[:, 3], tops, rights, tops + step * 0.9], axis=1)
    return TextLayout(WIDTH, HEIGHT, placed[:, :2].astype(np.int32), boxes.astype(np.float32))


def _placed(text: str) -> Iterator[tuple[int, int, int, float, float]]:
    """First character, end, line, left and right edge of each word.

    Scripts without spaces are set character by character, so that their lines wrap.
    """
    space = width_of("n") * 0.55
    line, left, start = 0, _MARGIN, 0
    for row in text.split("\n"):
        position = start
        for word in row.split():
            position = text.index(word, position)
            for piece in (word,) if word.isascii() else pieces_of(word):
                wide = width_of(piece)
                if left > _MARGIN and left + wide > WIDTH - _MARGIN:
                    line, left = line + 1, _MARGIN
                yield position, position + len(piece), line, left, left + wide
                left += wide
                position += len(piece)
            left += space
        start += len(row) + 1
        line, left = line + 1, _MARGIN


def draw(text: str, long_side: int) -> Image.Image:
    """Draw the page that `typeset` lays out; its longer side measures `long_side` pixels.

    A character that no typeface here has is drawn as U+FFFD, and named below the text.
    """
    layout = typeset(text)
    scale = long_side / HEIGHT
    picture = Image.new("RGB", (round(WIDTH * scale), round(HEIGHT * scale)), "white")
    pen = ImageDraw.Draw(picture)
    missing: dict[str, None] = {}
    for (first, last), (left, top, _, bottom) in zip(
        layout.spans.tolist(), layout.boxes.tolist(), strict=True
    ):
        size = min(_SIZE, (bottom - top) * _SIZE / (0.9 * _LINE))
        for run, typeface in runs(text[first:last]):
            wide = width_of(run) * size / _SIZE
            if typeface is None:
                letters = [character for character in run if not is_mark(character)]
                missing |= dict.fromkeys(letters)
                run = REPLACEMENT * len(letters)
            _write(pen, run, typeface or own(), (left, top), wide, size, scale)
            left += wide
    if missing:
        codes = " ".join(f"U+{ord(character):04X}" for character in list(missing)[:_NAMED])
        more = f" and {len(missing) - _NAMED} more" if len(missing) > _NAMED else ""
        note = f"{REPLACEMENT} stands for what no typeface here has: {codes}{more}"
        place = _MARGIN, HEIGHT - _MARGIN / 2
        _write(pen, note, own(), place, WIDTH - 2 * _MARGIN, 0.7 * _SIZE, scale)
    return picture


def _write(
    pen: ImageDraw.ImageDraw,
    text: str,
    typeface: Path,
    place: tuple[float, float],
    wide: float,
    size: float,
    scale: float,
) -> None:
    """Draw text of one typeface from a left top corner (points), no wider than it may be."""
    height, room = size * scale, wide * scale
    natural = font(typeface, max(1.0, height)).getlength(text)
    # A pixel more is rounding; FreeType draws nothing smaller than a pixel.
    fitting = max(1.0, height if natural <= room + 1 else height * room / natural)
    left, top = (edge * scale for edge in place)
    base = top + font(own(), max(1.0, height)).getmetrics()[0]
    pen.text((left, base), text, _INK, font(typeface, fitting), anchor="ls")


def split_pages(text: str, most: int = 3000) -> list[str]:
    """Cut text into pages: at form feeds, else at paragraphs, lines or spaces.

    Parameters
    ----------
    text
        Any text.
    most
        Characters on a page; a page also has no more lines than `typeset` has room for.

    Examples
    --------
    >>> [len(page) for page in split_pages("word " * 1000)]
    [2999, 1999]
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
