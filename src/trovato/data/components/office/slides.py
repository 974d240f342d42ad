"""PPTX by python-pptx: what each slide says, under its title."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape
from pathlib import Path
from typing import Any

from trovato.data.components.office.elements import element, table


def slides_html(path: Path) -> str:
    """Titles, texts, tables, groups, and notes; links go with the words they stand on."""
    from pptx import Presentation

    return "".join(part for slide in Presentation(str(path)).slides for part in _slide(slide))


def _slide(slide: Any) -> Iterator[str]:
    title = slide.shapes.title
    own = None if title is None else title.shape_id
    yield "<h1>" + ("" if title is None else escape(title.text_frame.text.strip())) + "</h1>"
    yield from _shapes(shape for shape in slide.shapes if shape.shape_id != own)
    if slide.has_notes_slide and (frame := slide.notes_slide.notes_text_frame) is not None:
        yield element("p", frame.text)


def _shapes(shapes: Iterable[Any]) -> Iterator[str]:
    for shape in shapes:
        if shape.has_text_frame:
            said = [_paragraph(one) for one in shape.text_frame.paragraphs if one.text.strip()]
            # What stands in one frame belongs together, as the points of a list do.
            items = "".join(f"<li>{one}</li>" for one in said)
            yield f"<ul>{items}</ul>" if len(said) > 1 else "".join(f"<p>{one}</p>" for one in said)
        elif getattr(shape, "has_table", False):
            yield table([escape(cell.text) for cell in row.cells] for row in shape.table.rows)
        elif hasattr(shape, "shapes"):
            yield from _shapes(shape.shapes)
        elif described := shape._element.xpath("string(.//p:cNvPr/@descr)"):
            yield element("p", str(described))


def _paragraph(paragraph: Any) -> str:
    return "".join(
        f'<a href="{escape(run.hyperlink.address)}">{escape(run.text)}</a>'
        if run.hyperlink.address
        else escape(run.text)
        for run in paragraph.runs
    )
