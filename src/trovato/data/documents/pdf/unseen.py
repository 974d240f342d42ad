"""Text that is on a page, and that nobody sees."""

from __future__ import annotations

import ctypes
from functools import cached_property
from typing import Any

import pypdfium2.raw as raw

from trovato.data.documents.pdf.annotations import Corners

# Of 255; a colour of which all parts are at least this is white to a reader.
_WHITE = 250
# A page of more is one of drawings, and to look at each would take longer than to read its words.
_MOST_OBJECTS = 200
_DRAWN = (raw.FPDF_PAGEOBJ_PATH, raw.FPDF_PAGEOBJ_IMAGE, raw.FPDF_PAGEOBJ_SHADING)


class UnseenText:
    """Finds words that are white where nothing lies behind them.

    Parameters
    ----------
    page
        Of pypdfium2.
    handle
        Of its text page, in pdfium.
    """

    def __init__(self, page: Any, handle: Any) -> None:
        self._page = page
        self._handle = handle
        self._parts = [ctypes.c_uint() for _ in range(4)]

    def covers(self, index: int, box: Corners) -> bool:
        """Whether the word that begins with that character, in that box, cannot be seen."""
        red, green, blue, alpha = self._parts
        if not raw.FPDFText_GetFillColor(self._handle, index, red, green, blue, alpha):
            return False
        dark = red.value < _WHITE or green.value < _WHITE or blue.value < _WHITE
        if alpha.value and dark:
            return False
        if self._behind is None:
            return False
        left, bottom, right, top = box
        return not any(
            low_x < right and left < high_x and low_y < top and bottom < high_y
            for low_x, low_y, high_x, high_y in self._behind
        )

    @cached_property
    def _behind(self) -> list[Corners] | None:
        """Boxes of what is drawn in other colours than white; None where that is too much."""
        if raw.FPDFPage_CountObjects(self._page.raw) > _MOST_OBJECTS:
            return None
        found: list[Corners] = []
        for item in self._page.get_objects(max_depth=1):
            # What a form draws is not looked into: its whole box counts.
            white = item.type == raw.FPDF_PAGEOBJ_PATH and self._is_white(item.raw)
            if item.type in (*_DRAWN, raw.FPDF_PAGEOBJ_FORM) and not white:
                found.append(item.get_bounds())
        return found

    def _is_white(self, path: Any) -> bool:
        if not raw.FPDFPageObj_GetFillColor(path, *self._parts):
            return False
        return min(part.value for part in self._parts[:3]) >= _WHITE
