"""Pictures of pages that lie on their side or upside down."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import numpy as np

from trovato.core.shapes import UInt8
from trovato.data.documents.reading_order import Line
from trovato.data.documents.text_pages import width_of

# Left, top, right, bottom.
Edges = tuple[float, float, float, float]
# Lines that stand upright are read with a mean of about .99, those upside down with about .65.
_SURE = 0.85
_FEW = 10  # letters; fewer say nothing
_TALL = 1.5


class ScoredLine(NamedTuple):
    """A line that was read, and how sure its letters are, from 0 to 1."""

    line: Line
    score: float


class TurnedLines(NamedTuple):
    """Lines in the coordinates of an upright page, and how far the picture is turned to be so.

    Parameters
    ----------
    lines
        Their boxes in pixels of the turned picture.
    turn
        Degrees, counter-clockwise: 0, 90, 180 or 270.
    """

    lines: list[Line]
    turn: int = 0


def read_upright(
    pixels: UInt8[np.ndarray, "height width 3"],
    read: Callable[[UInt8[np.ndarray, "height width 3"]], Sequence[ScoredLine]],
) -> TurnedLines:
    """Read a picture; upside down, where it is hardly legible as it is.

    Where most lines stand on their side, they are put in order as if the picture were turned by
    90 degrees, which is also the order of vertical columns in Japanese.

    Parameters
    ----------
    pixels
        The picture.
    read
        Reads a picture as it is; lines on their side are read from the top down.
    """
    width = pixels.shape[1]
    found, turn = read(pixels), 0
    letters = sum(len(one.line.text) for one in found)
    if letters >= _FEW and _mean(found) < _SURE:
        other = read(np.ascontiguousarray(pixels[::-1, ::-1]))
        if _mean(other) * len(other) > _mean(found) * len(found):
            found, turn = other, 180
    lines = [one.line for one in found]
    on_side = sum(len(line.text) for line in lines if _is_on_side(line))
    if 2 * on_side <= sum(len(line.text) for line in lines):
        return TurnedLines(lines, turn)
    turned = [
        Line(text, top, width - right, bottom, width - left)
        for text, left, top, right, bottom in lines
    ]
    return TurnedLines(turned, turn + 90)


def turned_back(box: Edges, turn: int, size: tuple[int, int]) -> Edges:
    """A box of the turned picture on the picture as it came, of that width and height.

    Examples
    --------
    >>> turned_back((1, 2, 3, 4), 180, (10, 20))
    (7, 16, 9, 18)
    """
    (left, top, right, bottom), (width, height) = box, size
    if turn == 90:
        return width - bottom, left, width - top, right
    if turn == 180:
        return width - right, height - bottom, width - left, height - top
    if turn == 270:
        return top, height - right, bottom, height - left
    return box


def words_of_line(line: Line) -> Iterator[tuple[str, Edges]]:
    """Words of a line, with their share of its box as in a usual typeface."""
    box = list(line[1:])
    along = 1 if _is_on_side(line) else 0
    parts = re.findall(r"\S+|\s+", line.text)
    shares = np.cumsum([0.0, *map(width_of, parts)])
    edges = box[along] + (box[along + 2] - box[along]) * shares / max(shares[-1], 1e-6)
    for part, first, last in zip(parts, edges.tolist(), edges[1:].tolist(), strict=False):
        if not part.isspace():
            place = [*box]
            place[along], place[along + 2] = first, last
            yield part, (place[0], place[1], place[2], place[3])


def _is_on_side(line: Line) -> bool:
    """Whether a line is tall: it is read from the top down."""
    _, left, top, right, bottom = line
    return len(line.text) > 2 and bottom - top > _TALL * (right - left)


def _mean(found: Sequence[ScoredLine]) -> float:
    letters = sum(len(one.line.text) for one in found)
    return sum(len(one.line.text) * one.score for one in found) / max(letters, 1)
