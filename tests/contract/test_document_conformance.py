from collections.abc import Callable
from pathlib import Path

import pytest
from fpdf import FPDF
from PIL import Image

from trovato.core import Page, TextLayout
from trovato.data import open_document
from trovato.data.documents.text import TextDocument
from trovato.testing.conformance.document import check_document


def pdf(path: Path) -> None:
    made = FPDF()
    made.set_font("helvetica", size=12)
    made.set_title("Tides")
    for number in range(3):
        made.add_page(orientation="L" if number == 1 else "P")
        if number < 2:
            made.multi_cell(0, text=f"Page {number} of a paper on tides.\n" * 5)
    made.output(str(path))


def tiff(path: Path) -> None:
    frames = [Image.new("L", (300 + 50 * number, 200), 40 * number) for number in range(3)]
    frames[0].save(path, save_all=True, append_images=frames[1:], dpi=(150, 150))


def markdown(path: Path) -> None:
    path.write_text("# Tides\n\nThe moon pulls. 潮汐 🌊\n\n" + "## More\n\n" + "word " * 2000)


def html(path: Path) -> None:
    path.write_text("<!doctype html><title>Tides</title><h1>Tides</h1><p>The moon &amp; the sun.")


MAKERS = [(pdf, "a.pdf"), (tiff, "a.tiff"), (markdown, "a.md"), (html, "a.html")]


@pytest.mark.parametrize(("make", "name"), MAKERS, ids=[name for _, name in MAKERS])
def test_every_kind_of_document_keeps_the_laws(
    tmp_path: Path, make: Callable[[Path], None], name: str
) -> None:
    make(tmp_path / name)
    check_document(lambda: open_document(tmp_path / name))


def test_a_document_that_breaks_a_law_is_caught(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.txt"
    path.write_text("some words")
    sound = TextDocument.page

    def without_last_word(document: TextDocument, number: int) -> Page:
        page = sound(document, number)
        layout = page.layout
        cut = TextLayout(layout.width, layout.height, layout.spans[:-1], layout.boxes[:-1])
        return Page(number, page.text, cut)

    def beyond_the_edge(document: TextDocument, number: int) -> Page:
        page = sound(document, number)
        layout = page.layout
        moved = TextLayout(layout.width, layout.height, layout.spans, layout.boxes + 700)
        return Page(number, page.text, moved)

    def of_any_number(document: TextDocument, number: int) -> Page:
        return Page(number, "", TextLayout.empty(595.0, 842.0))

    for broken, said in (
        (without_last_word, "words are all of the text"),
        (beyond_the_edge, "on the page"),
        (of_any_number, "page 0 of 1 was read"),
    ):
        monkeypatch.setattr(TextDocument, "page", broken)
        with pytest.raises(AssertionError, match=said):
            check_document(lambda: open_document(path))
