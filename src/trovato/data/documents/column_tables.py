"""Tables whose words a file holds column by column, put into rows again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from trovato.core.shapes import Bool, Float64, Int64

# Lines as long as this on average are prose, whatever stands beside them.
_PROSE_CHARACTERS = 18
# So many lines at least in the shorter of two columns, and in the longer.
_SHORTER, _LONGER = 2, 3
# Lines so far apart, in their own heights, are cells, and not the lines of one cell.
_LOOSE = 2.0
# This share of the shorter column's lines stands at the height of a line of the other one.
_LEVEL = 0.8


@dataclass(frozen=True, slots=True, eq=False)
class _Lines:
    """Boxes, lengths, and which are of digits for the most part, in the file's order."""

    boxes: Float64[np.ndarray, "lines 4"]
    middles: Float64[np.ndarray, " lines"]
    characters: Int64[np.ndarray, " lines"]
    figures: Bool[np.ndarray, " lines"]


def row_order(
    words: Sequence[str],
    boxes: Float64[np.ndarray, "words 4"],
    new_line: Bool[np.ndarray, " words"],
) -> Int64[np.ndarray, " words"] | None:
    """The order of words in which tables that are written by columns are read by rows.

    Lines that go down a page, and the next ones, which go down beside them, are columns of a table
    if their lines are level, and either one column is of figures, or all lines are short and stand
    well apart. Columns of prose stay as they are, and so do cells of several lines.

    Parameters
    ----------
    words
        In the order of the file.
    boxes
        Left, top, right, bottom of each.
    new_line
        Whether a word begins a line; the first does.

    Returns
    -------
    The positions of the words; None where there is no such table.
    """
    starts = np.flatnonzero(new_line)
    if len(starts) < _SHORTER + _LONGER:
        return None
    reach = np.hstack(
        [np.minimum.reduceat(boxes[:, :2], starts), np.maximum.reduceat(boxes[:, 2:], starts)]
    )
    middles = (reach[:, 1] + reach[:, 3]) / 2
    turns = 1 + np.flatnonzero(middles[1:] < reach[:-1, 1])
    if not len(turns):
        return None
    ends = [*starts[1:].tolist(), len(words)]
    said = [" ".join(words[start:end]) for start, end in zip(starts.tolist(), ends, strict=True)]
    lines = _Lines(
        reach,
        middles,
        np.array([len(text) for text in said]),
        np.array([2 * _count(str.isdigit, text) >= _count(str.isalnum, text) for text in said]),
    )
    order = np.arange(len(starts))
    runs = [range(*edges) for edges in pairwise([0, *turns.tolist(), len(starts)])]
    for table in _tables(lines, runs):
        order[table.start : table.stop] = table.start + _by_row(reach[table.start : table.stop])
    if (order == np.arange(len(starts))).all():
        return None
    return np.concatenate([np.arange(starts[line], ends[line]) for line in order.tolist()])


def _tables(lines: _Lines, runs: list[range]) -> Iterator[range]:
    """The lines of each table; a run is of lines that go down the page."""
    index = 0
    while index < len(runs) - 1:
        columns = _columns(lines, runs[index:])
        index += max(1, len(columns) - 1)
        if columns:
            yield range(columns[0].start, columns[-1].stop)
            # What stands below the last column may be the first one of another table.
            runs[index] = range(columns[-1].stop, runs[index].stop)
            index += not runs[index]


def _columns(lines: _Lines, runs: Sequence[range]) -> list[range]:
    """The columns of a table that begins in the first run; none if there is no such table."""
    columns: list[range] = []
    for run, after in pairwise(runs):
        if columns and columns[-1].stop < run.stop:
            break
        top = lines.boxes[after.start, 1]
        before = columns[-1] if columns else run
        left = range(_first(lines.middles[before.start : before.stop] >= top, before), before.stop)
        bottom = lines.boxes[(columns[0] if columns else run)[-1], 3]
        right = range(after.start, _first(lines.middles[after.start : after.stop] > bottom, after))
        if not _are_level(lines, left, right):
            break
        columns = columns or [left]
        columns.append(right)
    return columns


def _first(found: Bool[np.ndarray, " lines"], run: range) -> int:
    return run.start + int(found.argmax()) if found.any() else run.stop


def _are_level(lines: _Lines, left: range, right: range) -> bool:
    """Whether two runs of lines are columns of one table, side by side."""
    if min(len(left), len(right)) < _SHORTER or max(len(left), len(right)) < _LONGER:
        return False
    columns = [slice(run.start, run.stop) for run in (left, right)]
    short = [lines.characters[column].mean() < _PROSE_CHARACTERS for column in columns]
    figures = [lines.figures[column].mean() >= 0.5 for column in columns]
    cells = all(short) and all(_is_loose(lines.boxes[column]) for column in columns)
    if not cells and not any(map(all, zip(short, figures, strict=True))):
        return False
    one, other = sorted((lines.boxes[column] for column in columns), key=len)
    if one[:, 2].max() > other[:, 0].min() and other[:, 2].max() > one[:, 0].min():
        return False
    shared = np.minimum(one[:, None, 3], other[:, 3]) - np.maximum(one[:, None, 1], other[:, 1])
    lower = np.minimum((one[:, 3] - one[:, 1])[:, None], other[:, 3] - other[:, 1])
    return bool((shared >= lower / 2).any(axis=1).mean() >= _LEVEL)


def _is_loose(boxes: Float64[np.ndarray, "lines 4"]) -> bool:
    """Whether lines stand as far apart as the rows of a table do."""
    return bool(np.median(np.diff(boxes[:, 1])) >= _LOOSE * np.median(boxes[:, 3] - boxes[:, 1]))


def _count(kind: Callable[[str], bool], text: str) -> int:
    return sum(map(kind, text))


def _by_row(boxes: Float64[np.ndarray, "lines 4"]) -> Int64[np.ndarray, " lines"]:
    """Lines side by side from left to right, then those below them."""
    middles = (boxes[:, 1] + boxes[:, 3]) / 2
    rows: list[list[int]] = []
    for line in np.lexsort((boxes[:, 0], middles)).tolist():
        if not rows or middles[line] > boxes[rows[-1][0], 3]:
            rows.append([])
        rows[-1].append(line)
    return np.array([line for row in rows for line in sorted(row, key=lambda at: boxes[at, 0])])
