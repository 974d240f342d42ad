"""Words in pictures on pages of text."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from fpdf import FPDF
from PIL import Image

from trovato.data import Ocr, RedoOcr, open_document
from trovato.data.documents.word_layout import PageText, join_words

TEXT = "The committee met in the town hall and agreed that the old bridge should be closed. " * 4


class _Reader(Ocr):
    """Stands in for the reader of pictures; notes how large they were."""

    def __init__(self) -> None:
        self.long_side = 700
        self.seen: list[tuple[tuple[int, int], float, float]] = []

    def read(self, picture: Image.Image, width: float, height: float) -> PageText:
        self.seen.append((picture.size, width, height))
        return join_words(
            ["Pasted", "words"], np.array([[1.0, 2, 9, 9], [11, 2, 19, 9]]), [False] * 2
        )


@pytest.fixture
def path(tmp_path: Path) -> Path:
    pdf = FPDF(unit="pt", format=(500, 700))
    pdf.add_page()
    pdf.set_font("Helvetica", size=11)
    pdf.multi_cell(400, 14, TEXT)
    picture = BytesIO()
    Image.effect_noise((200, 100), 60).save(picture, "PNG")
    pdf.image(picture, 100, 400, 200, 100)
    pdf.image(picture, 400, 600, 20, 10)  # a sign
    pdf.image(picture, 20, 20, 440, 120)  # behind the text
    made = tmp_path / "a.pdf"
    made.write_bytes(bytes(pdf.output()))
    return made


def test_they_stand_after_the_words_of_the_page(path: Path) -> None:
    reader = _Reader()
    with open_document(path, reader, redo_ocr="always") as document:
        page = document.page(1)
    assert page.text.split() == [*TEXT.split(), "Pasted", "words"]
    ((pixels, *points),) = reader.seen
    assert pixels == (200, 100)
    assert points == pytest.approx([200, 100])
    assert "ocr" not in page.attributes
    first, last = page.layout.spans[-1].tolist()
    assert page.text[first:last] == "words"
    assert page.layout.boxes[-1].tolist() == pytest.approx([111, 402, 119, 409], abs=0.1)


@pytest.mark.parametrize("redo_ocr", ["auto", "never"])
def test_they_are_read_only_where_that_is_asked_for(path: Path, redo_ocr: RedoOcr) -> None:
    reader = _Reader()
    with open_document(path, reader, redo_ocr=redo_ocr) as document:
        assert document.page(1).text.split() == TEXT.split()
    assert reader.seen == []


def test_without_a_reader_the_text_stands(path: Path) -> None:
    with open_document(path, None, redo_ocr="always") as document:
        assert document.page(1).text.split() == TEXT.split()
