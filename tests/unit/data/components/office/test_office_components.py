"""Office files and books as components: headings, tables, lists and links."""

from __future__ import annotations

from pathlib import Path
from zipfile import ZipFile

import pytest

from trovato.core import Item, MissingExtraError, UnreadableFileError
from trovato.data.components import office_components, read_components

_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPES = "application/vnd.openxmlformats-officedocument.wordprocessingml"


def docx(path: Path) -> Path:
    paragraph = "<w:p>{}<w:r><w:t>{}</w:t></w:r></w:p>"
    heading = '<w:pPr><w:pStyle w:val="Heading1"/></w:pPr>'
    rows = "".join(
        "<w:tr>" + "".join(f"<w:tc>{paragraph.format('', cell)}</w:tc>" for cell in row) + "</w:tr>"
        for row in (("Part", "Bar"), ("Valve", "12"))
    )
    link = '<w:p><w:hyperlink r:id="b"><w:r><w:t>The pump</w:t></w:r></w:hyperlink></w:p>'
    body = paragraph.format(heading, "Valves") + link + f"<w:tbl>{rows}</w:tbl>"
    about = f'<Relationships xmlns="{_PACKAGE}/relationships">{{}}</Relationships>'
    one = f'<Relationship Id="{{}}" Type="{_OFFICE}/{{}}" Target="{{}}"{{}}/>'
    with ZipFile(path, "w") as archive:
        archive.writestr(
            "[Content_Types].xml",
            f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" ContentType='
            '"application/vnd.openxmlformats-package.relationships+xml"/><Override PartName='
            f'"/word/document.xml" ContentType="{_TYPES}.document.main+xml"/></Types>',
        )
        main = one.format("a", "officeDocument", "word/document.xml", "")
        archive.writestr("_rels/.rels", about.format(main))
        outside = one.format("b", "hyperlink", "pump.docx", ' TargetMode="External"')
        archive.writestr("word/_rels/document.xml.rels", about.format(outside))
        archive.writestr(
            "word/document.xml",
            f'<w:document xmlns:w="{_WORD}" xmlns:r="{_OFFICE}"><w:body>{body}</w:body>'
            "</w:document>",
        )
    return path


def read(path: Path) -> dict[str, Item]:
    items = list(read_components([path]))
    assert all(item.parent in {one.id for one in items} for item in items[1:])
    return {item.id.removeprefix(path.name): item for item in items}


@pytest.mark.needs("mammoth")
def test_word_documents(tmp_path: Path) -> None:
    items = read(docx(tmp_path / "a.docx"))
    assert items[""].text == "Valves"
    assert items[".c1"].text == "Valves\nThe pump"
    assert [link.target for link in items[".c1"].links] == ["pump.docx"]
    assert items[".c2.r1"].text == "Valves\nPart: Valve; Bar: 12"


