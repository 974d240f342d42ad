"""Zones of a page: what lies between empty strips, by the heat that it holds."""

from __future__ import annotations

import numpy as np
import pytest

from trovato.core import Box, PageEvidence, Region, TextLayout
from trovato.retrieve import evidence_zones

# Two sections of two lines with a strip of 60 points between them; words of 10 points.
LINES = (100, 112, 182, 194)


@pytest.fixture
def layout() -> TextLayout:
    boxes = [(50 + 60 * at, top, 100 + 60 * at, top + 10) for top in LINES for at in range(3)]
    spans = [(6 * at, 6 * at + 5) for at in range(len(boxes))]
    return TextLayout(300.0, 400.0, np.array(spans, np.int32), np.array(boxes, np.float32))


def evidence(layout: TextLayout, weights: dict[int, float]) -> PageEvidence:
    heat = [
        Region(Box(*layout.boxes[word].tolist()), weight, f"word{word}")
        for word, weight in weights.items()
    ]
    return PageEvidence("", heat=tuple(heat))


def test_the_hottest_zone_is_a_whole_section(layout: TextLayout) -> None:
    (zone,) = evidence_zones(evidence(layout, {7: 1.0, 10: 0.5}), layout)
    assert zone == Region(Box(50.0, 182.0, 220.0, 204.0), 1.0, "word7 word10")


def test_zones_are_taken_until_they_hold_the_share(layout: TextLayout) -> None:
    said = evidence(layout, {0: 0.2, 7: 1.0})
    tops = [zone.box.top for zone in evidence_zones(said, layout)]
    assert tops == [182, 100]  # 1 of 1.2 is less than nine tenths
    assert evidence_zones(said, layout)[1].weight == pytest.approx(0.2)
    assert len(evidence_zones(said, layout, share=0.8)) == 1


def test_a_wider_gap_joins_zones(layout: TextLayout) -> None:
    (zone,) = evidence_zones(evidence(layout, {7: 1.0}), layout, gap=6.5)
    assert (zone.box.top, zone.box.bottom) == (100, 204)
    assert len(evidence_zones(evidence(layout, {0: 1.0, 7: 1.0}), layout, gap=5.5)) == 2


def test_nothing_met_is_no_zone(layout: TextLayout) -> None:
    assert evidence_zones(PageEvidence(""), layout) == ()
    empty = TextLayout(300.0, 400.0, np.zeros((0, 2), np.int32), np.zeros((0, 4), np.float32))
    assert evidence_zones(evidence(layout, {0: 1.0}), empty) == ()
