"""Where a page stands in its document: the number printed on it, and the titles above it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from itertools import islice
from typing import Any

from trovato.core import Attribute

# Bookmarks that are read, of their levels, and characters of a title.
_MOST = 20_000
_DEEPEST = 6
_LONGEST = 120
SEPARATOR = " > "


class Outline:
    """Bookmarks and page labels of a file.

    Parameters
    ----------
    pdf
        Of pypdfium2.
    bookmarks
        Level from 0, title, and page from 1.
    """

    def __init__(self, pdf: Any, bookmarks: Iterable[tuple[int, str, int]]) -> None:
        self._pdf = pdf
        path: list[str] = []
        found: list[tuple[int, str]] = []
        for level, title, page in islice(bookmarks, _MOST):
            if level < _DEEPEST:
                path = [*path[:level], title[:_LONGEST]]
                found.append((page - 1, SEPARATOR.join(filter(None, path))))
        found.sort(key=lambda one: one[0])
        self._pages = [page for page, _ in found]
        self._paths = [titles for _, titles in found]

    def attributes(self, number: int) -> dict[str, Attribute]:
        """`label`, where it is not the page's number, and `section`, the titles down to it.

        Parameters
        ----------
        number
            Of the page, from 1.
        """
        facts: dict[str, Attribute] = {}
        label = self._pdf.get_page_label(number - 1).strip()
        if label and label != str(number):
            facts["label"] = label
        # The first title on the page, else the last one before it.
        place = bisect_left(self._pages, number - 1)
        if place == len(self._pages) or self._pages[place] != number - 1:
            place -= 1
        if place >= 0:
            facts["section"] = self._paths[place]
        return facts
