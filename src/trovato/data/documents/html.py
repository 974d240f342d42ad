"""What a reader sees of an HTML page, as text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser

_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_UNSEEN = frozenset(("head", "script", "style", "noscript", "template", "nav", "svg"))
_CELLS = frozenset(("td", "th"))
# Elements within a line of text; every other one begins a new line.
_WITHIN = re.compile(
    "a|abbr|acronym|b|bdi|bdo|big|button|cite|code|data|del|dfn|em|font|i|img|input|ins|kbd|label|"
    "mark|q|s|samp|small|span|strike|strong|sub|sup|time|tt|u|var|wbr"
)
_NOT_SHOWN = re.compile(r"(display\s*:\s*none|visibility\s*:\s*hidden)\b", re.IGNORECASE)

# An element of XML that holds nothing: in HTML it would be taken for one that is left open.
_XHTML = re.compile(r"<\?xml\b|<html\b[^>]*\bxmlns", re.IGNORECASE)
_HOLDS_NOTHING = re.compile(
    r"<(?!(?:area|base|br|col|embed|hr|img|input|link|meta|param|source|track|wbr)\b)"
    r"([A-Za-z][\w:-]*)((?:\s[^<>]*)?)/>"
)
_SURROGATE = re.compile("[\ud800-\udfff]")


def read_html(page: str) -> tuple[str, str]:
    """Title and visible text; headings are marked as in Markdown.

    Parameters
    ----------
    page
        The page's source, read as browsers read it (HTML Living Standard, section 13.2).
    """
    tree = parsed(page)
    title = tree.css_first("head > title")
    parts = []
    for node, opens in walk(tree.root):
        if node.is_text_node:
            parts.append(re.sub(r"\s+", " ", node.text_content))
        elif opens:
            parts.append(_before(node.tag))
            if node.tag == "img" and (alt := node.attributes.get("alt")):
                parts.append(f" {' '.join(alt.split())} ")
        elif node.tag in _HEADINGS or node.tag == "p":
            parts.append("\n\n")
    text = re.sub(r" *\n *", "\n", "".join(parts))
    return " ".join(title.text().split()) if title else "", re.sub(r"\n{3,}", "\n\n", text)


def parsed(page: str) -> LexborHTMLParser:
    """The tree of a page, as browsers make it."""
    from selectolax.lexbor import LexborHTMLParser  # most files are of another type

    page = _SURROGATE.sub("\ufffd", page)
    if _XHTML.search(page[:1000]):
        page = _HOLDS_NOTHING.sub(r"<\1\2></\1>", page)
    return LexborHTMLParser(page)


def _before(tag: str) -> str:
    if tag in _HEADINGS:
        return f"\n\n{'#' * int(tag[1])} "
    if tag in _CELLS:
        return " "
    return "" if _WITHIN.fullmatch(tag) else "\n"


def _is_hidden(node: Any) -> bool:
    if not node.is_element_node:
        return False
    stated = node.attributes
    return "hidden" in stated or bool(_NOT_SHOWN.search(stated.get("style") or ""))


def walk(root: Any) -> Iterator[tuple[Any, bool]]:
    """Text and elements that are seen, as they open (True) and close, however deep they are."""
    node, opens = root, True
    while node is not None:
        hidden = node.tag in _UNSEEN or node.is_comment_node or _is_hidden(node)
        if not hidden:
            yield node, opens
        if opens and not hidden and node.first_child is not None:
            node = node.first_child
        elif node.mem_id == root.mem_id:
            return
        elif node.next is not None:
            node, opens = node.next, True
        else:
            node, opens = node.parent, False
