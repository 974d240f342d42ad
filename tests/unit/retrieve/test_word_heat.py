"""Words of a page as they are looked at."""

from __future__ import annotations

import json

import numpy as np

from trovato.core import Box, PageEvidence, Region, TextLayout, TokenVectors
from trovato.library import evidence_json
from trovato.retrieve import explain

TEXT = "old harbour, old town"
LAYOUT = TextLayout(
    40.0,
    20.0,
    np.array([[0, 3], [4, 12], [13, 16], [17, 21]], np.int32),
    np.array([[-5, 0, 5, 9], [6, 0, 15, 9], [16, 0, 20, 9], [35, 0, 50, 9]], np.float32),
)


def found(question: str) -> PageEvidence:
    words = np.array([[0, len(question)]], np.int32)
    page = TokenVectors(np.ones((1, 2), np.float32), np.array([[0, 1]], np.int32))
    return explain(TEXT, LAYOUT, page, question, TokenVectors(np.zeros((1, 2), np.float32), words))


def test_heat_is_a_sequence_of_the_words_that_were_met() -> None:
    heat = found("old").heat
    first, second = (
        Region(Box(0.0, 0.0, 5.0, 9.0), 1.0, "old"),
        Region(Box(16.0, 0.0, 20.0, 9.0), 1.0, "old"),
    )
    assert len(heat) == 2
    assert heat == (first, second)
    assert [*heat] == [first, second]
    assert (heat[0], heat[-1], heat[1:], heat[::-1]) == (first, second, (second,), (second, first))
    assert found("old") == found("old")
    assert hash(heat) == hash(found("old").heat)
    assert heat != (second, first)


def test_boxes_end_with_the_page() -> None:
    (word,) = found("town").heat
    assert word.box == Box(35.0, 0.0, 40.0, 9.0)


def test_evidence_is_json_with_its_heat() -> None:
    told = json.loads(json.dumps(evidence_json(found("town"))))
    edges = {"left": 35.0, "top": 0.0, "right": 40.0, "bottom": 9.0}
    assert told["heat"] == [{"box": edges, "weight": 1.0, "text": "town"}]
