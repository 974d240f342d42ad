"""Every kind of document keeps the laws."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pypdfium2 as pdfium
import pytest
from fpdf import FPDF
from PIL import Image, ImageDraw

from trovato.data import open_document
from trovato.testing.conformance.document import check_document

STORY = "The quick brown fox jumps over the lazy dog.\n\n" * 200


def _pdf(path: Path) -> None:
    pdf = FPDF()
    pdf.set_font("Helvetica", size=11)
    pdf.set_title("Foxes")
    for turn in (0, 90, 180, 270):
        pdf.add_page(orientation="L" if turn == 90 else "P")
        pdf.multi_cell(0, text=STORY[:900])
    pdf.add_page()
    made = pdfium.PdfDocument(bytes(pdf.output()))
    for index, turn in enumerate((0, 90, 180, 270)):
        made[index].set_rotation(turn)
    made.save(path)


def _tiff(path: Path) -> None:
    pages = [Image.new("RGB", size, "white") for size in ((300, 200), (80, 240))]
    for page in pages:
        ImageDraw.Draw(page).text((10, 10), "fox", fill="black")
    pages[0].save(path, save_all=True, append_images=pages[1:], dpi=(150, 150))


def _text(path: Path) -> None:
    path.write_text(STORY + "\f" + "word" * 400 + "\nénd 狐 \U0001f98a\n" + "\n" * 300 + "last")


def _markdown(path: Path) -> None:
    path.write_text(f"# Foxes\n\n{STORY}\n## Dogs\n\n{STORY}")


def _html(path: Path) -> None:
    path.write_text(f"<!doctype html><title>Foxes</title><h1>On foxes</h1><p>{STORY}</p>" * 3)


@pytest.mark.parametrize(
    ("name", "write"),
    [
        ("a.pdf", _pdf),
        ("a.tiff", _tiff),
        ("a.txt", _text),
        ("a.md", _markdown),
        ("a.html", _html),
    ],
)
def test_document_laws(name: str, write: Callable[[Path], None], tmp_path: Path) -> None:
    path = tmp_path / name
    write(path)
    check_document(lambda: open_document(path))
