"""A PDF told apart by what stands where: headings, tables, lists, pictures, captions and links."""

from __future__ import annotations

from pathlib import Path

import pytest
from fpdf import FPDF
from PIL import Image

from trovato.core import Item, Link, UnreadableFileError
from trovato.data.components import label_of, pdf_components, read_components, references

RULED = [("Year", "Club"), ("1911", "Lyn of the\nlower town"), ("1912", "Brann")]
ALIGNED = [
    ("(in millions)", "2015", "2014"),
    ("Revenue", "$ 4,795", "$ 4,147"),
    ("Cost of revenue", "744", "622"),
    ("Net income", "629", "268"),
]
PROSE = (
    "The club was founded by sailors who had come home from the north. It played at the harbour "
    "for many years, and people came from far away to see it play there. "
)


@pytest.fixture(scope="module")
def items(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Item]:
    folder = tmp_path_factory.mktemp("pdf")
    pdf = FPDF(unit="pt", format=(400, 600))
    pdf.set_auto_page_break(False)
    pdf.set_margin(30)
    last = pdf.add_link(page=3, y=45)
    for page in range(1, 4):
        pdf.add_page()
        put(pdf, 20, f"The report of the club, page {page}", 8)
        if page == 1:
            pdf.set_y(45)
            heading(pdf, "The history of Lyn", 20)
            pdf.set_font("Helvetica", size=10)
            pdf.multi_cell(340, 14, PROSE + "See Table 1 and Figure 2 for more.")
            pdf.ln(12)
            for point in ("- balls and nets", "- two boats"):
                pdf.cell(340, 14, point, new_x="LMARGIN", new_y="NEXT")
            pdf.ln(14)
            heading(pdf, "Cups", 14)
            put(pdf, pdf.get_y() + 8, "Table 1: Cups that were won", 10)
            ruled(pdf, pdf.get_y() + 14)
            pdf.set_xy(30, 500)
            pdf.set_text_color(0, 0, 255)
            pdf.cell(60, 14, "the coach", link="ole.pdf")
            pdf.cell(80, 14, "the last page", link=last)
            pdf.set_text_color(0)
        elif page == 2:
            pdf.set_y(45)
            heading(pdf, "Money", 14)
            for place, row in enumerate(ALIGNED):
                for column, text in enumerate(row):
                    pdf.set_xy((30, 200, 300)[column], 80 + 14 * place)
                    pdf.cell(90, 14, text, align="L" if not column else "R")
            pdf.image(Image.new("RGB", (40, 30), "navy"), 30, 200, 200, 150)
            put(pdf, 360, "Figure 2. The harbour in winter", 10)
        else:
            pdf.set_y(45)
            pdf.set_font("Helvetica", size=10)
            pdf.multi_cell(340, 14, PROSE * 2)
    pdf.output(str(folder / "lyn.pdf"))
    return {item.id: item for item in read_components([folder / "lyn.pdf"])}


def heading(pdf: FPDF, text: str, size: int) -> None:
    pdf.set_font("Helvetica", size=size)
    pdf.cell(340, size * 1.4, text, new_x="LMARGIN", new_y="NEXT")


def put(pdf: FPDF, top: float, text: str, size: int) -> None:
    pdf.set_font("Helvetica", size=size)
    pdf.set_xy(30, top)
    pdf.cell(340, 12, text)


def ruled(pdf: FPDF, top: float) -> None:
    pdf.set_y(top)
    with pdf.table(width=300, col_widths=(1, 2)) as table:
        for row in RULED:
            table.row(row)


def of_kind(items: dict[str, Item], kind: str) -> list[Item]:
    return [item for item in items.values() if item.kind == kind]


def test_what_stands_on_its_pages(items: dict[str, Item]) -> None:
    kinds = [item.kind for item in items.values() if item.kind not in ("row", "sentence")]
    assert kinds == [
        *("document", "paragraph", "list", "table", "paragraph"),
        *("table", "picture", "paragraph"),
    ]
    assert items["lyn.pdf"].text == "The history of Lyn"
    assert not any("page #" in item.text or "report" in item.text for item in items.values())


def test_texts_stand_under_their_headings(items: dict[str, Item]) -> None:
    first = items["lyn.pdf.c1"]
    assert first.text.startswith("The history of Lyn\nThe club was founded by sailors who had")
    assert items["lyn.pdf.c2"].text.endswith("\n- balls and nets\n- two boats")
    assert items["lyn.pdf.c7"].attributes["section"] == "The history of Lyn / Money"


