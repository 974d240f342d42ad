"""Lines of a page, and the part of it that a hit shows."""

from __future__ import annotations

import numpy as np
import pytest

from trovato.core import Box, PageEvidence, Region, TextLayout
from trovato.web.views.sheets import best_crop, lines_of


def layout(*boxes: tuple[float, float, float, float]) -> tuple[str, TextLayout]:
    text = " ".join(f"w{number}" for number in range(len(boxes)))
    spans = np.array([[3 * one, 3 * one + 2] for one in range(len(boxes))], np.int32)
    return text, TextLayout(600.0, 800.0, spans, np.array(boxes, np.float32))


def test_words_beside_each_other_are_one_line() -> None:
    text, page = layout(
        (10, 10, 30, 20), (40, 11, 60, 21), (10, 30, 30, 40), (300, 30, 330, 40), (10, 12, 20, 22)
    )
    lines = lines_of(text, page)
    assert [[word for _, _, word in line.words] for line in lines] == [
        ["w0", "w1"],
        ["w2", "w3"],
        ["w4"],
    ]
    assert (lines[0].top, lines[0].height) == (10.0, 11.0)
    assert lines[0].words[1][:2] == (40.0, 20.0)


@pytest.mark.parametrize(
    "region",
    [
        Box(0.0, 0.0, 20.0, 8.0),
        Box(580.0, 790.0, 600.0, 800.0),
        Box(50.0, 100.0, 550.0, 700.0),
        Box(5.0, 5.0, 5.0, 5.0),
    ],
)
def test_a_crop_lies_on_the_page_and_holds_the_beginning_of_the_passage(region: Box) -> None:
    _, page = layout((0, 0, 20, 8))
    evidence = PageEvidence(regions=(Region(region, 1.0, "x"),), heat=(Region(region, 1.0, "x"),))
    crop = best_crop(evidence, page, "0123456789abcdef01")
    assert crop is not None
    box = crop.box
    assert 0 <= box.left <= region.left
    assert region.right <= box.right <= 600
    assert 0 <= box.top <= region.top
    assert box.bottom <= 800
    assert box.height <= 100
    assert box.width >= min(300, region.width)
    assert crop.version == "0123456789abcdef"
    assert [int(edge) for edge in crop.address.split(",")] == [
        box.left,
        box.top,
        box.right,
        box.bottom,
    ]
