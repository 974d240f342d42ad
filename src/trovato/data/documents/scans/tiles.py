"""Large pictures read in pieces that overlap."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from trovato.core.shapes import UInt8
from trovato.data.documents.reading_order import Line
from trovato.data.documents.scans.turned import ScoredLine, words_of_line

# Share of a tile that it has in common with the next one: more than a long word takes.
_OVERLAP = 0.2
# Pixels from a cut within which a word may be cut.
_EDGE = 3.0


def read_in_tiles(
    pixels: UInt8[np.ndarray, "height width 3"],
    read: Callable[[UInt8[np.ndarray, "height width 3"]], Sequence[ScoredLine]],
    side: int,
) -> list[ScoredLine]:
    """Read a picture whole if its sides are at most a quarter longer than `side`, else in tiles.

    Words that a cut goes through are left to the tile that has them whole, and words that two tiles
    have are taken from the first.

    Parameters
    ----------
    pixels
        The picture.
    read
        Reads one tile.
    side
        Height and width of a tile, at most.
    """
    height, width = pixels.shape[:2]
    rows, columns = list(_cuts(height, side)), list(_cuts(width, side))
    if len(rows) == len(columns) == 1:
        return list(read(pixels))
    found: list[ScoredLine] = []
    for top, bottom in rows:
        for left, right in columns:
            inner = (
                left + _EDGE if left else -1.0,
                top + _EDGE if top else -1.0,
                right - _EDGE if right < width else width + 1.0,
                bottom - _EDGE if bottom < height else height + 1.0,
            )
            before = [one.line for one in found]
            for line, score in read(np.ascontiguousarray(pixels[top:bottom, left:right])):
                moved = Line(
                    line.text,
                    line.left + left,
                    line.top + top,
                    line.right + left,
                    line.bottom + top,
                )
                kept = _kept(moved, inner, before)
                if kept is not None:
                    found.append(ScoredLine(kept, score))
    return found


def _cuts(length: int, side: int) -> Iterator[tuple[int, int]]:
    """First and last pixel of each tile along an edge, equally long."""
    if length <= 1.25 * side:
        yield 0, length
        return
    step = side * (1 - _OVERLAP)
    count = int(np.ceil((length - side) / step)) + 1
    for start in np.linspace(0, length - side, count).round().astype(int).tolist():
        yield start, start + side


def _kept(
    line: Line, inner: tuple[float, float, float, float], before: Sequence[Line]
) -> Line | None:
    """What of a line is not cut, and not read in another tile already."""
    words = []
    for word, box in words_of_line(line):
        across, down = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
        cut = box[0] < inner[0] or box[1] < inner[1] or box[2] > inner[2] or box[3] > inner[3]
        known = any(
            one.left <= across <= one.right and one.top <= down <= one.bottom for one in before
        )
        if not cut and not known:
            words.append((word, box))
    if not words:
        return None
    corners = np.array([box for _, box in words])
    low, high = corners[:, :2].min(axis=0).tolist(), corners[:, 2:].max(axis=0).tolist()
    return Line(" ".join(word for word, _ in words), *low, *high)
