"""What a PDF holds beside its text layer: forms, comments, outline, labels, attached files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from fpdf import FPDF

from trovato.data import Document, open_document
from trovato.testing.conformance.document import check_document

Opened = Callable[[FPDF | bytes], Document]


@pytest.fixture
def opened(tmp_path: Path) -> Opened:
    def write(made: FPDF | bytes) -> Document:
        path = tmp_path / "a.pdf"
        path.write_bytes(made if isinstance(made, bytes) else bytes(made.output()))
        check_document(lambda: open_document(path))
        return open_document(path)

    return write


def _pdf(*texts: str) -> FPDF:
    pdf = FPDF(unit="pt", format=(500, 700))
    pdf.set_font("Helvetica", size=12)
    for text in texts:
        pdf.add_page()
        pdf.text(72, 72, text)
    return pdf


def _by_hand(*objects: str, form: str = "") -> bytes:
    """A page with the text "Berth form" and those objects, from number 5 on, as annotations."""
    drawn = "BT /F 12 Tf 72 600 Td (Berth form) Tj ET"
    annotations = " ".join(f"{number} 0 R" for number in range(5, 5 + len(objects)))
    body = b"%PDF-1.7\n"
    for number, entry in enumerate(
        [
            f"<</Type/Catalog/Pages 2 0 R {form}>>",
            "<</Type/Pages/Count 1/Kids[3 0 R]>>",
            "<</Type/Page/Parent 2 0 R/MediaBox[0 0 500 700]/Contents 4 0 R"
            f"/Resources<</Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>/Annots[{annotations}]>>",
            f"<</Length {len(drawn)}>>stream\n{drawn}\nendstream",
            *objects,
        ],
        start=1,
    ):
        body += f"{number} 0 obj{entry}\nendobj\n".encode()
    return body + b"trailer<</Size 9/Root 1 0 R>>"


def test_values_of_a_form_stand_below_the_text_where_they_are_seen(opened: Opened) -> None:
    widget = "<</Type/Annot/Subtype/Widget/Rect[100 {} 300 {}]/FT/{}/T({}){}>>"
    made = _by_hand(
        widget.format(500, 520, "Tx", "name", "/V(Ada Nwosu)"),
        widget.format(450, 470, "Ch", "berth", "/Ff 131072/Opt[(North)(South)]/V(South)"),
        widget.format(400, 420, "Btn", "insured", "/V/Yes"),
        widget.format(350, 370, "Tx", "secret", "/F 2/V(hidden)"),
        form="/AcroForm<</Fields[5 0 R 6 0 R 7 0 R 8 0 R]>>",
    )
    with opened(made) as document:
        page = document.page(1)
        assert page.text.split() == ["Berth", "form", "Ada", "Nwosu", "South"]
        assert page.layout.boxes[2].tolist() == pytest.approx([100, 180, 300, 200], abs=1)


def test_comments_are_read(opened: Opened) -> None:
    note = "<</Type/Annot/Subtype/{}/Rect[100 500 120 520]/Contents({})>>"
    made = _by_hand(
        note.format("Text", "ask the harbour master"),
        note.format("Highlight", "too\\015short"),
        note.format("Link", "no comment"),
    )
    with opened(made) as document:
        said = " ".join(document.page(1).text.split())
        assert said == "Berth form ask the harbour master too short"


def test_labels_and_titles_of_the_outline(opened: Opened) -> None:
    pdf = _pdf()
    for number, titles in enumerate([[], [("Hulls", 0)], [], [("Steel", 1), ("Wood", 1)], []]):
        pdf.add_page(
            label_style="r" if number < 2 else "D", label_start=1 if number in (0, 2) else None
        )
        pdf.text(72, 72, f"page {number + 1}")
        for title, level in titles:
            pdf.start_section(title, level)
    with opened(pdf) as document:
        facts = [document.page(number).attributes for number in range(1, 6)]
    assert [one.get("label") for one in facts] == ["i", "ii", "1", "2", "3"]
    assert [one.get("section") for one in facts] == [
        None,
        "Hulls",
        "Hulls",
        "Hulls > Steel",
        "Hulls > Wood",
    ]


def test_a_page_without_label_and_outline_has_no_such_attributes(opened: Opened) -> None:
    with opened(_pdf("one")) as document:
        assert document.page(1).attributes == {}


def test_attached_files_come_after_the_cover(opened: Opened) -> None:
    inner = _pdf("The keel is of oak")
    cover = _pdf("Please open the attachments")
    cover.embed_file(basename="keel.pdf", bytes=bytes(inner.output()), desc="")
    cover.embed_file(basename="tool.exe", bytes=bytes(99), desc="")
    with opened(cover) as document:
        assert document.kind == "pdf"
        assert document.page_count == 2
        assert document.page(2).text == "The keel is of oak"
        assert document.page(2).attributes["part"] == "keel.pdf"
        assert "tool.exe: is not text" in str(document.attributes["unread"])
        assert document.render(2, 350).height == 350
