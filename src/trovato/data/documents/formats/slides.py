"""PPTX by python-pptx: a page for each slide, its notes below it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from trovato.core import UnreadableFileError
from trovato.data.documents.formats.properties import core_properties
from trovato.data.documents.plain.encoding import printable
from trovato.data.documents.text import TextDocument


def open_pptx(path: Path) -> TextDocument:
    """A presentation: titles, texts, tables, groups, descriptions of pictures, and notes.

    Raises
    ------
    UnreadableFileError
        If it is damaged or encrypted.
    """
    from pptx import Presentation

    try:
        slides = list(Presentation(str(path)).slides)
        pages = [printable("\n".join(_slide(slide))).strip() for slide in slides]
        facts = core_properties(path)
    except Exception as error:  # its parsers meet broken files with errors of any kind
        raise UnreadableFileError(f"is a damaged presentation: {error}") from error
    return TextDocument("slides", pages or [""], facts)


def _slide(slide: Any) -> Iterator[str]:
    title = slide.shapes.title
    if title is not None and title.text_frame.text.strip():
        yield f"# {title.text_frame.text.strip()}\n"
    own = None if title is None else title.shape_id
    yield from _shapes(shape for shape in slide.shapes if shape.shape_id != own)
    if slide.has_notes_slide and (frame := slide.notes_slide.notes_text_frame) is not None:
        yield f"\n{frame.text}"


def _shapes(shapes: Iterable[Any]) -> Iterator[str]:
    for shape in shapes:
        if shape.has_text_frame:
            yield shape.text_frame.text
        elif getattr(shape, "has_table", False):
            for row in shape.table.rows:
                yield " | ".join(" ".join(cell.text.split()) for cell in row.cells)
        elif hasattr(shape, "shapes"):
            yield from _shapes(shape.shapes)
        elif described := shape._element.xpath("string(.//p:cNvPr/@descr)"):
            yield str(described)
