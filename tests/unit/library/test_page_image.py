"""Evidence on a page: words that are marked can still be read."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from trovato.core import Box, PageEvidence, Region, TextLayout
from trovato.library import draw_evidence
from trovato.testing import contrast

LAYOUT = TextLayout(100.0, 100.0, np.zeros((0, 2), np.int32), np.zeros((0, 4), np.float32))
WORD = Box(10.0, 10.0, 90.0, 90.0)


def painted(
    paper: tuple[int, int, int], ink: tuple[int, int, int], evidence: PageEvidence
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Colours of the paper and of a letter in the midst of a word."""
    page = Image.new("RGB", (100, 100), paper)
    page.paste(ink, (45, 45, 55, 55))
    drawn = np.asarray(draw_evidence(page, LAYOUT, evidence)).tolist()
    return tuple(drawn[30][30]), tuple(drawn[50][50])


@pytest.mark.parametrize(
    ("paper", "ink", "least"),
    [
        ((255, 255, 255), (0, 0, 0), 14.0),
        ((255, 255, 255), (89, 89, 89), 5.5),  # 7 : 1 on white
        ((242, 242, 242), (0, 0, 0), 12.0),
        ((20, 20, 60), (255, 255, 255), 7.0),
    ],
)
def test_the_strongest_paint_leaves_words_to_read(
    paper: tuple[int, int, int], ink: tuple[int, int, int], least: float
) -> None:
    ground, letter = painted(paper, ink, PageEvidence(heat=(Region(WORD, 1.0, "word"),)))
    assert ground != paper
    assert contrast(ground, letter) >= least


def test_a_word_that_meets_more_is_painted_more() -> None:
    def ground(weight: float) -> tuple[int, ...]:
        heat = (Region(WORD, weight, "word"),)
        return painted((255, 255, 255), (0, 0, 0), PageEvidence(heat=heat))[0]

    assert ground(1.0)[2] < ground(0.5)[2] < 255
