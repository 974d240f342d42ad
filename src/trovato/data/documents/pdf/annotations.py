"""What people wrote onto a page: values of a form's fields, and comments."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator
from typing import Any

import pypdfium2.raw as raw

# left, bottom, right, top, in PDF's own coordinates.
Corners = tuple[float, float, float, float]
_COMMENTS = frozenset(
    (
        raw.FPDF_ANNOT_TEXT,
        raw.FPDF_ANNOT_FREETEXT,
        raw.FPDF_ANNOT_HIGHLIGHT,
        raw.FPDF_ANNOT_UNDERLINE,
        raw.FPDF_ANNOT_STRIKEOUT,
        raw.FPDF_ANNOT_SQUIGGLY,
        raw.FPDF_ANNOT_SQUARE,
        raw.FPDF_ANNOT_CIRCLE,
        raw.FPDF_ANNOT_STAMP,
        raw.FPDF_ANNOT_INK,
        raw.FPDF_ANNOT_CARET,
    )
)
_FIELDS = frozenset(
    (raw.FPDF_FORMFIELD_TEXTFIELD, raw.FPDF_FORMFIELD_COMBOBOX, raw.FPDF_FORMFIELD_LISTBOX)
)
_MOST = 2000  # of one page
_LONGEST = 1 << 18  # bytes of one text


def written_on(page: Any, form: Any) -> Iterator[tuple[str, Corners]]:
    """Each value and comment of a page, and the rectangle it is at.

    Parameters
    ----------
    page
        Of pypdfium2.
    form
        Its form environment; None where the file has no form.
    """
    for index in range(min(raw.FPDFPage_GetAnnotCount(page.raw), _MOST)):
        annotation = raw.FPDFPage_GetAnnot(page.raw, index)
        if not annotation:
            continue
        try:
            text = _text(annotation, form)
            edges = raw.FS_RECTF()
            if text and raw.FPDFAnnot_GetRect(annotation, edges):
                yield text, (edges.left, edges.bottom, edges.right, edges.top)
        finally:
            raw.FPDFPage_CloseAnnot(annotation)


def _text(annotation: Any, form: Any) -> str:
    if raw.FPDFAnnot_GetFlags(annotation) & raw.FPDF_ANNOT_FLAG_HIDDEN:
        return ""
    kind = raw.FPDFAnnot_GetSubtype(annotation)
    if kind == raw.FPDF_ANNOT_WIDGET and form is not None:
        if raw.FPDFAnnot_GetFormFieldType(form, annotation) not in _FIELDS:
            return ""
        return _string(
            lambda place, size: raw.FPDFAnnot_GetFormFieldValue(form, annotation, place, size)
        )
    if kind in _COMMENTS:
        return _string(
            lambda place, size: raw.FPDFAnnot_GetStringValue(annotation, b"Contents", place, size)
        )
    return ""


def _string(read: Callable[[Any, int], int]) -> str:
    """What a function of pdfium writes: it says how many bytes it takes, then fills them."""
    size = read(None, 0)
    if not 2 < size <= _LONGEST:
        return ""
    place = (ctypes.c_ushort * (size // 2))()
    read(place, size)
    text = bytes(place)[: size - 2].decode("utf-16-le", "ignore")
    return " ".join("".join(one if one.isprintable() else " " for one in text).split())
