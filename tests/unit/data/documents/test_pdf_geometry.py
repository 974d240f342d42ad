"""Boxes of words against the dark pixels of the drawn page."""

from pathlib import Path

import numpy as np
import pytest

from trovato.core import Page
from trovato.data import open_document


def pdf_of(path: Path, content: str, page: str = "/MediaBox [0 0 300 400]") -> Path:
    """A PDF of one page, by hand: pdfium finds the objects without a table of them."""
    path.write_bytes(
        f"""%PDF-1.7
1 0 obj <</Type/Catalog/Pages 2 0 R>> endobj
2 0 obj <</Type/Pages/Kids[3 0 R]/Count 1>> endobj
3 0 obj <</Type/Page/Parent 2 0 R {page} /Contents 4 0 R
/Resources <</Font <</F <</Type/Font/Subtype/Type1/BaseFont/Helvetica-Bold>> >> >> >> endobj
4 0 obj <</Length {len(content)}>> stream
{content}
endstream endobj
trailer <</Root 1 0 R>>
""".encode("latin-1")
    )
    return path


def overlays(path: Path) -> tuple[Page, float]:
    """The page, and the largest distance in points between its one box and what is drawn."""
    with open_document(path) as document:
        page = document.page(1)
        picture = document.render(1, 800)
    scale = 800 / max(page.layout.width, page.layout.height)
    dark = np.argwhere(np.asarray(picture.convert("L")) < 128)
    (top, left), (bottom, right) = dark.min(axis=0), dark.max(axis=0) + 1
    seen = np.array([left, top, right, bottom]) / scale
    return page, float(np.abs(page.layout.boxes[0] - seen).max())


WORD = "BT /F 24 Tf {} Td (HNEMH) Tj ET"
BOXES = ["/MediaBox [0 0 300 400]", "/MediaBox [-50 70 250 470] /CropBox [10 100 210 400]"]


@pytest.mark.parametrize("boxes", BOXES, ids=["media", "crop"])
@pytest.mark.parametrize("turn", [0, 90, 180, 270, -90])
def test_the_box_of_a_word_lies_on_the_word_as_drawn(tmp_path: Path, boxes: str, turn: int) -> None:
    path = pdf_of(tmp_path / "a.pdf", WORD.format("60 140"), f"{boxes} /Rotate {turn}")
    page, distance = overlays(path)
    wide, high = (300, 400) if "Crop" not in boxes else (200, 300)
    wanted = (high, wide) if turn % 180 else (wide, high)
    assert (page.layout.width, page.layout.height) == wanted
    assert page.text == "HNEMH"
    assert distance < 2.0


@pytest.mark.parametrize("turned", ["0 1 -1 0 200 150", "0.5 0.866 -0.866 0.5 120 100"])
def test_turned_words_have_boxes_around_them(tmp_path: Path, turned: str) -> None:
    path = pdf_of(tmp_path / "a.pdf", f"BT /F 24 Tf {turned} Tm (HNEMH) Tj ET")
    page, distance = overlays(path)
    assert page.text == "HNEMH"
    assert distance < 9.0  # pdfium's box is that of the font's lines, here aslant


def test_words_outside_of_the_shown_page_are_left_out(tmp_path: Path) -> None:
    content = "".join(
        f"BT /F 12 Tf {left} {bottom} Td ({word}) Tj ET\n"
        for word, left, bottom in (("gone", -90, 100), ("seen", 50, 100), ("above", 50, 500))
    )
    page, _ = overlays(pdf_of(tmp_path / "a.pdf", content))
    assert page.text == "seen"


def test_a_page_five_metres_wide_is_read_and_drawn_small(tmp_path: Path) -> None:
    size = "/MediaBox [0 0 14173 200]"
    page, distance = overlays(pdf_of(tmp_path / "a.pdf", WORD.format("14000 90"), size))
    assert page.layout.width == 14173
    assert page.layout.boxes[0, 2] < 14173
    # One pixel is 18 points here.
    assert distance < 20.0


def test_a_word_broken_at_a_line_end_is_one_word_with_two_boxes(tmp_path: Path) -> None:
    content = "BT /F 12 Tf 14 TL 200 300 Td (infor-) Tj T* (mation) Tj ET"
    with open_document(pdf_of(tmp_path / "a.pdf", content)) as document:
        page = document.page(1)
    assert page.text == "information"
    assert page.layout.spans.tolist() == [[0, 5], [5, 11]]
    first, second = page.layout.boxes
    assert second[1] > first[1] + 10


def test_a_hyphen_within_a_line_stays(tmp_path: Path) -> None:
    content = "BT /F 12 Tf 14 TL 50 300 Td (late-interaction of 2010-2015) Tj T* (ends -) Tj ET"
    with open_document(pdf_of(tmp_path / "a.pdf", content)) as document:
        assert document.page(1).text.split("\n")[0] == "late-interaction of 2010-2015"


def test_lines_and_columns(tmp_path: Path) -> None:
    lines = [
        (left, 300 - 14 * row, f"{name}{row} word")
        for left, name in ((30, "a"), (170, "b"))
        for row in range(3)
    ]
    content = "\n".join(f"BT /F 12 Tf {x} {y} Td ({text}) Tj ET" for x, y, text in lines)
    with open_document(pdf_of(tmp_path / "a.pdf", content)) as document:
        text = document.page(1).text
    assert text.split("\n") == [text for _, _, text in lines]


def test_a_blank_page_has_a_size_and_no_words(tmp_path: Path) -> None:
    with open_document(pdf_of(tmp_path / "a.pdf", "")) as document:
        page = document.page(1)
        assert document.render(1, 100).getextrema() == ((255, 255),) * 3
    assert (page.text, page.layout.width, page.layout.height) == ("", 300, 400)


@pytest.mark.parametrize("boxes", ["/MediaBox [0 0 0 0]", "/MediaBox [0 0 1e30 1e30]", ""])
def test_a_page_of_no_or_endless_size_is_drawn(tmp_path: Path, boxes: str) -> None:
    path = pdf_of(tmp_path / "a.pdf", WORD.format("10 10"), boxes)
    with open_document(path) as document:
        # pdfium takes a sheet of letter paper instead.
        assert 0 < document.page(1).layout.width < 1e6
        assert max(document.render(1, 100).size) == 100
