"""Tables whose words a PDF holds by columns are read by rows; columns of prose are not."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import chain
from pathlib import Path

import pytest
from fpdf import FPDF

from trovato.data import open_document

# Left edge, baseline, what is written there.
Placed = tuple[float, float, str]
Read = Callable[[Iterable[Placed]], list[str]]

HEAD = ["Harbour", "1911", "1912", "1913"]
BODY = [["Quay", "112", "118", "131"], ["Mole", "87", "92", "95"], ["Pier two", "240", "236", "7"]]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Write a page in the order given, and read its lines."""

    def written(placed: Iterable[Placed]) -> list[str]:
        made = FPDF(unit="pt", format=(600, 700))
        made.set_auto_page_break(False)
        made.set_font("Helvetica", size=10)
        made.add_page()
        for left, base, text in placed:
            made.text(left, base, text)
        path = tmp_path / "made.pdf"
        path.write_bytes(bytes(made.output()))
        return open_document(path).page(1).text.split("\n")

    return written


def _columns(
    rows: list[list[str]], left: float = 40, top: float = 100, pitch: float = 18
) -> list[list[Placed]]:
    """The cells of a table, column by column; an empty cell is not written."""
    return [
        [
            (left + 130 * across, top + pitch * down, row[across])
            for down, row in enumerate(rows)
            if row[across]
        ]
        for across in range(len(rows[0]))
    ]


def _prose(
    name: str, left: float, lines: int = 8, words: str = "of a narrow column"
) -> list[Placed]:
    return [(left, 100 + 12 * line, f"{name}{line} {words}") for line in range(lines)]


def _said(rows: list[list[str]]) -> list[str]:
    return [" ".join(filter(None, row)) for row in rows]


@pytest.mark.parametrize("pitch", [12.0, 18.0, 30.0])
def test_columns_of_figures_become_rows(read: Read, pitch: float) -> None:
    table = [HEAD, *BODY]
    above, below = (40, 70, "Tons by quay, in thousands"), (40, 400, "Counted by the port")
    placed = [above, *chain(*_columns(table, pitch=pitch)), below]
    assert read(placed) == [above[2], *_said(table), below[2]]


def test_columns_from_right_to_left(read: Read) -> None:
    table = [HEAD, *BODY]
    assert read(chain(*reversed(_columns(table)))) == _said(table)


def test_cells_and_a_corner_that_are_empty(read: Read) -> None:
    table = [["", *HEAD[1:]], *BODY, ["Dry dock", "9", "", "11"]]
    assert read(chain(*_columns(table))) == _said(table)


def test_a_long_label_beside_figures(read: Read) -> None:
    labels = ["Dues for lying at the outer wall", "Dues for lying at the inner wall", "All dues"]
    placed = [
        *[(40, 100 + 13 * row, label) for row, label in enumerate(labels)],
        *[(300, 100 + 13 * row, figure) for row, figure in enumerate(["$ 1,200", "$ 87", "1,287"])],
    ]
    assert read(placed) == [
        f"{labels[0]} $ 1,200",
        f"{labels[1]} $ 87",
        f"{labels[2]} 1,287",
    ]


def test_columns_of_short_words_that_stand_apart(read: Read) -> None:
    table = [["Ship", "Berth"], ["Anna", "north"], ["Bertha", "east"], ["Clara", "none"]]
    assert read(chain(*_columns(table, pitch=22))) == _said(table)


def test_two_tables_one_below_the_other(read: Read) -> None:
    first, second = [HEAD, *BODY], [["Year", "Ships"], ["1920", "31"], ["1921", "42"]]
    placed = [*chain(*_columns(first)), *chain(*_columns(second, top=300))]
    assert read(placed) == [*_said(first), *_said(second)]


def test_text_below_the_last_column_stays_below(read: Read) -> None:
    notes = [(430.0, 200.0, "a note to figures"), (430.0, 214.0, "and its second line")]
    placed = [*chain(*_columns([HEAD, *BODY])), *notes]
    assert read(placed) == [*_said([HEAD, *BODY]), *(text for *_, text in notes)]


@pytest.mark.parametrize("words", ["of a narrow column", "of prose in a wide column too"])
def test_columns_of_prose_are_read_to_their_ends(read: Read, words: str) -> None:
    placed = [
        *_prose("l", 40, words=words),
        *_prose("m", 220, words=words),
        *_prose("r", 400, words=words),
    ]
    assert read(placed) == [text for *_, text in placed]


def test_cells_of_several_lines_stay_whole(read: Read) -> None:
    cells = [["may be", "asked for", "in writing"], ["must be", "told at", "the gate"]]
    placed = [
        (40 + 150 * across, 100 + 12 * down, text)
        for across, cell in enumerate(cells)
        for down, text in enumerate(cell)
    ]
    assert read(placed) == [*cells[0], *cells[1]]


def test_a_list_of_figures_beside_lines_at_other_heights(read: Read) -> None:
    placed = [
        *_prose("l", 40),
        *[(300, 130 + 31 * row, figure) for row, figure in enumerate(["11", "12", "13"])],
    ]
    assert read(placed) == [text for *_, text in placed]


def test_words_carry_their_boxes_along(tmp_path: Path, read: Read) -> None:
    read(chain(*_columns([HEAD, *BODY])))
    page = open_document(tmp_path / "made.pdf").page(1)
    said = [page.text[first:last] for first, last in page.layout.spans.tolist()]
    mole = page.layout.boxes[said.index("92")]
    assert mole[0] == pytest.approx(40 + 2 * 130, abs=2)
    assert mole[3] == pytest.approx(100 + 2 * 18, abs=2)


def test_cells_of_one_character_are_words_of_their_own(read: Read) -> None:
    table = [["Quay", "12", "5"], ["Mole", "2", "66"], ["Pier", "3", "7"], ["Dock", "-", "8"]]
    assert read(chain(*_columns(table))) == _said(table)
