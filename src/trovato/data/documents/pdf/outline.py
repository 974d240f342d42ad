"""Where a page stands in its document: the number printed on it, and the titles above it."""

from __future__ import annotations

from bisect import bisect_left
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
    """

    def __init__(self, pdf: Any) -> None:
        self._pdf = pdf
        self._pages: list[int] = []
        self._paths: list[str] = []
        path: list[str] = []
        found: list[tuple[int, str]] = []
        for count, bookmark in enumerate(pdf.get_toc(max_depth=_DEEPEST)):
            if count == _MOST:
                break
            place = bookmark.get_dest()
            title = " ".join(bookmark.get_title().split())[:_LONGEST]
            path = [*path[: bookmark.level], title]
            if place is not None and (page := place.get_index()) is not None and title:
                found.append((page, SEPARATOR.join(filter(None, path))))
        for page, titles in sorted(found, key=lambda one: one[0]):
            self._pages.append(page)
            self._paths.append(titles)

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
