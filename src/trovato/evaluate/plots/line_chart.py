"""Lines, a frontier and intervals as SVG."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from trovato.core import check_many
from trovato.evaluate.plots.figure import COLOURS, drawing
from trovato.evaluate.statistics.bootstrap import Estimate

_WIDTH, _HEIGHT, _ROW = 640.0, 400.0, 30.0
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
    An SVG document of 640 × 400 points.

    Raises
    ------
    MissingExtraError
        If matplotlib is not installed.

    Examples
    --------
    >>> line_chart({"ours": [(1.0, 0.5), (2.0, 0.7)]}, "rounds", "recall")[:4]
    '<svg'
    """
    with drawing(_WIDTH, _HEIGHT, x_label, y_label) as made:
        for number, (name, points) in enumerate(series.items()):
            across, up = zip(*sorted(points), strict=True) if points else ((), ())
            colour = COLOURS[number % len(COLOURS)]
            made.axes.plot(across, up, ".-", color=colour, label=name, gid=f"line-{number}")
        if len(series) > 1:
            made.axes.figure.legend(loc="outside right upper", frameon=False)
    return made.svg


def frontier_chart(
    points: Mapping[str, tuple[float, float]], edge: Sequence[str], x_label: str, y_label: str
) -> str:
    """Draw named points `(x, y)`, and a line through those that no other one beats.

    Parameters
    ----------
    points
        At least one.
    edge
        Names of the points on the line, which are written beside them.
    x_label, y_label
        What the axes show, with units.

    Returns
    -------
    An SVG document of 640 × 400 points.

    Raises
    ------
    MissingExtraError
        If matplotlib is not installed.

    Examples
    --------
    >>> frontier_chart({"int8": (3.0, 0.99)}, ["int8"], "ms", "recall")[:4]
    '<svg'
    """
    check_many("edge", edge)
    with drawing(_WIDTH, _HEIGHT, x_label, y_label) as made:
        beaten = [place for name, place in points.items() if name not in edge]
        made.axes.plot(*_columns(beaten), ".", color=COLOURS[5], alpha=0.4, gid="beaten")
        line = sorted(points[name] for name in edge)
        made.axes.plot(*_columns(line), "o-", color=COLOURS[0], gid="frontier")
        for name in edge:
            made.axes.annotate(name, points[name], (7, -12), textcoords="offset points")
    return made.svg


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
    An SVG document, 640 points wide.

    Raises
    ------
    MissingExtraError
        If matplotlib is not installed.

    Examples
    --------
    >>> interval_chart({"ials": Estimate(0.2, 0.1, 0.3)}, "nDCG@20")[:4]
    '<svg'
    """
    with drawing(_WIDTH, 70 + _ROW * len(rows), x_label) as made:
        for number, one in enumerate(rows.values()):
            colour = COLOURS[number % len(COLOURS)]
            made.axes.plot(
                [one.low, one.high],
                [number, number],
                color=colour,
                alpha=0.35,
                linewidth=8,
                solid_capstyle="round",
                gid=f"interval-{number}",
            )
            made.axes.plot(one.mean, number, "o", color=colour, gid=f"mean-{number}")
        made.axes.set_yticks(range(len(rows)), rows)
        made.axes.set_ylim(len(rows) - 0.5, -0.5)
        made.axes.grid(visible=False, axis="y")
    return made.svg


def _columns(points: Points) -> tuple[list[float], list[float]]:
    return [x for x, _ in points], [y for _, y in points]