def test_a_table_in_a_grid_has_its_lines_in_their_cells(items: dict[str, Item]) -> None:
    table, _ = of_kind(items, "table")
    rows = [item for item in items.values() if item.parent == table.id]
    head = "The history of Lyn / Cups / Table 1: Cups that were won\n"
    assert [row.text for row in rows] == [
        f"{head}Year: 1911; Club: Lyn of the lower town",
        f"{head}Year: 1912; Club: Brann",
    ]


def test_a_table_without_lines_is_told_by_its_columns(items: dict[str, Item]) -> None:
    _, table = of_kind(items, "table")
    rows = [item.text.split("\n")[1] for item in items.values() if item.parent == table.id]
    assert rows == [
        "(in millions): Revenue; 2015: $ 4,795; 2014: $ 4,147",
        "(in millions): Cost of revenue; 2015: 744; 2014: 622",
        "(in millions): Net income; 2015: 629; 2014: 268",
    ]


def test_each_has_its_page_and_place(items: dict[str, Item]) -> None:
    [picture] = of_kind(items, "picture")
    assert picture.text == "The history of Lyn / Money\nFigure 2. The harbour in winter"
    assert picture.location is not None
    assert picture.location.page == 2
    box = picture.location.box
    assert box is not None
    assert [box.left, box.top, box.right, box.bottom] == pytest.approx([30, 200, 230, 350], abs=1)
    rows = [item for item in of_kind(items, "row") if item.parent == of_kind(items, "table")[1].id]
    tops = [row.location.box.top for row in rows if row.location and row.location.box]
    assert tops == sorted(tops)
    assert tops[0] == pytest.approx(94, abs=5)


def test_links_and_references_lead_to_components(items: dict[str, Item]) -> None:
    found = {
        (link.text, link.target)
        for item in of_kind(items, "paragraph")
        for link in item.links
        if link.span and item.text[slice(*link.span)] == link.text
    }
    table, _ = of_kind(items, "table")
    [picture] = of_kind(items, "picture")
    last = of_kind(items, "paragraph")[-1]
    assert found == {
        ("Table 1", table.id),
        ("Figure 2", picture.id),
        ("the coach", "ole.pdf"),
        ("the last page", last.id),
    }


def test_the_outline_says_what_headings_are(tmp_path: Path) -> None:
    pdf = FPDF(unit="pt", format=(400, 600))
    pdf.set_font("Helvetica", size=10)
    pdf.add_page()
    for level, title in enumerate(("Lyn", "Cups")):
        pdf.start_section(title, level)
        pdf.cell(340, 14, title, new_x="LMARGIN", new_y="NEXT")
        pdf.ln(20)
        pdf.multi_cell(340, 14, PROSE)
        pdf.ln(20)
    pdf.output(str(tmp_path / "a.pdf"))
    told = [item for item in pdf_components(tmp_path / "a.pdf", "a") if item.kind == "paragraph"]
    assert [item.attributes["section"] for item in told] == ["Lyn", "Lyn / Cups"]


def test_what_is_no_pdf_is_told(tmp_path: Path) -> None:
    (tmp_path / "bad.pdf").write_bytes(b"%PDF-1.4 nothing")
    with pytest.raises(UnreadableFileError, match=r"bad\.pdf is damaged"):
        list(read_components([tmp_path]))


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("Table 3. Sales", "table 3"),
        ("FIGURE A.2 – Ships", "figure a.2"),
        ("Fig. 4", "figure 4"),
        ("Exhibit IV: Fish", "exhibit iv"),
        ("Table 3 shows sales.", None),
        ("Tables of old", None),
        ("See Table 3: it is", None),
    ],
)
def test_captions_and_their_labels(text: str, label: str | None) -> None:
    assert label_of(text) == label


def test_references_stand_on_their_words() -> None:
    text = "As Tables 1 and 2, Fig. 3 and table 9 say; nobody needs Box 7."
    known = {"table 1": "a", "table 2": "b", "figure 3": "c", "box 8": "d"}
    assert references(text, known) == [
        Link("a", "1", (10, 11)),
        Link("b", "2", (16, 17)),
        Link("c", "Fig. 3", (19, 25)),
    ]
