"""Whatever stands where on a page: no word is lost, and tables are rectangles."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from trovato.core import Page, TextLayout
from trovato.data.components.pdf.blocks import Block, page_blocks
from trovato.data.documents.pdf.marks import PageMarks

PLACES = st.tuples(
    st.integers(0, 9), st.integers(0, 20), st.sampled_from(["a", "12", "Table", "-"])
)
LINES = st.tuples(st.integers(0, 10), st.integers(0, 21), st.integers(0, 10), st.integers(0, 21))


def page_of(words: list[tuple[int, int, str]]) -> Page:
    """A page with those words: column, line, and what they say."""
    spans = np.zeros((len(words), 2), np.int32)
    boxes = np.zeros((len(words), 4), np.float32)
    text = ""
    for place, (column, line, word) in enumerate(words):
        spans[place] = len(text), len(text) + len(word)
        left, top = 20 + 40 * column, 20 + 14 * line
        boxes[place] = left, top, left + 6 * len(word), top + 8
        text += word + "\n"
    return Page(1, text, TextLayout(500.0, 400.0, spans, boxes))


def marks_of(
    rules: list[tuple[int, int, int, int]], pictures: list[tuple[int, int, int, int]]
) -> PageMarks:
    def boxes(corners: list[tuple[int, int, int, int]]) -> np.ndarray:
        ends = np.array(corners, np.float64).reshape(-1, 2, 2)
        ends = ends * np.array([40, 14]) + np.array([18, 17])
        return np.concatenate([ends.min(axis=1), ends.max(axis=1)], axis=1)

    straight = [
        (a, b, c, b) if turn % 2 else (a, b, a, d) for turn, (a, b, c, d) in enumerate(rules)
    ]
    nothing = np.zeros((0, 4)), np.zeros(0), np.zeros(0, np.bool_)
    return PageMarks(*nothing, boxes(straight), boxes(pictures), ())


def said(block: Block) -> list[str]:
    if block.table is not None:
        assert len({len(row) for row in block.table.cells}) == 1
        assert 0 <= block.table.headers < len(block.table.cells)
        return [word.text for row in block.table.cells for cell in row for word in cell]
    text, words = block.words()
    assert all(text[start:end] for _, start, end in words)
    return [word.text for line in block.lines for word in line]


@given(
    st.lists(PLACES, max_size=40, unique_by=lambda place: place[:2]),
    st.lists(LINES, max_size=8),
    st.lists(LINES, max_size=2),
)
def test_no_word_is_lost(
    words: list[tuple[int, int, str]],
    rules: list[tuple[int, int, int, int]],
    pictures: list[tuple[int, int, int, int]],
) -> None:
    found = page_blocks(page_of(words), marks_of(rules, pictures))
    told = [word for block in found for word in said(block)]
    assert set(told) == {word for _, _, word in words}
    assert len(told) >= len(words)  # what spans several columns stands in each


def test_words_in_a_grid_are_a_table() -> None:
    words = [(column, line, f"{line}{column}") for line in range(3) for column in range(2)]
    ends = [*((0, line, 2, line) for line in range(4)), *((at, 0, at, 3) for at in range(3))]
    turned = [end for pair in zip(ends[4:], ends[:3], strict=True) for end in pair]
    [block] = page_blocks(page_of(words), marks_of([*turned, (0, 0, 0, 0), ends[3]], []))
    assert block.table is not None
    assert [[cell[0].text for cell in row] for row in block.table.cells] == [
        ["00", "01"],
        ["10", "11"],
        ["20", "21"],
    ]
