"""CSV, JSON and workbooks: rows stay rows, and each page names the columns."""

from __future__ import annotations

from pathlib import Path

import pytest

from trovato.core import UnreadableFileError
from trovato.data import Document, open_document
from trovato.data.documents.formats.tables import cell_text


def _texts(document: Document) -> list[str]:
    return [document.page(number).text for number in range(1, document.page_count + 1)]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_rows_of_a_csv(tmp_path: Path, separator: str) -> None:
    path = tmp_path / "a.csv"
    rows = [["part", "price", ""], ["valve", "12", ""], ["", "", ""], ["long\nhose", "7", ""]]
    lines = [separator.join(f'"{cell}"' for cell in row) for row in rows]
    path.write_text("\n".join(lines))
    with open_document(path) as document:
        assert document.kind == "table"
        assert _texts(document) == ["part | price\nvalve | 12\nlong hose | 7"]


def test_each_page_names_the_columns_and_no_row_is_lost(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("part,price\n" + "".join(f"valve {n},{n}\n" for n in range(500)), "utf-16")
    with open_document(path) as document:
        pages = [text.split("\n") for text in _texts(document)]
    assert len(pages) > 10
    assert {page[0] for page in pages} == {"part | price"}
    assert [row for page in pages for row in page[1:]] == [f"valve {n} | {n}" for n in range(500)]


def test_an_empty_table_has_one_empty_page(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(",,\n\n")
    with open_document(path) as document:
        assert _texts(document) == [""]


def test_json_lines_name_their_values(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"part": "valve", "in": {"hall": [4, 5]}, "none": null}\nnot json\n')
    with open_document(path) as document:
        assert _texts(document) == ["part: valve\nin.hall: 4\nin.hall: 5\n\nnot json"]
    path.rename(tmp_path / "a.json")
    with open_document(tmp_path / "a.json") as document:
        assert document.kind == "json"


@pytest.mark.needs("xlsxwriter")
def test_sheets_of_a_workbook(tmp_path: Path) -> None:
    import xlsxwriter

    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("Stock")
        sheet.write_row(1, 1, ["part", "count", "since"])
        sheet.write_row(2, 1, ["valve", 12])
        sheet.write_datetime(2, 3, _day(), book.add_format({"num_format": "yyyy-mm-dd"}))
        sheet.write_row(3, 1, ["hose", 2.5])
        book.add_worksheet("Empty")
        book.add_worksheet("Other").write(0, 0, "pump")
    with open_document(path) as document:
        assert document.kind == "spreadsheet"
        assert _texts(document) == [
            "# Stock\npart | count | since\nvalve | 12 | 2021-05-03\nhose | 2.5",
            "# Other\npump",
        ]
    path.write_bytes(path.read_bytes()[:-400])
    with pytest.raises(UnreadableFileError, match="damaged"):
        open_document(path)


def _day() -> object:
    from datetime import datetime

    return datetime(2021, 5, 3)


def test_what_separates_cells_may_be_said_before_the_rows(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("sep=;\nname;place, street\nMeier;Graz, Ring\n")
    with open_document(path) as document:
        assert _texts(document) == ["name | place, street\nMeier | Graz, Ring"]


def test_numbers_have_the_digits_that_a_workbook_shows() -> None:
    assert [cell_text(value) for value in (0.1 + 0.2, 3.0, 2.5, True)] == [
        "0.3",
        "3",
        "2.5",
        "True",
    ]
