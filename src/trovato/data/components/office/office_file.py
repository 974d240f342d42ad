"""Files of office programs as trees of items: by way of HTML, which knows all that they have."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

from trovato.core import Item, MissingExtraError, PathLike, UnreadableFileError
from trovato.data.components.html import html_components
from trovato.data.components.office.open_document import odf_html
from trovato.data.components.office.sheets import sheets_html
from trovato.data.components.office.slides import slides_html
from trovato.data.documents.formats.epub import epub_html
from trovato.data.documents.formats.properties import core_properties
from trovato.data.documents.formats.word import docx_html


class _Format(NamedTuple):
    """What turns a file into HTML, the package that it takes, whether it states a title beside."""

    html: Callable[[Path], str]
    package: str = ""
    in_properties: bool = True


_FORMATS = {
    ".docx": _Format(docx_html, "mammoth"),
    ".pptx": _Format(slides_html, "pptx"),
    ".odt": _Format(odf_html, "odf"),
    ".odp": _Format(odf_html, "odf"),
    ".xlsx": _Format(sheets_html, "python_calamine", False),
    ".xls": _Format(sheets_html, "python_calamine", False),
    ".ods": _Format(sheets_html, "python_calamine", False),
    ".epub": _Format(epub_html, in_properties=False),
}


def office_components(path: PathLike, name: str) -> list[Item]:
    """The document of a file, its components, and their rows and sentences.

    Headings are those of the text, the titles of slides, and the names of sheets. The first row of
    a table has the heads of its columns.

    Parameters
    ----------
    path
        A DOCX, PPTX, ODT, ODP, XLSX, XLS, ODS or EPUB file, as its suffix says.
    name
        Id of the document, such as its path.

    Raises
    ------
    UnreadableFileError
        If it is damaged, encrypted, or too large.
    MissingExtraError
        If the package that reads it is not installed.
    """
    path = Path(path)
    suffix = path.suffix.lower()
    html, package, in_properties = _FORMATS[suffix]
    if package and find_spec(package) is None:
        raise MissingExtraError(package, "office", f"reading {suffix} files")
    try:
        page = html(path)
        title = str(core_properties(path).get("title", "")) if in_properties else ""
    except UnreadableFileError:
        raise
    except Exception as error:  # its parsers meet broken files with errors of any kind
        raise UnreadableFileError(f"is damaged or encrypted: {error}") from error
    return html_components(f"<title>{escape(title)}</title>{page}" if title else page, name)
