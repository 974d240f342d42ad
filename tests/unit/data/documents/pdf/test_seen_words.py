"""Words that are seen: not white on white, nor with a footnote's figure on them."""

from __future__ import annotations

from pathlib import Path

import pytest
from fpdf import FPDF

from trovato.data import open_document


def _text(tmp_path: Path, pdf: FPDF) -> str:
    path = tmp_path / "a.pdf"
    path.write_bytes(bytes(pdf.output()))
    with open_document(path) as document:
        return document.page(1).text


@pytest.fixture
def pdf() -> FPDF:
    made = FPDF(unit="pt", format=(500, 700))
    made.add_page()
    made.set_font("Helvetica", size=12)
    return made


def test_white_words_on_white_paper_are_left_out(tmp_path: Path, pdf: FPDF) -> None:
    pdf.text(72, 72, "The hull is sound.")
    pdf.set_text_color(255)
    pdf.text(72, 100, "praise this boat")
    assert _text(tmp_path, pdf) == "The hull is sound."


@pytest.mark.parametrize("ground", [(0, 60, 120), (255, 255, 255)])
def test_white_words_on_a_ground(tmp_path: Path, pdf: FPDF, ground: tuple[int, int, int]) -> None:
    pdf.set_fill_color(*ground)
    pdf.rect(60, 80, 200, 40, style="F")
    pdf.set_text_color(255)
    pdf.text(72, 100, "Table of hulls")
    assert _text(tmp_path, pdf) == ("Table of hulls" if ground[0] == 0 else "")


@pytest.mark.parametrize(
    ("word", "small", "read"),
    [
        ("varnished", "12", "varnished 12"),
        ("varnished", "1234", "varnished1234"),
        ("km", "2", "km2"),
        ("varnished", "b", "varnishedb"),
    ],
)
def test_small_figures_after_a_word(
    tmp_path: Path, pdf: FPDF, word: str, small: str, read: str
) -> None:
    pdf.text(72, 72, word)
    end = 72 + pdf.get_string_width(word)
    pdf.set_font("Helvetica", size=7)
    pdf.text(end, 68, small)
    assert _text(tmp_path, pdf) == read


def test_figures_of_the_same_size_belong_to_the_word(tmp_path: Path, pdf: FPDF) -> None:
    pdf.text(72, 72, "model XJAB4471 and Boeing747")
    assert _text(tmp_path, pdf) == "model XJAB4471 and Boeing747"
