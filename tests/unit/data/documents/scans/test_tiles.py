"""Large pictures in tiles: every word once, at its place."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from trovato.core.shapes import UInt8
from trovato.data.documents.reading_order import Line
from trovato.data.documents.scans.tiles import read_in_tiles
from trovato.data.documents.scans.turned import ScoredLine

_CELL = 60  # room of a word, in pixels, of which it takes five sixths


class _Engine:
    """Reads numbers that are painted as colours; words that stand together are one line.

    Of a word that is cut it reads a part, as engines do.
    """

    def __init__(self) -> None:
        self.sizes: list[tuple[int, ...]] = []

    def __call__(self, pixels: UInt8[np.ndarray, "height width 3"]) -> Sequence[ScoredLine]:
        self.sizes.append(pixels.shape[:2])
        found = []
        code = pixels[:, :, 0].astype(int) * 256 + pixels[:, :, 1]
        for value in np.unique(code[code > 0]).tolist():
            down, across = np.nonzero(code == value)
            whole = across.max() - across.min() == 49 and down.max() - down.min() == 19
            text = f"w{value}" if whole else "cut"
            edges = across.min(), down.min(), across.max() + 1, down.max() + 1
            found.append(ScoredLine(Line(text, *map(float, edges)), 0.9))
        return found


def _painted(rows: int, columns: int) -> UInt8[np.ndarray, "height width 3"]:
    pixels = np.zeros((rows * 30, columns * _CELL, 3), np.uint8)
    for row in range(rows):
        for column in range(columns):
            value = row * columns + column + 1
            place = pixels[row * 30 : row * 30 + 20, column * _CELL : column * _CELL + 50]
            place[:, :, 0], place[:, :, 1] = value // 256, value % 256
    return pixels


@pytest.mark.parametrize(("rows", "columns"), [(10, 30), (90, 8), (60, 25), (4, 4)])
def test_every_word_once_and_at_its_place(rows: int, columns: int) -> None:
    engine = _Engine()
    found = read_in_tiles(_painted(rows, columns), engine, 500)
    assert all(max(size) <= 625 for size in engine.sizes)
    assert sorted(line.text for line, _ in found) == sorted(
        f"w{value}" for value in range(1, rows * columns + 1)
    )
    for line, _ in found:
        row, column = divmod(int(line.text[1:]) - 1, columns)
        assert (line.left, line.top) == pytest.approx((column * _CELL, row * 30), abs=1)


def test_a_picture_of_a_page_is_read_whole() -> None:
    engine = _Engine()
    read_in_tiles(_painted(20, 10), engine, 500)
    assert engine.sizes == [(600, 600)]
