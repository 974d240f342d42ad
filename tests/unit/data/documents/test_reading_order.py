from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from trovato.data.documents.reading_order import Line, reading_order


def _line(text: str, left: float, top: float, width: float = 180.0) -> Line:
    return Line(text, float(left), float(top), float(left + width), top + 11.0)


def _column(name: str, left: float, top: float, lines: int = 6) -> list[Line]:
    return [
        _line(f"{name}{row} a line of a column of prose", left, top + 12 * row)
        for row in range(lines)
    ]


TITLE = _line("A title over the whole width of the page", 20, 5, 400)


def _said(lines: list[Line]) -> list[str]:
    return [line.text.split()[0] for line in reading_order(lines)]


def test_columns_of_prose_are_read_one_after_the_other() -> None:
    left, right = _column("l", 20, 30), _column("r", 240, 30)
    mixed = [line for pair in zip(right, left, strict=True) for line in pair]
    wanted = ["A", *(f"l{row}" for row in range(6)), *(f"r{row}" for row in range(6))]
    assert _said([*mixed, TITLE]) == wanted


def test_columns_whose_lines_are_not_level() -> None:
    left, right = _column("l", 20, 30), _column("r", 240, 36.5)
    assert _said([TITLE, *right, *left])[1:8] == [*(f"l{row}" for row in range(6)), "r0"]


def test_boxes_that_overlap_a_little_from_line_to_line() -> None:
    lines = [TITLE, *_column("l", 20, 18), *_column("r", 240, 18)]
    taller = [line._replace(top=line.top - 1, bottom=line.bottom + 1) for line in lines]
    assert [word[0] for word in _said(taller)] == [*"Allllllrrrrrr"]


def test_text_between_columns_is_read_between_them() -> None:
    between = _line("Between", 20, 110, 400)
    below = [*_column("c", 20, 130), *_column("d", 240, 130)]
    said = _said([*below, between, *_column("b", 240, 30), *_column("a", 20, 30)])
    assert [word[0] for word in said] == [*"aaaaaabbbbbbBccccccdddddd"]


def test_a_table_is_read_row_by_row() -> None:
    cells = [
        _line(f"{row}{column}", 20 + 100 * column, 30 + 14 * row + column, 40)
        for column in range(3)
        for row in range(5)
    ]
    assert _said(cells) == [f"{row}{column}" for row in range(5) for column in range(3)]


def test_nothing_and_one_line() -> None:
    assert reading_order([]) == []
    assert reading_order([TITLE]) == [TITLE]


_LINES = st.builds(
    lambda text, left, top, width, height: Line(text, left, top, left + width, top + height),
    st.text(min_size=1, max_size=30),
    *[st.floats(0, 500)] * 2,
    *[st.floats(0, 100)] * 2,
)


@given(
    st.lists(_LINES, max_size=25).flatmap(
        lambda lines: st.tuples(st.just(lines), st.permutations(lines))
    )
)
def test_every_line_stays_and_the_order_given_does_not_matter(
    both: tuple[list[Line], list[Line]],
) -> None:
    lines, mixed = both
    assert sorted(reading_order(lines)) == sorted(lines)
    assert reading_order(mixed) == reading_order(lines)
