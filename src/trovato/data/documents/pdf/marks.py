"""What stands on a page of PDF besides its words: sizes of type, rules, pictures and links."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pypdfium2.raw as raw

from trovato.core.shapes import Bool, Float64
from trovato.data.documents.pdf.words import to_shown

# A line that is drawn, and no border of a letter or dot.
_SHORTEST_RULE = 8.0
_THICKEST_RULE = 2.5
# Pictures smaller than this share of the page are ornaments, larger ones its background.
_SMALLEST_PICTURE, _LARGEST_PICTURE = 0.01, 0.9
_LONGEST_TARGET = 4096  # bytes


@dataclass(frozen=True, slots=True)
class LinkMark:
    """A link annotation: where it stands, and a place in the file or the address it leads to.

    Parameters
    ----------
    box
        Left, top, right, bottom in points.
    page, top
        Page of the file, from 1, and the distance from its upper edge; None for an address.
    address
        URL or path of another file; "" for a place in this one.
    """

    box: tuple[float, float, float, float]
    page: int | None = None
    top: float | None = None
    address: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class PageMarks:
    """Boxes are left, top, right, bottom in points on the page as it is shown.

    Parameters
    ----------
    letters, sizes, bold
        Box of each character, its size of type in points, and whether it is bold.
    rules
        Drawn lines, horizontal and vertical.
    pictures
        Pictures and drawings that are placed as one.
    links
        Link annotations.
    """

    letters: Float64[np.ndarray, "letters 4"]
    sizes: Float64[np.ndarray, " letters"]
    bold: Bool[np.ndarray, " letters"]
    rules: Float64[np.ndarray, "rules 4"]
    pictures: Float64[np.ndarray, "pictures 4"]
    links: tuple[LinkMark, ...]


def marks_of(document: Any, page: Any) -> PageMarks:
    """The marks of a page of pdfium, whose lock is held."""
    boxes, bold = _letters(page)
    shown, inside = to_shown(page, boxes)
    drawn = list(page.get_objects(max_depth=1))
    rules = [rule for item in drawn if item.type == raw.FPDF_PAGEOBJ_PATH for rule in _rules(item)]
    placed = [
        item.get_bounds()
        for item in drawn
        if item.type in (raw.FPDF_PAGEOBJ_IMAGE, raw.FPDF_PAGEOBJ_FORM)
    ]
    pictures, seen = to_shown(page, np.array(placed, np.float64).reshape(-1, 4))
    width, height = page.get_size()
    share = np.prod(pictures[:, 2:] - pictures[:, :2], axis=1) / (width * height)
    seen &= (share >= _SMALLEST_PICTURE) & (share <= _LARGEST_PICTURE)
    ruled = np.array(rules, np.float64).reshape(-1, 4) + np.array([-0.1, -0.1, 0.1, 0.1])
    lines, visible = to_shown(page, ruled)
    return PageMarks(
        shown[inside],
        # A page on its side has its letters' heights across.
        (shown[:, 2:] - shown[:, :2])[inside, 1],
        bold[inside],
        lines[visible],
        pictures[seen],
        tuple(_links(document, page)),
    )


def _letters(page: Any) -> tuple[Float64[np.ndarray, "letters 4"], Bool[np.ndarray, " letters"]]:
    """The boxes of all characters as high as their type, in PDF's coordinates; which are bold."""
    textpage = page.get_textpage()
    try:
        count = textpage.count_chars()
        boxes, bold = np.zeros((count, 4)), np.zeros(count, np.bool_)
        box, flags = raw.FS_RECTF(), ctypes.c_int()
        name = ctypes.create_string_buffer(128)
        for index in range(count):
            if raw.FPDFText_GetLooseCharBox(textpage.raw, index, box):
                boxes[index] = box.left, box.bottom, box.right, box.top
            size = raw.FPDFText_GetFontInfo(textpage.raw, index, name, len(name), flags)
            heavy = raw.FPDFText_GetFontWeight(textpage.raw, index) >= 600
            bold[index] = heavy or (size and b"bold" in name.value.lower())
    finally:
        textpage.close()
    return boxes, bold


