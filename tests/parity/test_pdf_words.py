"""Words of a PDF against pdfium's own text and its box of each single character."""

from pathlib import Path

import numpy as np
import pypdfium2 as pdfium
from fpdf import FPDF

from trovato.core import generator
from trovato.data.documents.pdf.words import words_of


def test_words_are_those_of_pdfium_with_boxes_around_their_letters(tmp_path: Path) -> None:
    random = generator(0, "test_pdf_words")
    letters = list("abcdefghijklmnopqrstuvwxyzABCXYZ0123456789.,;:!?()[]%$éüß")
    pdf = FPDF()
    for _ in range(3):
        pdf.add_page()
        pdf.set_font("times", size=float(random.integers(7, 20)))
        lengths = random.integers(1, 12, 150)
        pdf.multi_cell(0, text=" ".join("".join(random.choice(letters, n)) for n in lengths))
    pdf.output(str(tmp_path / "a.pdf"))
    with pdfium.PdfDocument(tmp_path / "a.pdf") as document:
        for page in document:
            read = words_of(page)
            textpage = page.get_textpage()
            assert read.text.split() == textpage.get_text_range().split()
            height = page.get_height()
            index = 0
            for word, box in zip(read.text.split(), read.boxes, strict=True):
                while textpage.get_text_range(index, 1).isspace():
                    index += 1
                corners = np.array(
                    [textpage.get_charbox(index + n, loose=False) for n in range(len(word))]
                )
                left, bottom, right, top = corners.T
                around = [left.min(), height - top.max(), right.max(), height - bottom.min()]
                assert np.abs(box - around).max() < 1.5, word
                index += len(word)
