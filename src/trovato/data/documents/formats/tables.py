"""Tables as pages of text: the first row again at the top of each page."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time
from pathlib import Path

from trovato.core import Attribute, UnreadableFileError
from trovato.data.documents.plain.encoding import decode
from trovato.data.documents.text import TextDocument

# Characters and rows of a page.
_CHARACTERS = 2400
_ROWS = 40
# What a spreadsheet program puts before the rows to say what separates cells.
_SEPARATOR = re.compile(r"\ufeff?sep=(.)\n", re.IGNORECASE)
csv.field_size_limit(1 << 24)  # of a cell; the default refuses what people export


def open_csv(path: Path) -> TextDocument:
    """Rows of a CSV or TSV file; what separates cells is told from its beginning.

    Raises
    ------
    UnreadableFileError
        If it is no text.
    """
    text, encoding = decode(path.read_bytes())
    facts: dict[str, Attribute] = {"encoding": encoding.name} if encoding.guessed else {}
    stated = _SEPARATOR.match(text)
    text = text[stated.end() :] if stated else text
    try:
        dialect = csv.Sniffer().sniff(text[:8192], ",;\t|")
    except csv.Error:
        dialect = csv.excel_tab if path.suffix.lower() == ".tsv" else csv.excel
    try:
        lines = text.splitlines(keepends=True)
        read = csv.reader(lines, delimiter=stated[1]) if stated else csv.reader(lines, dialect)
        rows = list(read)
    except csv.Error as error:
        raise UnreadableFileError(f"is no table: {error}") from error
    return TextDocument("table", list(table_pages(rows)) or [""], facts)


def open_sheets(path: Path) -> TextDocument:
    """The sheets of a workbook, by python-calamine: XLSX, XLS, XLSB, ODS.

    Raises
    ------
    UnreadableFileError
        If it is damaged or encrypted.
    """
    from python_calamine import CalamineError, CalamineWorkbook

    pages: list[str] = []
    try:
        with CalamineWorkbook.from_path(str(path)) as book:
            for name in book.sheet_names:
                rows = book.get_sheet_by_name(name).to_python(skip_empty_area=True)
                pages += table_pages([[cell_text(cell) for cell in row] for row in rows], name)
    except CalamineError as error:
        raise UnreadableFileError(f"is a damaged or an encrypted workbook: {error}") from error
    return TextDocument("spreadsheet", pages or [""], {})


def table_pages(rows: Iterable[Sequence[str]], title: str = "") -> Iterator[str]:
    """Pages of a table; empty rows and empty cells at the end of a row are left out.

    Parameters
    ----------
    rows
        Cells of each row.
    title
        Stands at the top of each page.
    """
    lines = (" | ".join(" ".join(cell.split()) for cell in row).rstrip(" |") for row in rows)
    written = (line for line in lines if line.strip(" |"))
    header = next(written, None)
    if header is None:
        return
    top = [f"# {title}", header] if title else [header]
    page, length = list(top), 0
    for line in written:
        if length and (length + len(line) > _CHARACTERS or len(page) >= _ROWS):
            yield "\n".join(page)
            page, length = list(top), 0
        page.append(line)
        length += len(line)
    yield "\n".join(page)


def cell_text(value: object) -> str:
    """What a cell of a workbook says: whole numbers without point, days without hour."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, float):
        return f"{value:.15g}"  # as many digits as a workbook shows: .1 + .2 is .3
    if isinstance(value, datetime) and value.time() == time():
        return value.date().isoformat()
    if isinstance(value, date | datetime | time):
        return value.isoformat(*((" ",) if isinstance(value, datetime) else ()))
    return str(value)
