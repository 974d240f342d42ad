"""The page with its evidence drawn on it."""

from __future__ import annotations

from pathlib import Path

from PIL import Image, ImageChops, ImageDraw

from trovato.core import Box, Evidence, PageEvidence, TextLayout, UnreadableFileError
from trovato.data import digest, open_document
from trovato.index import Reader
from trovato.library.ingestion.folder_changes import source_path

# Amber for words that meet the question, more of it the better they do; blue frames for passages.
_HEAT = (255, 209, 105)
_FRAME = (22, 96, 200)


def page_image(
    reader: Reader, item_id: str, evidence: Evidence | None, long_side: int
) -> Image.Image:
    """The page of an item as a picture; see `Library.picture`."""
    row = reader.row_of(item_id)
    path, location = source_file(reader, row), reader.item(row).location
    if location is None:
        raise UnreadableFileError(f"{item_id} is a text that came from no file")
    with open_document(path) as document:
        image = document.render(location.page, long_side)
    if isinstance(evidence, PageEvidence):
        return draw_evidence(image, reader.layout_of(row), evidence)
    return image


def source_file(reader: Reader, row: int) -> Path:
    """The file that an item came from, as it was when it was indexed.

    Raises
    ------
    UnreadableFileError
        If it has been moved or changed since, or there never was one.
    """
    file = reader.file_of(row)
    path = source_path(file)
    if path is None or file.whole:
        raise UnreadableFileError(f"{file.name} is a text that came from no file")
    if not path.exists() or digest(path) != file.digest:
        raise UnreadableFileError(
            f"{path} has been moved or changed since it was indexed: index it again"
        )
    return path


def draw_evidence(image: Image.Image, layout: TextLayout, evidence: PageEvidence) -> Image.Image:
    """Lay a heat map of the matched words and frames around matched passages over a page.

    The heat is multiplied with the page, as a marker pen's ink is: paper takes its colour, and
    black letters stay black.

    Parameters
    ----------
    image
        The rendered page, any size.
    layout
        Gives the size of the page in points, in which the evidence is stated.
    evidence
        What to draw.
    """
    if not layout.width or not layout.height:
        return image
    across, down = image.width / layout.width, image.height / layout.height

    def scaled(box: Box, margin: float) -> tuple[float, float, float, float]:
        return (
            box.left * across - margin,
            box.top * down - margin,
            box.right * across + margin,
            box.bottom * down + margin,
        )

    unit = max(image.size) / 700
    heat = Image.new("RGB", image.size, "white")
    draw = ImageDraw.Draw(heat)
    for word in sorted(evidence.heat, key=lambda word: word.weight):
        ink = tuple(round(255 - (255 - value) * word.weight**2) for value in _HEAT)
        draw.rectangle(scaled(word.box, unit), fill=ink)
    marked = ImageChops.multiply(image.convert("RGB"), heat)
    draw = ImageDraw.Draw(marked, "RGBA")
    for passage in evidence.regions:
        width = max(1, round(unit * (1 + 2 * passage.weight)))
        draw.rounded_rectangle(
            scaled(passage.box, 3 * unit), radius=3 * unit, outline=(*_FRAME, 230), width=width
        )
    return marked
