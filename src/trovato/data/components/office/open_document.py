"""OpenDocument texts and presentations by odfpy."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Any

_HIDDEN = ("text:tracked-changes", "office:forms", "text:sequence-decls")
_TAGS = {
    "text:p": "p",
    "text:list": "ul",
    "text:list-item": "li",
    "table:table": "table",
    "table:table-row": "tr",
    "table:table-cell": "td",
}


def odf_html(path: Path) -> str:
    """Headings, paragraphs, lists, tables and links of an ODT; of an ODP by slides."""
    from odf.opendocument import load

    return "".join(_inside(load(str(path)).body))


def _inside(node: Any) -> Iterator[str]:
    for child in node.childNodes:
        if child.nodeType in (child.TEXT_NODE, child.CDATA_SECTION_NODE):
            yield escape(str(child.data))
        elif child.tagName not in _HIDDEN:
            yield from _element(child)


def _element(node: Any) -> Iterator[str]:
    kind = node.tagName
    if kind == "text:h":
        level = str(node.getAttribute("outlinelevel") or 1)
        tag = f"h{min(int(level) if level.isdecimal() else 1, 6)}"
    elif kind == "text:a":
        yield f'<a href="{escape(str(node.getAttribute("href") or ""))}">'
        tag = "a"
    elif kind == "draw:page":
        yield f"<h1>{escape(str(node.getAttribute('name') or ''))}</h1>"
        tag = ""
    else:
        tag = _TAGS.get(kind, "")
    if kind in ("text:s", "text:tab", "text:line-break"):
        yield " "
    if tag and tag != "a":
        yield f"<{tag}{_spans(node) if tag == 'td' else ''}>"
    yield from _inside(node)
    if tag:
        yield f"</{tag}>"


def _spans(cell: Any) -> str:
    return "".join(
        f' {html}="{escape(str(value))}"'
        for odf, html in (("numberrowsspanned", "rowspan"), ("numbercolumnsspanned", "colspan"))
        if (value := cell.getAttribute(odf))
    )
