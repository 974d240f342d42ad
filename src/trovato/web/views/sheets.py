"""Pages as pictures: the whole sheet, and the part round the best sentence."""

from __future__ import annotations

from dataclasses import dataclass

from trovato.core import Box, PageEvidence, Region, TextLayout
from trovato.index import StoredFile

# Other files are text, which is shown as text.
_DRAWN = ("pdf", "image")
_MARGIN = 4.0  # points
_TALLEST = 96.0
_WIDEST = 420.0


def drawn(file: StoredFile) -> bool:
    """Whether the pages of a file have a look of their own."""
    return file.kind in _DRAWN and not file.whole


@dataclass(frozen=True, slots=True)
class Crop:
    """A part of a page.

    Parameters
    ----------
    box
        Which, in page points.
    heat
        Matched words in it.
    version
        Of the file; a picture of another version has another address.
    """

    box: Box
    heat: tuple[Region, ...]
    version: str

    @property
    def address(self) -> str:
        """The box as an address holds it."""
        return ",".join(f"{edge:.0f}" for edge in _edges(self.box))


def best_crop(evidence: PageEvidence, layout: TextLayout, digest: str) -> Crop | None:
    """The part of a page round its best passage, wide enough to be read in."""
    best = evidence.regions[0].box
    left, right = best.left - _MARGIN, best.right + _MARGIN
    spare = max(0.0, min(_WIDEST, layout.width) - (right - left)) / 2
    left, right = max(0.0, left - spare), min(layout.width, right + spare)
    top = max(0.0, best.top - _MARGIN)
    bottom = min(layout.height, best.bottom + _MARGIN, top + _TALLEST)
    box = Box(*(float(round(edge)) for edge in (left, top, right, bottom)))
    if box.right - box.left < 1 or box.bottom - box.top < 1:
        return None
    return Crop(box, tuple(word for word in evidence.heat if _meet(word.box, box)), digest[:16])


@dataclass(frozen=True, slots=True)
class Line:
    """Words of a page that stand in one line.

    Parameters
    ----------
    top, height
        Of the line, in page points.
    words
        Left edge, width and text of each.
    """

    top: float
    height: float
    words: tuple[tuple[float, float, str], ...]


def lines_of(text: str, layout: TextLayout) -> list[Line]:
    """The words of a page by lines, in reading order."""
    found: list[list[int]] = []
    boxes, spans = layout.boxes.tolist(), layout.spans.tolist()
    for word, (left, top, _, bottom) in enumerate(boxes):
        if found:
            last = boxes[found[-1][-1]]
            shared = min(bottom, last[3]) - max(top, last[1])
            if left >= last[0] and shared > 0.5 * min(bottom - top, last[3] - last[1]):
                found[-1].append(word)
                continue
        found.append([word])
    lines = []
    for words in found:
        top = min(boxes[word][1] for word in words)
        bottom = max(boxes[word][3] for word in words)
        said = tuple(
            (boxes[word][0], boxes[word][2] - boxes[word][0], text[slice(*spans[word])])
            for word in words
        )
        lines.append(Line(top, bottom - top, said))
    return lines


def _meet(one: Box, other: Box) -> bool:
    return (
        one.left < other.right
        and other.left < one.right
        and one.top < other.bottom
        and other.top < one.bottom
    )


def _edges(box: Box) -> tuple[float, float, float, float]:
    return box.left, box.top, box.right, box.bottom
