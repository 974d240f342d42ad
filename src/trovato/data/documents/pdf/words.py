"""The text layer of a PDF page as words with boxes."""

from __future__ import annotations

import ctypes
import unicodedata
from collections.abc import Iterator
from itertools import chain
from typing import Any

import numpy as np
import pypdfium2.raw as raw

from trovato.core.shapes import Bool, Float64
from trovato.data.documents.column_tables import row_order
from trovato.data.documents.pdf.annotations import Corners, written_on
from trovato.data.documents.pdf.unseen import UnseenText
from trovato.data.documents.word_layout import PageText, join_words, starts_line

# How pdfium reports a hyphen at the end of a line; 0xAD is the soft hyphen, which is never shown.
_REAL_HYPHENS = frozenset((0x02, 0xFFFE))
_HYPHENS = _REAL_HYPHENS | {0xAD}
# Unicode categories without meaning to a reader: control, format, private, unassigned.
_UNKNOWN = frozenset(("Cc", "Cf", "Co", "Cn", "Cs"))
# From here on a number may be half of a character.
_SURROGATES = 0xD800
# The last character of ASCII.
_LAST_PLAIN = 0x7F
# Of the height of type: letters of one word, however turned, are nearer to each other.
_FAR = 0.4


def words_of(page: Any, form: Any = None) -> PageText:
    """The words of the text layer in the file's order, then values of a form and comments.

    Tables that are written by columns are read by rows.

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
        boxes: list[Corners] = []
        broken = [0]
        unseen = UnseenText(page, handle)
        edges = tuple(ctypes.c_double() for _ in range(4))
        apart = (part for run in _runs(codes) for part in _without_figures(handle, codes, *run))
        for first, last, box in chain.from_iterable(_placed(handle, *one, edges) for one in apart):
            hyphen = codes[last - 1] if codes[last - 1] in _HYPHENS else 0
            said = _decode(codes[first : last - bool(hyphen)])
            if said and not unseen.covers(first, box):
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
    seen = [words[index] for index in kept]
    by_row = row_order(seen, shown[kept], starts_line(seen, shown[kept]) & ~glued[kept])
    kept = kept if by_row is None else kept[by_row]
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


def _placed(
    handle: Any, first: int, last: int, edges: tuple[ctypes.c_double, ...]
) -> Iterator[tuple[int, int, Corners]]:
    """A run of characters and the box around it; in parts where one stands far below another.

    pdfium takes cells of one character, one below the other, for a word.

    Parameters
    ----------
    edges
        Where pdfium writes left, top, right and bottom.
    """
    left, top, right, bottom = edges
    found = [
        (left.value, bottom.value, right.value, top.value)
        for index in range(raw.FPDFText_CountRects(handle, first, last - first))
        if raw.FPDFText_GetRect(handle, index, *edges)
    ]
    if len(found) == 1:
        yield first, last, found[0]
    if len(found) <= 1:
        return
    if max(box[1] for box in found) > min(box[3] for box in found):
        cut = next((at for at in range(first + 1, last) if _is_far_below(handle, at, edges)), last)
        if cut < last:
            yield from _placed(handle, first, cut, edges)
            yield from _placed(handle, cut, last, edges)
            return
    low_x, low_y, high_x, high_y = zip(*found, strict=True)
    yield first, last, (min(low_x), min(low_y), max(high_x), max(high_y))


def _is_far_below(handle: Any, index: int, edges: tuple[ctypes.c_double, ...]) -> bool:
    """Whether a plain character is so far from the height of the one before as no letter is."""
    if raw.FPDFText_GetUnicode(handle, index) > _LAST_PLAIN:
        # Written downwards, characters of other scripts may be as thin as a stroke.
        return False
    left, top, right, bottom = edges
    reach = []
    for at in (index - 1, index):
        if not raw.FPDFText_GetCharBox(handle, at, left, right, bottom, top):
            return False
        reach.append((bottom.value, top.value))
    apart = max(low for low, _ in reach) - min(high for _, high in reach)
    return apart > _FAR * _height(handle, index)


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
