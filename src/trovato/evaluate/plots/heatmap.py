"""A table of shares as SVG, each cell coloured by its value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from trovato.core import check_many
from trovato.evaluate.plots.figure import drawing

_CELL_WIDTH, _CELL_HEIGHT, _LEFT, _TOP = 92.0, 30.0, 190.0, 64.0
# From the colour of 0 to that of 1; black on any between has a contrast of 4.5 : 1.
_ENDS = ("#f7f7f2", "#c4501b")


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

    Raises
    ------
    MissingExtraError
        If matplotlib is not installed.

    Examples
    --------
    >>> heatmap(["none"], ["near"], {("none", "near"): 0.4}, "ASR")[:4]
    '<svg'
    """
    check_many("rows", rows)
    check_many("columns", columns)
    width = _LEFT + _CELL_WIDTH * len(columns)
    with drawing(width, _TOP + _CELL_HEIGHT * len(rows)) as made:
        from matplotlib.colors import LinearSegmentedColormap

        axes = made.axes
        shares = np.array(
            [[values.get((row, column), np.nan) for column in columns] for row in rows]
        )
        colours = LinearSegmentedColormap.from_list("shares", _ENDS)
        axes.pcolormesh(shares, cmap=colours, vmin=0, vmax=1, edgecolor="white", linewidth=2)
        for (down, across), share in np.ndenumerate(shares):
            if not np.isnan(share):
                axes.text(across + 0.5, down + 0.5, f"{share:.2f}", ha="center", va="center")
        axes.set_xticks(np.arange(len(columns)) + 0.5, [one.replace(" ", "\n") for one in columns])
        axes.set_yticks(np.arange(len(rows)) + 0.5, rows)
        axes.xaxis.tick_top()
        axes.invert_yaxis()
        axes.tick_params(length=0)
        axes.grid(visible=False)
        axes.spines[:].set_visible(False)
        axes.set_title(title, loc="left", fontweight="bold")
    return made.svg
