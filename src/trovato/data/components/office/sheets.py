"""Workbooks by python-calamine: a table for each sheet, under its name."""

from __future__ import annotations

from html import escape
from pathlib import Path

from trovato.data.components.office.elements import element, table
from trovato.data.documents.formats.tables import cell_text


def sheets_html(path: Path) -> str:
    """The sheets of a workbook, which is called as its file is: XLSX, XLS, ODS."""
    from python_calamine import CalamineWorkbook

    with CalamineWorkbook.from_path(str(path)) as book:
        return element("title", path.stem) + "".join(
            element("h1", name)
            + table(
                [escape(cell_text(cell)) for cell in row]
                for row in book.get_sheet_by_name(name).to_python(skip_empty_area=True)
            )
            for name in book.sheet_names
        )
