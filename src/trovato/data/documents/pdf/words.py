"""The text layer of a PDF page as words with boxes."""

from __future__ import annotations

import ctypes
import unicodedata
from collections.abc import Iterator
from typing import Any

import numpy as np
import pypdfium2.raw as raw

from trovato.core.shapes import Bool, Float64
from trovato.data.documents.pdf.annotations import written_on
from trovato.data.documents.pdf.unseen import UnseenText
from trovato.data.documents.word_layout import PageText, join_words

# How pdfium reports a hyphen at the end of a line; 0xAD is the soft hyphen, which is never shown.
_REAL_HYPHENS = frozenset((0x02, 0xFFFE))
_HYPHENS = _REAL_HYPHENS | {0xAD}
# Unicode categories without meaning to a reader: control, format, private, unassigned.
_UNKNOWN = frozenset(("Cc", "Cf", "Co", "Cn", "Cs"))
# From here on a number may be half of a character.
_SURROGATES = 0xD800


def words_of(page: Any, form: Any = None) -> PageText:
    """The words of the text layer in pdfium's order, then values of a form and comments.

    Words that stand outside of the shown page, consist of unknown characters, or are white on
    white, are left out. Small figures at the end of a word, as of a footnote, are a word apart.

    Parameters
    ----------
    page
        Of pypdfium2.
    form
        Its form environment; None where the file has no form.
    """
    textpage = page.get_textpage()
    try:
        handle, count = textpage.raw, textpage.count_chars()
        codes = [raw.FPDFText_GetUnicode(handle, index) for index in range(count)]
        words: list[str] = []
        boxes: list[tuple[float, float, float, float]] = []
        broken = [0]
        unseen = UnseenText(page, handle)
        edges = tuple(ctypes.c_double() for _ in range(4))
        apart = (part for run in _runs(codes) for part in _without_figures(handle, codes, *run))
        for first, last in apart:
            hyphen = codes[last - 1] if codes[last - 1] in _HYPHENS else 0
            said = _decode(codes[first : last - bool(hyphen)])
            box = _box(handle, first, last, edges)
            if said and box is not None and not unseen.covers(first, box):
                if broken[-1] in _REAL_HYPHENS and not (words[-1][-1:] + said[:1]).islower():
                    # Between numbers or names it is no mere line break.
                    words[-1] += "-"
                words.append(said)
                boxes.append(box)
                broken.append(hyphen)
    finally:
        textpage.close()
    for text, box in written_on(page, form):
        said_apart = text.split()
        words += said_apart
        boxes += [box] * len(said_apart)
        broken += [0] * len(said_apart)
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


def _without_figures(
    handle: Any, codes: list[int], first: int, last: int
) -> Iterator[tuple[int, int]]:
    """A run of characters; in two parts where small figures end a word of four letters or more."""
    if not 0x30 <= codes[last - 1] <= 0x39:
        yield first, last
        return
    cut = last
    while cut > first and 0x30 <= codes[cut - 1] <= 0x39:
        cut -= 1
    if cut < last <= cut + 3 and cut >= first + 4 and chr(codes[cut - 1]).isalpha():
        tall = [_height(handle, cut - 1), _height(handle, cut)]
        if 0 < tall[1] < 0.8 * tall[0]:
            yield first, cut
            first = cut
    yield first, last


def _height(handle: Any, index: int) -> float:
    """Height of the font of a character, as it is drawn."""
    edges = raw.FS_RECTF()
    found = raw.FPDFText_GetLooseCharBox(handle, index, edges)
    return abs(edges.top - edges.bottom) if found else 0.0


def _decode(codes: list[int]) -> str:
    """Characters of UTF-16 units or code points; empty if none of them is known."""
    if codes and 0 not in codes and max(codes) < _SURROGATES:
        plain = "".join(map(chr, codes))
        if plain.isprintable():  # no control, format, private or unassigned character
            return plain
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


def _box(
    handle: Any, first: int, last: int, edges: tuple[ctypes.c_double, ...]
) -> tuple[float, float, float, float] | None:
    """The box around characters, in PDF's own coordinates: left, bottom, right, top.

    `edges` is where pdfium writes left, top, right and bottom.
    """
    left, top, right, bottom = edges
    found = [
        (left.value, bottom.value, right.value, top.value)
        for index in range(raw.FPDFText_CountRects(handle, first, last - first))
        if raw.FPDFText_GetRect(handle, index, *edges)
    ]
    if len(found) <= 1:
        return found[0] if found else None
    low_x, low_y, high_x, high_y = zip(*found, strict=True)
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
