"""Small charts as SVG: text that every browser shows."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from html import escape

from trovato.core import check_many
from trovato.evaluate.statistics.bootstrap import Estimate

_WIDTH, _HEIGHT, _MARGIN, _LEGEND = 640.0, 400.0, 56.0, 150.0
_COLOURS = (
    *("#0b6e99", "#c4501b", "#3c7a2e", "#7b3fa0", "#9a7b00"),
    *("#444444", "#b0306a", "#0f7f78", "#5560c4", "#8a5a3c"),
)
_TICKS = 5
_ROW = 30.0

Points = Sequence[tuple[float, float]]


def line_chart(series: Mapping[str, Points], x_label: str, y_label: str) -> str:
    """Draw named lines of points `(x, y)` over linear axes.

    Parameters
    ----------
    series
        At least one point in all.
    x_label, y_label
        What the axes show, with units.

    Returns
    -------
    An SVG document of 640 × 400 pixels.
    """
    placed = [point for points in series.values() for point in points]
    across, up, parts = _axes(placed, _WIDTH - _LEGEND, x_label, y_label)
    for number, (name, points) in enumerate(series.items()):
        colour = _COLOURS[number % len(_COLOURS)]
        parts += _curve([(across(x), up(y)) for x, y in sorted(points)], colour)
        height = _MARGIN / 2 + 18 * number
        parts.append(_line(_WIDTH - _LEGEND + 12, height, _WIDTH - _LEGEND + 32, height, colour))
        parts.append(_text(_WIDTH - _LEGEND + 38, height + 4, name, "start"))
    return "\n".join([*parts, "</svg>", ""])


def frontier_chart(
    points: Mapping[str, tuple[float, float]], edge: Sequence[str], x_label: str, y_label: str
) -> str:
    """Draw named points `(x, y)`, and a line through those that no other one beats.

    Parameters
    ----------
    points
        At least one; each is named when it is pointed at.
    edge
        Names of the points on the line, which are written beside them.
    x_label, y_label
        What the axes show, with units.

    Returns
    -------
    An SVG document of 640 × 400 pixels.
    """
    check_many("edge", edge)
    across, up, parts = _axes(list(points.values()), _WIDTH - _MARGIN, x_label, y_label)
    places = {name: (across(x), up(y)) for name, (x, y) in points.items()}
    parts += _curve(sorted(places[name] for name in edge), _COLOURS[0])
    for name, (x, y) in places.items():
        on_edge = name in edge
        figures = f"{name}: {points[name][0]:.1f}, {points[name][1]:.3f}"
        parts.append(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{4 if on_edge else 3}" '
            f'fill="{_COLOURS[0 if on_edge else 5]}" fill-opacity="{1 if on_edge else 0.4}">'
            f"<title>{escape(figures)}</title></circle>"
        )
        if on_edge:
            parts.append(_text(x + 7, y + 14, name, "start"))
    return "\n".join([*parts, "</svg>", ""])


def interval_chart(rows: Mapping[str, Estimate], x_label: str) -> str:
    """Draw each mean as a dot on the bar of its interval, one below the other.

    Parameters
    ----------
    rows
        At least one, named at the left.
    x_label
        What the axis shows, with units.

    Returns
    -------
    An SVG document, 640 pixels wide.
    """
    height = _MARGIN + _ROW * len(rows) + _MARGIN / 4
    ends = [end for one in rows.values() for end in (one.low, one.mean, one.high)]
    across = _Scale(ends, _LEGEND, _WIDTH - _MARGIN / 2)
    foot = _MARGIN / 4 + _ROW * len(rows)
    parts = [
        *_sheet(height),
        _text((across.start + across.end) / 2, height - 8, x_label, "middle"),
    ]
    for value in across.ticks():
        parts.append(_line(across(value), _MARGIN / 4, across(value), foot, "#dddddd"))
        parts.append(_text(across(value), foot + 16, f"{value:,.6g}", "middle"))
    for number, (name, one) in enumerate(rows.items()):
        colour, y = _COLOURS[number % len(_COLOURS)], _MARGIN / 4 + _ROW * (number + 0.5)
        low, mean, high = across(one.low), across(one.mean), across(one.high)
        parts.append(_text(across.start - 10, y + 4, name, "end"))
        parts.append(
            f'<rect x="{low:.1f}" y="{y - 4:.1f}" width="{max(high - low, 1):.1f}" height="8" '
            f'rx="2" fill="{colour}" fill-opacity="0.35"/>'
        )
        parts.append(
            f'<circle cx="{mean:.1f}" cy="{y:.1f}" r="5" fill="{colour}">'
            f"<title>{escape(f'{name}: {one.mean:.5f} [{one.low:.5f}, {one.high:.5f}]')}</title>"
            "</circle>"
        )
    return "\n".join([*parts, "</svg>", ""])


def _sheet(height: float) -> list[str]:
    return [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH:g} {height:g}" '
        f'width="{_WIDTH:g}" height="{height:g}" font-family="sans-serif" font-size="12">',
        f'<rect width="{_WIDTH:g}" height="{height:g}" fill="white"/>',
    ]


def _axes(
    points: Points, right: float, x_label: str, y_label: str
) -> tuple[_Scale, _Scale, list[str]]:
    """Scales for points on a sheet that ends at `right`, and what is drawn beneath them."""
    across = _Scale([x for x, _ in points], _MARGIN, right)
    up = _Scale([y for _, y in points], _HEIGHT - _MARGIN, _MARGIN / 2)
    parts = [
        *_sheet(_HEIGHT),
        _text((_MARGIN + right) / 2, _HEIGHT - 14, x_label, "middle"),
        f'<g transform="rotate(-90 14 {_HEIGHT / 2:g})">'
        + _text(14.0, _HEIGHT / 2, y_label, "middle")
        + "</g>",
    ]
    for value in across.ticks():
        x = across(value)
        parts.append(_line(x, up.start, x, up.end, "#dddddd"))
        parts.append(_text(x, up.start + 18, f"{value:,.6g}", "middle"))
    for value in up.ticks():
        y = up(value)
        parts.append(_line(across.start, y, across.end, y, "#dddddd"))
        parts.append(_text(across.start - 6, y + 4, f"{value:,.6g}", "end"))
    return across, up, parts


def _curve(places: Points, colour: str) -> list[str]:
    """A line through places on the sheet, each with a dot."""
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    dots = [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in places]
    return [
        f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>',
        *dots,
    ]


class _Scale:
    """From values to pixels, with a little room at both ends."""

    def __init__(self, values: Sequence[float], start: float, end: float) -> None:
        room = 0.05 * (max(values) - min(values)) or 0.5
        self.start, self.end = start, end
        self._least, self._most = min(values) - room, max(values) + room

    def __call__(self, value: float) -> float:
        share = (value - self._least) / (self._most - self._least)
        return self.start + share * (self.end - self.start)

    def ticks(self) -> list[float]:
        """Round numbers: steps of 1, 2, 2.5 or 5 times a power of ten."""
        wanted = (self._most - self._least) / _TICKS
        power = 10.0 ** math.floor(math.log10(wanted))
        step = next(part * power for part in (1, 2, 2.5, 5, 10) if part * power >= wanted)
        first, last = math.ceil(self._least / step), math.floor(self._most / step)
        return [step * number for number in range(first, last + 1)]


def _text(x: float, y: float, text: str, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'


def _line(x1: float, y1: float, x2: float, y2: float, colour: str) -> str:
    return (
        f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}" '
        'stroke-width="1"/>'
    )
