"""A table of shares as SVG, each cell coloured by its value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from trovato.core import check_many

_CELL_WIDTH, _CELL_HEIGHT, _LEFT, _TOP = 92, 30, 190, 64
# From the colour of 0 to that of 1; black on any between has a contrast of 4.5 : 1.
_LOW, _HIGH = (0xF7, 0xF7, 0xF2), (0xC4, 0x50, 0x1B)


def heatmap(
    rows: Sequence[str],
    columns: Sequence[str],
    values: Mapping[tuple[str, str], float],
    title: str,
) -> str:
    """Draw shares between 0 and 1, darker for more.

    Parameters
    ----------
    rows, columns
        Names beside and above the cells, in order. A name above is broken at its spaces.
    values
        Share by row and column; a pair that is absent stays empty.
    title
        What the shares are.

    Returns
    -------
    An SVG document.
    """
    check_many("rows", rows)
    check_many("columns", columns)
    width = _LEFT + _CELL_WIDTH * len(columns) + 12
    height = _TOP + _CELL_HEIGHT * len(rows) + 12
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        f'width="{width}" height="{height}" font-family="sans-serif" font-size="12">',
        f'<rect width="{width}" height="{height}" fill="white"/>',
        f'<text x="8" y="18" font-weight="bold">{escape(title)}</text>',
    ]
    for at, column in enumerate(columns):
        middle = _LEFT + _CELL_WIDTH * (at + 0.5)
        lines = column.split(" ")
        for number, line in enumerate(lines):
            y = _TOP - 6 - 13 * (len(lines) - 1 - number)
            parts.append(f'<text x="{middle}" y="{y}" text-anchor="middle">{escape(line)}</text>')
    for down, row in enumerate(rows):
        top = _TOP + _CELL_HEIGHT * down
        parts.append(f'<text x="{_LEFT - 8}" y="{top + 19}" text-anchor="end">{escape(row)}</text>')
        for at, column in enumerate(columns):
            if (row, column) not in values:
                continue
            share = values[row, column]
            left = _LEFT + _CELL_WIDTH * at
            parts.append(
                f'<rect x="{left}" y="{top}" width="{_CELL_WIDTH - 2}" '
                f'height="{_CELL_HEIGHT - 2}" fill="{_colour(share)}"/>'
            )
            parts.append(
                f'<text x="{left + _CELL_WIDTH / 2 - 1}" y="{top + 19}" '
                f'text-anchor="middle">{share:.2f}</text>'
            )
    return "\n".join([*parts, "</svg>", ""])


def _colour(share: float) -> str:
    part = min(max(share, 0.0), 1.0)
    mixed = (round(low + part * (high - low)) for low, high in zip(_LOW, _HIGH, strict=True))
    return "#" + "".join(f"{value:02x}" for value in mixed)
