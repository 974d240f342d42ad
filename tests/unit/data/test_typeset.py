from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trovato.data import typeset
from trovato.data.typeset import HEIGHT, WIDTH, draw


@given(st.text(max_size=300))
def test_every_word_has_a_place_on_the_page(text: str) -> None:
    layout = typeset(text)
    assert [text[first:last] for first, last in layout.spans.tolist()] == text.split()
    left, top, right, bottom = layout.boxes.T
    assert ((left >= 0) & (left <= right) & (right <= WIDTH)).all()
    assert ((top >= 0) & (top < bottom) & (bottom <= HEIGHT)).all()


def test_words_do_not_cover_each_other() -> None:
    boxes = typeset("several words of text\n" * 30).boxes
    for index, (left, top, right, bottom) in enumerate(boxes.tolist()):
        beside = (boxes[:, 0] < right) & (boxes[:, 2] > left)
        level = (boxes[:, 1] < bottom) & (boxes[:, 3] > top)
        assert np.flatnonzero(beside & level).tolist() == [index]


@pytest.mark.parametrize("text", ["Some words\nto be drawn here.", "line\n" * 200])
def test_the_ink_is_in_the_boxes(text: str) -> None:
    scale = 2
    ink = np.asarray(draw(text, round(HEIGHT) * scale).convert("L")) < 128
    assert ink.any()
    for left, top, right, bottom in typeset(text).boxes * scale:
        part = (slice(int(top) - 2, int(bottom) + 4), slice(int(left) - 2, int(right) + 3))
        assert ink[part].any()
        ink[part] = False
    assert not ink.any()


def test_words_of_a_line_wrap_at_the_margin() -> None:
    layout = typeset("word " * 100)
    assert len(np.unique(layout.boxes[:, 1])) > 3
    assert layout.boxes[:, 2].max() < WIDTH - 50
