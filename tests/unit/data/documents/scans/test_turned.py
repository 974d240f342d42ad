"""Scans that lie turned, columns of vertical writing, and words that a line breaks."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from trovato.core.shapes import UInt8
from trovato.data.documents.reading_order import Line, reading_order
from trovato.data.documents.scans.turned import (
    ScoredLine,
    read_upright,
    turned_back,
    words_of_line,
)

PAGE = [
    Line("The keel was laid in spring", 10.0, 10.0, 200.0, 20.0),
    Line("and the mast was set later", 10.0, 30.0, 195.0, 40.0),
    Line("before the storms", 10.0, 50.0, 130.0, 60.0),
]
SIZE = (220, 300)  # of the upright page


def _turn(line: Line, degrees: int) -> Line:
    """A line of the upright page on the page turned counter-clockwise by hand."""
    width, height = SIZE
    text, left, top, right, bottom = line
    if degrees == 90:
        return Line(text, top, width - right, bottom, width - left)
    if degrees == 180:
        return Line(text, width - right, height - bottom, width - left, height - top)
    if degrees == 270:
        return Line(text, height - bottom, left, height - top, right)
    return line


class _Engine:
    """Sees that page turned; reads lines well that run rightwards or downwards, others badly."""

    def __init__(self, turned: int) -> None:
        self.turned = turned
        self.asked = 0

    def __call__(self, pixels: UInt8[np.ndarray, "height width 3"]) -> Sequence[ScoredLine]:
        turned = self.turned if pixels[0, 0, 0] else (self.turned + 180) % 360
        self.asked += 1
        legible = turned in (0, 270)
        lines = [_turn(line, turned) for line in PAGE]
        if not legible:
            lines = [line._replace(text="tlol s oht ehtra hit"[: len(line.text)]) for line in lines]
        # Engines give lines from top to bottom of the picture.
        lines.sort(key=lambda line: (line.top, line.left))
        return [ScoredLine(line, 0.99 if legible else 0.65) for line in lines]


@pytest.mark.parametrize(("turned", "asked"), [(0, 1), (90, 2), (180, 2), (270, 1)])
def test_a_turned_page_reads_as_an_upright_one(turned: int, asked: int) -> None:
    shown = SIZE if turned % 180 == 0 else SIZE[::-1]
    pixels = np.zeros((shown[1], shown[0], 3), np.uint8)
    pixels[0, 0] = 1  # the corner by which the engine knows how the picture is held
    engine = _Engine(turned)
    found = read_upright(pixels, engine)
    assert engine.asked == asked
    ordered = reading_order(found.lines)
    assert [line.text for line in ordered] == [line.text for line in PAGE]
    # The boxes are where the lines stand on the page as it is shown.
    for line, upright in zip(ordered, PAGE, strict=True):
        box = (line.left, line.top, line.right, line.bottom)
        assert turned_back(box, found.turn, shown) == pytest.approx(_turn(upright, turned)[1:])


def test_a_short_doubtful_text_is_left_as_it_is() -> None:
    asked: list[int] = []

    def read(pixels: UInt8[np.ndarray, "height width 3"]) -> Sequence[ScoredLine]:
        asked.append(1)
        return [ScoredLine(Line("R7", 0.0, 0.0, 9.0, 9.0), 0.4)]

    assert read_upright(np.zeros((9, 9, 3), np.uint8), read).turn == 0
    assert len(asked) == 1


def test_vertical_columns_are_read_from_right_to_left() -> None:
    columns = [Line("船は港に", 10.0, 5.0, 30.0, 90.0), Line("古い木の", 50.0, 5.0, 70.0, 90.0)]
    found = read_upright(
        np.zeros((100, 80, 3), np.uint8), lambda _: [ScoredLine(line, 1.0) for line in columns]
    )
    assert [line.text for line in reading_order(found.lines)] == ["古い木の", "船は港に"]


def test_words_share_their_line_in_its_direction() -> None:
    flat = list(words_of_line(Line("iii  mmm", 0.0, 0.0, 100.0, 10.0)))
    assert [word for word, _ in flat] == ["iii", "mmm"]
    assert flat[0][1][2] < flat[1][1][0]
    assert flat[1][1][2] == 100.0
    tall = list(words_of_line(Line("iii mmm", 0.0, 0.0, 10.0, 100.0)))
    assert tall[0][1][3] < tall[1][1][1]
