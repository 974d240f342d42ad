"""Lines of text, found anywhere on a page, in the order in which a person reads them."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf
from statistics import mean, median
from typing import NamedTuple

# Two blocks side by side are columns of prose, each read to its end, if both have so many lines
# of so many characters on average; else they are cells of a table and are read row by row.
_PROSE_LINES = 3
_PROSE_CHARACTERS = 18


class Line(NamedTuple):
    """A line's text and its edges, in any unit, origin at the top left."""

    text: str
    left: float
    top: float
    right: float
    bottom: float


def reading_order(lines: Sequence[Line]) -> list[Line]:
    """Sort lines by recursive cuts of the page along empty strips.

    Columns of prose are read one after the other, everything else from top to bottom and, within a
    row, from left to right. Source: the XY-cut of Nagy and Seth (1984).

    Parameters
    ----------
    lines
        In any order.
    """
    rows = _rows(lines)
    ordered: list[Line] = []
    first = 0
    while first < len(rows):
        columns, last = _columns(rows, first)
        for column in columns:
            ordered += reading_order(column) if len(columns) > 1 else _by_row(column)
        first = last
    return ordered


def _rows(lines: Sequence[Line]) -> list[list[Line]]:
    """Groups of lines between empty horizontal strips, from top to bottom."""
    # The boxes of neighbours may overlap a little.
    trimmed = [(0.2 * (line.bottom - line.top), line) for line in lines]
    return _blocks([(line.top + trim, line.bottom - trim, line) for trim, line in trimmed], 0.0)


def _columns(rows: Sequence[list[Line]], first: int) -> tuple[list[list[Line]], int]:
    """The longest run of rows from `first` that is columns of prose, and where it ends.

    A single column, which is the row `first`, if there is none.
    """
    found, last = [rows[first]], first + 1
    held: list[Line] = []
    for index in range(first, len(rows)):
        held = held + rows[index]
        # Columns stand apart by more than words do.
        gap = 0.6 * median(line.bottom - line.top for line in held)
        columns = _blocks([(line.left, line.right, line) for line in held], gap)
        if len(columns) < 2:
            break
        if all(map(_is_prose, columns)):
            found, last = columns, index + 1
    return found, last


def _blocks(reaches: Sequence[tuple[float, float, Line]], gap: float) -> list[list[Line]]:
    """Lines in groups that stand more than `gap` apart, by the first and last edge of each."""
    blocks: list[list[Line]] = []
    edge = -inf
    for first, last, line in sorted(reaches):
        if first > edge + gap or not blocks:
            blocks.append([])
        blocks[-1].append(line)
        edge = max(edge, last)
    return blocks


def _is_prose(block: Sequence[Line]) -> bool:
    return (
        len(block) >= _PROSE_LINES and mean(len(line.text) for line in block) >= _PROSE_CHARACTERS
    )


def _by_row(block: Sequence[Line]) -> list[Line]:
    """Lines side by side from left to right, then those below them."""
    rows: list[list[Line]] = []
    for line in sorted(block, key=lambda line: (line.top + line.bottom, line)):
        if not rows or (line.top + line.bottom) / 2 > rows[-1][0].bottom:
            rows.append([])
        rows[-1].append(line)
    return [line for row in rows for line in sorted(row, key=lambda line: (line.left, line))]
