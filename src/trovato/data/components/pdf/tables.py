"""Tables on a page: segments inside a drawn grid, or in columns one below the other."""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from trovato.core import Box
from trovato.core.shapes import Float64
from trovato.data.components.pdf.page_rows import Row, Word, row_box

# A table has so many rows of several cells; cells longer than this on average are prose.
_FEWEST_ROWS = 3
_LONGEST_CELL = 40
# Rows further apart than so many heights of type are not one table.
_FURTHEST = 3.0
# Drawn lines that stand closer than this, in points, are one.
_CLOSE = 3.0
_AMOUNT = re.compile(r"[-–—]|[(\-–]?[$€£]?\s?\(?\d[\d,.]*\s?[%)]*")
_YEAR = re.compile(r"(?:19|20)\d\d\Z")


@dataclass(frozen=True, slots=True)
class FoundTable:
    """The cells of a table as words, row by row, all rows of one length; and its place.

    Parameters
    ----------
    rows
        The place of the first row of the page that is a part of it, and of the first after it.
    box
        Around it.
    cells
        Words of each cell.
    headers
        How many rows are heads of columns.
    """

    rows: tuple[int, int]
    box: Box
    cells: tuple[tuple[tuple[Word, ...], ...], ...]
    headers: int


def find_tables(rows: Sequence[Row], rules: Float64[np.ndarray, "rules 4"]) -> list[FoundTable]:
    """The tables among the rows of a page, in order.

    Parameters
    ----------
    rows
        As `page_rows` gives them.
    rules
        Lines that are drawn on the page.
    """
    found: list[FoundTable] = []
    start = 0
    grids = list(_grids(rules))
    while start < len(rows):
        table = _ruled(rows, start, grids) or _aligned(rows, start)
        if table is None:
            start += 1
        else:
            found.append(table)
            start = table.rows[1]
    return found


def _grids(rules: Float64[np.ndarray, "rules 4"]) -> Iterator[tuple[list[float], list[float]]]:
    """Edges of columns and of rows of each group of lines that touch, where it has two of both."""
    left = list(range(len(rules)))
    while left:
        group, new = [], [left.pop()]
        while new:
            group += new
            here = rules[new]
            touching = (
                (rules[left, None, 0] <= here[None, :, 2] + _CLOSE)
                & (rules[left, None, 2] >= here[None, :, 0] - _CLOSE)
                & (rules[left, None, 1] <= here[None, :, 3] + _CLOSE)
                & (rules[left, None, 3] >= here[None, :, 1] - _CLOSE)
            ).any(axis=1)
            at = np.flatnonzero(touching).tolist()
            new = [left[place] for place in at]
            left = sorted(set(left) - set(new))
        lines = rules[group]
        upright = lines[:, 3] - lines[:, 1] > lines[:, 2] - lines[:, 0]
        columns, across = _distinct(lines[upright, 0]), _distinct(lines[~upright, 1])
        if len(columns) > 2 and len(across) > 2:
            yield columns, across


def _distinct(edges: Float64[np.ndarray, " edges"]) -> list[float]:
    kept: list[float] = []
    for edge in sorted(edges.tolist()):
        if not kept or edge - kept[-1] > _CLOSE:
            kept.append(edge)
    return kept


def _ruled(
    rows: Sequence[Row], start: int, grids: Sequence[tuple[list[float], list[float]]]
) -> FoundTable | None:
    """The table of the grid that the row stands in, which takes all rows up to the last inside."""
    for columns, across in grids:
        area = Box(columns[0], across[0], columns[-1], across[-1])
        inside = [_within(area, row_box(row)) for row in rows[start:]]
        if not inside[0]:
            continue
        end = start + (inside.index(False) if False in inside else len(inside))
        cells: list[list[list[Word]]] = [[[] for _ in columns[1:]] for _ in across[1:]]
        for word in (word for row in rows[start:end] for part in row for word in part.words):
            box = word.box
            column = bisect(columns, (box.left + box.right) / 2, 1, len(columns) - 1) - 1
            line = bisect(across, (box.top + box.bottom) / 2, 1, len(across) - 1) - 1
            cells[line][column].append(word)
        filled = [line for line in cells if any(line)]
        if len(filled) > 1 and sum(map(any, zip(*filled, strict=True))) > 1:
            return _table(start, end, filled)
    return None


def _aligned(rows: Sequence[Row], start: int) -> FoundTable | None:
    """The table of rows with several segments that stand below each other."""
    end, last = start, start
    while end < len(rows):
        if end > start:
            gap = row_box(rows[end]).top - row_box(rows[end - 1]).bottom
            if not -_CLOSE <= gap <= _FURTHEST * rows[end][0].size:
                break
        if len(rows[end]) > 1:
            last = end + 1
        elif end == start or end > last or len(rows[end][0].text) > _LONGEST_CELL:
            break  # of a single segment there is one at a time: a heading inside of the table
        end += 1
    several = [row for row in rows[start:last] if len(row) > 1]
    if len(several) < _FEWEST_ROWS:
        return None
    most = max(map(len, several))
    columns = _columns([row for row in several if len(row) > most / 2])
    if len(columns) < 2:
        return None
    cells = [_placed(row, columns) for row in rows[start:last]]
    lengths = [len(segment.text) for row in several for segment in row]
    if np.mean(lengths) > _LONGEST_CELL:
        return None
    return _table(start, last, cells)


def _columns(rows: Sequence[Row]) -> list[tuple[float, float]]:
    """Reaches of segments that overlap from row to row, from left to right."""
    reaches = sorted((part.box.left, part.box.right) for row in rows for part in row)
    columns = [list(reaches[0])]
    for left, right in reaches[1:]:
        if left > columns[-1][1]:
            columns.append([left, right])
        else:
            columns[-1][1] = max(columns[-1][1], right)
    return [(left, right) for left, right in columns]


def _placed(row: Row, columns: Sequence[tuple[float, float]]) -> list[list[Word]]:
    """A row's words by column: a segment stands in each that it reaches over, or in the nearest."""
    cells: list[list[Word]] = [[] for _ in columns]
    for part in row:
        box = part.box
        over = [
            at for at, (left, right) in enumerate(columns) if box.left < right and left < box.right
        ]
        if not over:
            middle = (box.left + box.right) / 2
            over = [min(range(len(columns)), key=lambda at: abs(middle - sum(columns[at]) / 2))]
        for at in over:
            cells[at] += part.words
    return cells


def _table(start: int, end: int, cells: Sequence[Sequence[Sequence[Word]]]) -> FoundTable:
    words = [word for row in cells for cell in row for word in cell]
    return FoundTable(
        (start, end),
        Box.around(word.box for word in words),
        tuple(tuple(tuple(cell) for cell in row) for row in cells),
        _headers(cells),
    )


def _headers(cells: Sequence[Sequence[Sequence[Word]]]) -> int:
    """The rows before the first with a name and an amount; one where there is no such row."""
    told = [[" ".join(word.text for word in cell) for cell in row] for row in cells]
    for at, row in enumerate(told[:-1]):
        amounts = [_AMOUNT.fullmatch(text) and not _YEAR.match(text) for text in row[1:] if text]
        if row[0] and amounts and all(amounts):
            return at
    return 1


def _within(area: Box, box: Box) -> bool:
    across = area.left - _CLOSE <= box.left and box.right <= area.right + _CLOSE
    return across and area.top <= (box.top + box.bottom) / 2 <= area.bottom
