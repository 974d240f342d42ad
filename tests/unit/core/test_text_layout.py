import numpy as np
import pytest

from trovato.core import Box, InvalidInputError, TextLayout


def layout_of(text: str) -> TextLayout:
    spans, start = [], 0
    for word in text.split(" "):
        spans.append((start, start + len(word)))
        start += len(word) + 1
    boxes = [(10.0 * i, 0.0, 10.0 * i + 8, 12.0) for i in range(len(spans))]
    return TextLayout(600.0, 800.0, np.array(spans, np.int32), np.array(boxes, np.float32))


def test_each_span_belongs_to_the_word_that_holds_its_start() -> None:
    layout = layout_of("the white page")
    tokens = np.array([[0, 3], [4, 6], [6, 9], [10, 14]], np.int32)
    assert layout.words_of(tokens).tolist() == [0, 1, 1, 2]


def test_a_span_between_words_or_beyond_them_belongs_to_none() -> None:
    layout = layout_of("a b")
    assert layout.words_of(np.array([[1, 2], [9, 10]], np.int32)).tolist() == [-1, -1]


def test_a_page_without_words_has_no_words_for_any_span() -> None:
    layout = TextLayout.empty(600.0, 800.0)
    assert layout.words_of(np.array([[0, 1]], np.int32)).tolist() == [-1]


def test_the_box_of_a_word_is_the_one_given() -> None:
    assert layout_of("a b").box(1) == Box(10.0, 0.0, 18.0, 12.0)


def test_overlapping_words_are_refused() -> None:
    with pytest.raises(InvalidInputError, match="ascending"):
        TextLayout(1.0, 1.0, np.array([[0, 3], [2, 4]], np.int32), np.zeros((2, 4), np.float32))


def test_words_without_boxes_are_refused() -> None:
    with pytest.raises(InvalidInputError, match="1 spans and 0 boxes"):
        TextLayout(1.0, 1.0, np.array([[0, 3]], np.int32), np.zeros((0, 4), np.float32))
