"""Where on the page each image token of a model looks."""

from __future__ import annotations

import numpy as np

from trovato.core.shapes import Float32


def grid_boxes(
    rows: int, columns: int, within: tuple[float, float, float, float] = (0.0, 0.0, 1.0, 1.0)
) -> Float32[np.ndarray, "tokens 4"]:
    """Boxes of a grid, row by row: left, top, right, bottom, as shares of the page.

    Parameters
    ----------
    rows, columns
        Of the grid.
    within
        The part of the page that it covers.

    Examples
    --------
    >>> grid_boxes(1, 2).tolist()
    [[0.0, 0.0, 0.5, 1.0], [0.5, 0.0, 1.0, 1.0]]
    """
    left, top, right, bottom = within
    across = np.linspace(left, right, columns + 1)
    down = np.linspace(top, bottom, rows + 1)
    lefts, tops = np.meshgrid(across[:-1], down[:-1])
    rights, bottoms = np.meshgrid(across[1:], down[1:])
    found = np.stack([lefts, tops, rights, bottoms], axis=-1).reshape(-1, 4)
    return found.astype(np.float32)


def tile_boxes(rows: int, columns: int, side: int) -> Float32[np.ndarray, "tokens 4"]:
    """Boxes of a page that is cut into tiles, row by row, and then seen once as a whole.

    Parameters
    ----------
    rows, columns
        Tiles; 0 where the page is one tile, which then is the whole.
    side
        Tokens along each side of a tile.
    """
    tiles = [
        grid_boxes(side, side, tuple(box.tolist())) for box in grid_boxes(rows, columns) if rows
    ]
    return np.concatenate([*tiles, grid_boxes(side, side)])
