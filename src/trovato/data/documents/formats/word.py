"""DOCX by mammoth, RTF by striprtf: as the text that a reader sees."""

from __future__ import annotations

import re
from pathlib import Path

from trovato.core import Attribute, UnreadableFileError
from trovato.data.documents.formats.properties import core_properties
from trovato.data.documents.html import read_html
from trovato.data.documents.plain.encoding import printable
from trovato.data.documents.text import TextDocument, joined, sections
from trovato.data.documents.text_pages import split_pages


def open_docx(path: Path) -> TextDocument:
    """A Word document with its headings, tables, notes, comments and descriptions of pictures.

    Raises
    ------
    UnreadableFileError
        If it is damaged or encrypted.
    """
    facts: dict[str, Attribute] = {}
    try:
        page = docx_html(path)
        facts = core_properties(path)
    except Exception as error:  # its parsers meet broken files with errors of any kind
        raise UnreadableFileError(f"is a damaged Word document: {error}") from error
    _, text = read_html(page)
    return TextDocument("docx", sections(joined(_without_anchors(text))), facts)


def docx_html(path: Path) -> str:
    """A Word document as a page of HTML; its pictures are without source."""
    import mammoth

    with path.open("rb") as file:
        page: str = mammoth.convert_to_html(
            file,
            style_map="comment-reference => sup",
            convert_image=mammoth.images.img_element(lambda _: {"src": ""}),
        ).value
    return page


def open_rtf(path: Path) -> TextDocument:
    """An RTF document.

    Raises
    ------
    UnreadableFileError
        If it is damaged.
    """
    from striprtf.striprtf import rtf_to_text

    try:
        text = rtf_to_text(path.read_bytes().decode("latin-1"), errors="replace")
    except Exception as error:  # as above
        raise UnreadableFileError(f"is a damaged RTF document: {error}") from error
    return TextDocument("rtf", split_pages(joined(printable(text))), {})


def _without_anchors(text: str) -> str:
    """Text without the arrows that lead from a note back to where it is cited."""
    return re.sub(r" ?↑", "", text)
