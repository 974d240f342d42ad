"""A small line chart as SVG: text that every browser shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

_WIDTH, _HEIGHT, _MARGIN, _LEGEND = 640.0, 400.0, 56.0, 150.0
_COLOURS = ("#0b6e99", "#c4501b", "#3c7a2e", "#7b3fa0", "#9a7b00", "#444444")
_TICKS = 5

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
    xs = [x for points in series.values() for x, _ in points]
    ys = [y for points in series.values() for _, y in points]
    across = _Scale(xs, _MARGIN, _WIDTH - _LEGEND)
    up = _Scale(ys, _HEIGHT - _MARGIN, _MARGIN / 2)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH:g} {_HEIGHT:g}" '
        f'width="{_WIDTH:g}" height="{_HEIGHT:g}" font-family="sans-serif" font-size="12">',
        f'<rect width="{_WIDTH:g}" height="{_HEIGHT:g}" fill="white"/>',
        _text((_MARGIN + _WIDTH - _LEGEND) / 2, _HEIGHT - 14, x_label, "middle"),
        f'<g transform="rotate(-90 14 {_HEIGHT / 2:g})">'
        + _text(14.0, _HEIGHT / 2, y_label, "middle")
        + "</g>",
    ]
    for value in across.ticks():
        x = across(value)
        parts.append(_line(x, up.start, x, up.end, "#dddddd"))
        parts.append(_text(x, up.start + 18, f"{value:.3g}", "middle"))
    for value in up.ticks():
        y = up(value)
        parts.append(_line(across.start, y, across.end, y, "#dddddd"))
        parts.append(_text(across.start - 6, y + 4, f"{value:.3g}", "end"))
    for number, (name, points) in enumerate(series.items()):
        colour = _COLOURS[number % len(_COLOURS)]
        placed = [(across(x), up(y)) for x, y in sorted(points)]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in placed)
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in placed]
        height = _MARGIN / 2 + 18 * number
        parts.append(_line(_WIDTH - _LEGEND + 12, height, _WIDTH - _LEGEND + 32, height, colour))
        parts.append(_text(_WIDTH - _LEGEND + 38, height + 4, name, "start"))
    return "\n".join([*parts, "</svg>", ""])


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
        step = (self._most - self._least) / (_TICKS + 1)
        return [self._least + step * (number + 1) for number in range(_TICKS)]


def _text(x: float, y: float, text: str, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'


def _line(x1: float, y1: float, x2: float, y2: float, colour: str) -> str:
    return (
        f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}" '
        'stroke-width="1"/>'
    )
