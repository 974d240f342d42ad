"""Words that point to a table or figure of the same document: "see Table 3"."""

from __future__ import annotations

import re
from collections.abc import Mapping

from trovato.core import Link

_NAMES = {"fig": "figure", "tab": "table"}
_NUMBER = r"(?:[A-Z]\.?)?\d{1,3}(?:[.-]\d{1,3})*|[IVX]{1,5}"
_NAMED = r"(Table|Tab\.|Figure|Fig\.|Chart|Exhibit|Box)"
_LABEL = re.compile(rf"{_NAMED}\s+({_NUMBER})\s*(?:[.:|–—]|\Z)", re.I)
_REFERENCE = re.compile(rf"\b{_NAMED}s?\s+({_NUMBER})\b(?:\s*(?:and|,|&|–|-)\s*({_NUMBER})\b)?")


def label_of(caption: str) -> str | None:
    """What a caption calls its table or figure, such as "table 3"; None where it is no caption.

    Examples
    --------
    >>> label_of("Fig. 2: Sales by year"), label_of("Table 3 shows what was sold.")
    ('figure 2', None)
    """
    found = _LABEL.match(caption)
    return _label(found[1], found[2]) if found else None


def references(text: str, targets: Mapping[str, str]) -> list[Link]:
    """A link for each place where a text names a table or figure that is known.

    Parameters
    ----------
    text
        Such as of a paragraph.
    targets
        Ids by label, as `label_of` gives them.

    Examples
    --------
    >>> [link.text for link in references("See Tables 1 and 2, not Table 9.", {"table 2": "c4"})]
    ['2']
    """
    links: list[Link] = []
    for found in _REFERENCE.finditer(text):
        for number in (2, 3):
            target = targets.get(_label(found[1], found[number])) if found[number] else None
            if target is not None:
                start = found.start() if number == 2 and not _plural(found) else found.start(number)
                links.append(
                    Link(target, text[start : found.end(number)], (start, found.end(number)))
                )
    return links


def _plural(found: re.Match[str]) -> bool:
    return found[3] is not None


def _label(name: str, number: str) -> str:
    name = name.rstrip(".").casefold()
    return f"{_NAMES.get(name, name)} {number.casefold()}"
