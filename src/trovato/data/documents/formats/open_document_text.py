"""OpenDocument texts and presentations by odfpy."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from trovato.core import UnreadableFileError
from trovato.data.documents.formats.properties import core_properties
from trovato.data.documents.plain.encoding import printable
from trovato.data.documents.text import TextDocument, joined, sections
from trovato.data.documents.text_pages import split_pages

_HIDDEN = ("text:tracked-changes", "office:forms", "text:sequence-decls")


def open_odf(path: Path) -> TextDocument:
    """An ODT, at its headings, or an ODP, a page for each slide.

    Raises
    ------
    UnreadableFileError
        If it is damaged or encrypted.
    """
    from odf.opendocument import load

    try:
        document = load(str(path))
        body = document.body
        drawn = [node for node in _descendants(body) if node.qname[1] == "page"]
        texts = ["".join(_text(node)) for node in drawn] or ["".join(_text(body))]
        facts = core_properties(path)
    except Exception as error:  # its parsers meet broken files with errors of any kind
        raise UnreadableFileError(f"is a damaged OpenDocument file: {error}") from error
    if drawn:
        return TextDocument("slides", [printable(text).strip() for text in texts], facts)
    return TextDocument("odt", sections(joined(printable(texts[0]))) or split_pages(""), facts)


def _descendants(node: Any) -> Iterator[Any]:
    for child in node.childNodes:
        if child.nodeType == child.ELEMENT_NODE:
            yield child
            yield from _descendants(child)


def _text(node: Any) -> Iterator[str]:
    for child in node.childNodes:
        if child.nodeType in (child.TEXT_NODE, child.CDATA_SECTION_NODE):
            yield str(child.data)
        elif child.tagName not in _HIDDEN:
            yield from _element(child)


def _element(node: Any) -> Iterator[str]:
    kind = node.tagName
    if kind == "text:h":
        level = str(node.getAttribute("outlinelevel") or 1)
        yield f"\n\n{'#' * min(int(level) if level.isdecimal() else 1, 6)} "
    elif kind in ("text:s", "text:tab", "table:table-cell"):
        yield " "
    elif kind in ("text:line-break", "table:table-row", "text:p"):
        yield "\n"
    yield from _text(node)
    if kind == "text:p" and node.parentNode.tagName != "table:table-cell":
        yield "\n"
