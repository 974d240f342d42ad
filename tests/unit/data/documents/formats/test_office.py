"""Texts and slides of office programs, made by other libraries or by hand."""

from __future__ import annotations

from pathlib import Path
from zipfile import ZipFile

import pytest

from trovato.core import MissingExtraError, UnreadableFileError
from trovato.data import Document, open_document
from trovato.testing.conformance.document import check_document

_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def _texts(document: Document) -> list[str]:
    return [document.page(number).text for number in range(1, document.page_count + 1)]


def _docx(path: Path) -> Path:
    paragraph = "<w:p>{}<w:r><w:t>{}</w:t></w:r></w:p>"
    heading = '<w:pPr><w:pStyle w:val="Heading1"/></w:pPr>'
    cell = f"<w:tc>{paragraph}</w:tc>"
    row = cell.format("", "valve") + cell.format("", "12 bar")
    body = (
        paragraph.format(heading, "Report on valves")
        + paragraph.format("", "The seal of the third valve is worn.")
        + f"<w:tbl><w:tr>{row}</w:tr></w:tbl>"
        + '<w:p><w:r><w:t>Tested</w:t></w:r><w:r><w:footnoteReference w:id="2"/></w:r></w:p>'
    )
    note = f'<w:footnote w:id="2">{paragraph.format("", "By a second crew.")}</w:footnote>'
    core = (
        f'<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/">'
        "<dc:title>Valves</dc:title><dc:creator>I. Moreau</dc:creator>"
        "<dcterms:created>2018-02-03T00:00:00Z</dcterms:created></cp:coreProperties>"
    )
    types = "application/vnd.openxmlformats-officedocument.wordprocessingml"
    link = f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="a" '
    with ZipFile(path, "w") as archive:
        archive.writestr(
            "[Content_Types].xml",
            f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" ContentType='
            '"application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/word/document.xml" ContentType="{types}.document.main+xml"/>'
            f'<Override PartName="/word/footnotes.xml" ContentType="{types}.footnotes+xml"/>'
            "</Types>",
        )
        archive.writestr(
            "_rels/.rels",
            f'{link}Type="{_OFFICE}/officeDocument" Target="word/document.xml"/></Relationships>',
        )
        archive.writestr(
            "word/_rels/document.xml.rels",
            f'{link}Type="{_OFFICE}/footnotes" Target="footnotes.xml"/></Relationships>',
        )
        archive.writestr(
            "word/document.xml",
            f'<w:document xmlns:w="{_WORD}"><w:body>{body}</w:body></w:document>',
        )
        archive.writestr(
            "word/footnotes.xml", f'<w:footnotes xmlns:w="{_WORD}">{note}</w:footnotes>'
        )
        archive.writestr("docProps/core.xml", core)
    return path


@pytest.mark.needs("mammoth")
def test_docx_with_its_table_and_its_note(tmp_path: Path) -> None:
    path = _docx(tmp_path / "a.docx")
    with open_document(path) as document:
        (text,) = _texts(document)
        assert document.kind == "docx"
        assert document.attributes == {"title": "Valves", "author": "I. Moreau", "year": 2018}
    assert text.startswith("# Report on valves\n")
    for said in ("The seal of the third valve is worn.", "valve 12 bar", "By a second crew."):
        assert said in " ".join(text.split())
    check_document(lambda: open_document(path))


@pytest.mark.needs("mammoth")
@pytest.mark.parametrize("kept", [0.3, 0.7])
def test_damaged_docx(tmp_path: Path, kept: float) -> None:
    raw = _docx(tmp_path / "a.docx").read_bytes()
    (tmp_path / "a.docx").write_bytes(raw[: int(len(raw) * kept)])
    with pytest.raises(UnreadableFileError, match="damaged"):
        open_document(tmp_path / "a.docx")


@pytest.mark.needs("striprtf")
def test_rtf(tmp_path: Path) -> None:
    path = tmp_path / "a.doc"  # what it is called does not matter
    path.write_bytes(rb"{\rtf1\ansi\ansicpg1252 The r\'f6hre is \b worn\b0.\par New line}")
    with open_document(path) as document:
        assert document.kind == "rtf"
        assert _texts(document) == ["The röhre is worn.\nNew line"]


@pytest.mark.needs("pptx")
def test_each_slide_is_a_page(tmp_path: Path) -> None:
    from pptx import Presentation
    from pptx.util import Inches

    made = Presentation()
    first = made.slides.add_slide(made.slide_layouts[1])
    first.shapes.title.text = "Valves"
    first.placeholders[1].text = "Seals wear out"
    first.notes_slide.notes_text_frame.text = "Mention the third one"
    second = made.slides.add_slide(made.slide_layouts[6])
    where = [Inches(one) for one in (1, 1, 4, 1)]
    table = second.shapes.add_table(1, 2, *where).table
    table.cell(0, 0).text, table.cell(0, 1).text = "valve", "12 bar"
    group = second.shapes.add_group_shape()
    group.shapes.add_textbox(*where).text_frame.text = "in a group"
    made.core_properties.title = "On valves"
    path = tmp_path / "a.pptx"
    made.save(str(path))
    with open_document(path) as document:
        assert document.kind == "slides"
        assert document.attributes["title"] == "On valves"
        assert _texts(document) == [
            "# Valves\n\nSeals wear out\n\nMention the third one",
            "valve | 12 bar\nin a group",
        ]
    check_document(lambda: open_document(path))


@pytest.mark.needs("odf")
def test_odt_and_odp(tmp_path: Path) -> None:
    from odf import draw, style, text
    from odf.opendocument import OpenDocumentPresentation, OpenDocumentText

    made = OpenDocumentText()
    made.text.addElement(text.H(outlinelevel=2, text="Valves"))
    made.text.addElement(text.P(text="The third one is worn."))
    made.save(str(tmp_path / "a.odt"))
    with open_document(tmp_path / "a.odt") as document:
        assert document.kind == "odt"
        assert _texts(document) == ["## Valves\nThe third one is worn."]
    shown = OpenDocumentPresentation()
    layout = style.PageLayout(name="p")
    shown.automaticstyles.addElement(layout)
    shown.masterstyles.addElement(style.MasterPage(name="m", pagelayoutname=layout))
    for said in ("First slide", "Second slide"):
        page = draw.Page(masterpagename="m")
        frame, box = draw.Frame(width="9cm", height="3cm", x="1cm", y="1cm"), draw.TextBox()
        box.addElement(text.P(text=said))
        frame.addElement(box)
        page.addElement(frame)
        shown.presentation.addElement(page)
    shown.save(str(tmp_path / "a.odp"))
    with open_document(tmp_path / "a.odp") as document:
        assert _texts(document) == ["First slide", "Second slide"]


def test_a_missing_package_is_named_with_its_extra(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("trovato.data.documents.formats.registry.find_spec", lambda _: None)
    with pytest.raises(MissingExtraError, match=r"reading \.docx files .*trovato\[office\]"):
        open_document(_docx(tmp_path / "a.docx"))


def test_documents_of_old_office_programs_are_refused_with_a_way_out(tmp_path: Path) -> None:
    (tmp_path / "a.doc").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1000))
    with pytest.raises(UnreadableFileError, match="save it as DOCX"):
        open_document(tmp_path / "a.doc")
