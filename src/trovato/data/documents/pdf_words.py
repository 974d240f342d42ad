"""The text layer of a PDF page as words with boxes."""

from __future__ import annotations

import ctypes
import unicodedata
from typing import Any

import numpy as np
import pypdfium2.raw as raw

from trovato.core.shapes import Bool, Float64
from trovato.data.documents.word_layout import PageText, join_words

# How pdfium reports a hyphen at the end of a line; 0xAD is the soft hyphen, which is never shown.
_REAL_HYPHENS = frozenset((0x02, 0xFFFE))
_HYPHENS = _REAL_HYPHENS | {0xAD}
# Unicode categories without meaning to a reader: control, format, private, unassigned.
_UNKNOWN = frozenset(("Cc", "Cf", "Co", "Cn", "Cs"))


def words_of(page: Any) -> PageText:
    """The words of the text layer in pdfium's order, with their boxes.

    Words that stand outside of the shown page, or consist of unknown characters, are left out.
    """
    textpage = page.get_textpage()
    try:
        handle, count = textpage.raw, textpage.count_chars()
        codes = [raw.FPDFText_GetUnicode(handle, index) for index in range(count)]
        words: list[str] = []
        boxes: list[tuple[float, float, float, float]] = []
        broken = [0]
        for first, last in _runs(codes):
            hyphen = codes[last - 1] if codes[last - 1] in _HYPHENS else 0
            said = _decode(codes[first : last - bool(hyphen)])
            box = _box(handle, first, last)
            if said and box is not None:
                if broken[-1] in _REAL_HYPHENS and not (words[-1][-1:] + said[:1]).islower():
                    # Between numbers or names it is no mere line break.
                    words[-1] += "-"
                words.append(said)
                boxes.append(box)
                broken.append(hyphen)
    finally:
        textpage.close()
    corners = np.array(boxes, np.float64).reshape(-1, 4)
    shown, inside = to_shown(page, corners)
    glued = np.array(broken[:-1], bool) & np.append(False, inside[:-1])[: len(words)]
    kept = np.flatnonzero(inside)
    return join_words(
        [words[index] for index in kept], shown[kept], [bool(glued[index]) for index in kept]
    )


def _runs(codes: list[int]) -> list[tuple[int, int]]:
    """First and one past the last of each run of characters: no spaces, a hyphen only at its end.

    A word that is broken over two lines is two runs, so that each has a box of its own.
    """
    runs, first = [], -1
    for index, code in enumerate([*codes, 32]):
        hyphen = code in _HYPHENS
        space = not hyphen and (code <= 32 or code in (0x7F, 0xA0) or 0x2000 <= code <= 0x200B)
        if first < 0 and not space and not hyphen:
            first = index
        if first >= 0 and (space or hyphen):
            runs.append((first, index + hyphen))
            first = -1
    return runs


def _decode(codes: list[int]) -> str:
    """Characters of UTF-16 units or code points; empty if none of them is known."""
    units = b"".join(
        code.to_bytes(2, "little") if code < 0x10000 else chr(code).encode("utf-16-le")
        for code in codes
        if code and code < 0x110000
    )
    text = units.decode("utf-16-le", "ignore")
    known = any(
        unicodedata.category(letter) not in _UNKNOWN for letter in text.replace("\ufffd", "")
    )
    return text if known else ""


def _box(handle: Any, first: int, last: int) -> tuple[float, float, float, float] | None:
    """The box around characters, in PDF's own coordinates: left, bottom, right, top."""
    left, top, right, bottom = (ctypes.c_double() for _ in range(4))
    edges = [
        (left.value, bottom.value, right.value, top.value)
        for index in range(raw.FPDFText_CountRects(handle, first, last - first))
        if raw.FPDFText_GetRect(handle, index, left, top, right, bottom)
    ]
    if not edges:
        return None
    low_x, low_y, high_x, high_y = zip(*edges, strict=True)
    return min(low_x), min(low_y), max(high_x), max(high_y)


def to_shown(
    page: Any, corners: Float64[np.ndarray, "words 4"]
) -> tuple[Float64[np.ndarray, "words 4"], Bool[np.ndarray, " words"]]:
    """From PDF's coordinates to points on the page as it is shown, origin at the top left.

    Also says which of the boxes lie on that page, wholly or in part.
    """
    width, height = page.get_size()
    fine = 100
    span = (0, 0, round(width * fine), round(height * fine), 0)
    x, y = ctypes.c_int(), ctypes.c_int()
    seen = []
    for point in ((0.0, 0.0), (1000.0, 0.0), (0.0, 1000.0)):
        raw.FPDF_PageToDevice(page.raw, *span, *point, x, y)
        seen.append((x.value / fine, y.value / fine))
    origin, across, up = np.array(seen)
    turn = np.array([(across - origin) / 1000, (up - origin) / 1000])
    one, two = corners[:, :2] @ turn + origin, corners[:, 2:] @ turn + origin
    limit = np.array([width, height])
    low = np.clip(np.minimum(one, two), 0, limit)
    high = np.clip(np.maximum(one, two), 0, limit)
    return np.hstack([low, high]), np.all(high > low, axis=1)