@pytest.mark.needs("pptx")
def test_slides(tmp_path: Path) -> None:
    from pptx import Presentation
    from pptx.util import Inches

    made = Presentation()
    first = made.slides.add_slide(made.slide_layouts[1])
    first.shapes.title.text = "Valves & pumps"
    first.placeholders[1].text = "Seals wear out\nPumps run dry"
    run = first.placeholders[1].text_frame.paragraphs[1].runs[0]
    run.hyperlink.address = "pumps.pptx"
    first.notes_slide.notes_text_frame.text = "Mention the third one"
    second = made.slides.add_slide(made.slide_layouts[6])
    table = second.shapes.add_table(2, 2, *map(Inches, (1, 1, 4, 1))).table
    for place, text in enumerate(("Part", "Bar", "Valve", "12")):
        table.cell(place // 2, place % 2).text = text
    made.save(str(tmp_path / "a.pptx"))
    items = read(tmp_path / "a.pptx")
    assert items[".c1"].kind == "list"
    assert items[".c1"].text == "Valves & pumps\nSeals wear out\nPumps run dry"
    assert [(link.target, link.text) for link in items[".c1"].links] == [
        ("pumps.pptx", "Pumps run dry")
    ]
    assert items[".c2"].text == "Valves & pumps\nMention the third one"
    assert items[".c3.r1"].text.endswith("Part: Valve; Bar: 12")


@pytest.mark.needs("odf")
def test_open_document_texts(tmp_path: Path) -> None:
    from odf import table, text
    from odf.opendocument import OpenDocumentText

    made = OpenDocumentText()
    made.text.addElement(text.H(outlinelevel=1, text="Valves"))
    said = text.P(text="See ")
    said.addElement(text.A(href="pump.odt", text="the pump"))
    made.text.addElement(said)
    listed = text.List()
    for one in ("Seals", "Springs"):
        point = text.ListItem()
        point.addElement(text.P(text=one))
        listed.addElement(point)
    made.text.addElement(listed)
    made.text.addElement(text.H(outlinelevel=2, text="Pressure"))
    grid = table.Table()
    for cells in (("Part", "Bar"), ("Valve", "12")):
        row = table.TableRow()
        for one in cells:
            cell = table.TableCell()
            cell.addElement(text.P(text=one))
            row.addElement(cell)
        grid.addElement(row)
    made.text.addElement(grid)
    made.save(str(tmp_path / "a.odt"))
    items = read(tmp_path / "a.odt")
    assert items[".c1"].text == "Valves\nSee the pump"
    assert [link.target for link in items[".c1"].links] == ["pump.odt"]
    assert (items[".c2"].kind, items[".c2"].text) == ("list", "Valves\nSeals\nSprings")
    assert items[".c3.r1"].text == "Valves / Pressure\nPart: Valve; Bar: 12"


@pytest.mark.needs("xlsxwriter")
@pytest.mark.needs("python_calamine")
def test_workbooks(tmp_path: Path) -> None:
    import xlsxwriter

    book = xlsxwriter.Workbook(str(tmp_path / "a.xlsx"))
    for name, bar in (("North", 12), ("South & west", 7.5)):
        sheet = book.add_worksheet(name)
        sheet.write_row(0, 0, ["Part", "Bar"])
        sheet.write_row(1, 0, ["Valve", bar])
    book.add_worksheet("Empty")
    book.close()
    items = read(tmp_path / "a.xlsx")
    assert items[".c1.r1"].text == "a / North\nPart: Valve; Bar: 12"
    assert items[".c2.r1"].text == "a / South & west\nPart: Valve; Bar: 7.5"
    assert ".c3" not in items


def test_books(tmp_path: Path) -> None:
    chapters = {
        "one.xhtml": "<head><title>1</title></head><h1>Seals</h1><p>See <a href='two.xhtml'>on</a> "
        "and <a href='https://a.org/b'>b</a>.</p>",
        "two.xhtml": "<h1>Pumps</h1><ul><li>Dry</li><li>Wet</li></ul>",
    }
    with ZipFile(tmp_path / "a.epub", "w") as archive:
        archive.writestr("mimetype", "application/epub+zip")
        for name, page in chapters.items():
            archive.writestr(name, f"<html>{page}</html>")
    items = read(tmp_path / "a.epub")
    assert items[""].text == "Seals"
    assert [link.target for link in items[".c1"].links] == ["https://a.org/b"]
    assert (items[".c2"].kind, items[".c2"].text) == ("list", "Seals / Pumps\nDry\nWet")


@pytest.mark.parametrize("name", ["a.docx", "a.pptx", "a.odt", "a.xlsx", "a.epub"])
def test_damage_is_told(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"PK\x03\x04 and nothing more")
    with pytest.raises((UnreadableFileError, MissingExtraError), match=r"damaged|office"):
        list(read_components([tmp_path]))


def test_a_missing_package_is_named_with_its_extra(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("trovato.data.components.office.office_file.find_spec", lambda name: None)
    with pytest.raises(MissingExtraError, match=r"reading \.docx files .*trovato\[office\]"):
        office_components(docx(tmp_path / "a.docx"), "a")