def _rules(item: Any) -> Iterator[tuple[float, float, float, float]]:
    """The straight lines of a path that go across or down, in PDF's coordinates.

    Of an area that is only filled, such as the ground behind words, there are none; where it is as
    thin as a line it is one.
    """
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    raw.FPDFPath_GetDrawMode(item.raw, fill, stroke)
    if not stroke.value:
        left, bottom, right, top = item.get_bounds()
        yield from _rule((left, bottom), (right, top))
        return
    matrix = item.get_matrix()
    points: list[tuple[float, float]] = []
    x, y = ctypes.c_float(), ctypes.c_float()
    for index in range(min(raw.FPDFPath_CountSegments(item.raw), 2000)):
        segment = raw.FPDFPath_GetPathSegment(item.raw, index)
        raw.FPDFPathSegment_GetPoint(segment, x, y)
        point = matrix.on_point(x.value, y.value)
        kind = raw.FPDFPathSegment_GetType(segment)
        if kind == raw.FPDF_SEGMENT_MOVETO:
            points = [point]
            continue
        if kind == raw.FPDF_SEGMENT_LINETO and points:
            yield from _rule(points[-1], point)
        points.append(point)
        if raw.FPDFPathSegment_GetClose(segment):
            yield from _rule(point, points[0])


def _rule(
    one: tuple[float, float], other: tuple[float, float]
) -> Iterator[tuple[float, float, float, float]]:
    left, right = sorted((one[0], other[0]))
    bottom, top = sorted((one[1], other[1]))
    thin, long = sorted((right - left, top - bottom))
    if thin <= _THICKEST_RULE and long >= _SHORTEST_RULE:
        yield left, bottom, right, top


def _links(document: Any, page: Any) -> Iterator[LinkMark]:
    position, link, area = ctypes.c_int(0), raw.FPDF_LINK(), raw.FS_RECTF()
    while raw.FPDFLink_Enumerate(page.raw, position, link):
        if not raw.FPDFLink_GetAnnotRect(link, area):
            continue
        corners = np.array([[area.left, area.bottom, area.right, area.top]], np.float64)
        shown, inside = to_shown(page, corners)
        if not inside[0]:
            continue
        left, top, right, bottom = shown[0].tolist()
        box = left, top, right, bottom
        target = raw.FPDFLink_GetDest(document.raw, link)
        action = raw.FPDFLink_GetAction(link)
        kind = raw.FPDFAction_GetType(action) if action else 0
        if not target and kind == raw.PDFACTION_GOTO:
            target = raw.FPDFAction_GetDest(document.raw, action)
        if target:
            number = raw.FPDFDest_GetDestPageIndex(document.raw, target)
            if number >= 0:
                yield LinkMark(box, number + 1, _top(document, target, number))
            continue
        address = ""
        if kind == raw.PDFACTION_URI:
            address = _text(raw.FPDFAction_GetURIPath, document.raw, action)
        elif kind in (raw.PDFACTION_REMOTEGOTO, raw.PDFACTION_LAUNCH):
            address = _text(raw.FPDFAction_GetFilePath, action)
        if address:
            yield LinkMark(box, address=address)


def _top(document: Any, target: Any, number: int) -> float | None:
    """How far below the upper edge of its page a destination lies, where it says so."""
    has_x, has_y, has_zoom = (ctypes.c_int() for _ in range(3))
    x, y, zoom = (ctypes.c_float() for _ in range(3))
    told = raw.FPDFDest_GetLocationInPage(target, has_x, has_y, has_zoom, x, y, zoom)
    if not told or not has_y.value:
        return None
    return float(document.get_page_size(number)[1]) - y.value


def _text(read: Callable[..., int], *of: Any) -> str:
    """What one of pdfium's functions writes into a buffer."""
    held = ctypes.create_string_buffer(_LONGEST_TARGET)
    length = read(*of, held, _LONGEST_TARGET)
    return held.raw[: max(length - 1, 0)].decode("utf-8", "replace") if length <= len(held) else ""
