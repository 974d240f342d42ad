"""The words of a page in rows of segments, in the order in which a person reads them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from trovato.core import Box, Page
from trovato.data.documents.pdf.marks import PageMarks
from trovato.data.documents.reading_order import Line, reading_order

# Wider gaps than so many heights of type part two segments: words of one line stand closer.
_GAP = 0.7
# Signs that go with the number beside them, however far it stands.
_BEFORE, _AFTER = frozenset("$€£¥("), frozenset(")%")


@dataclass(frozen=True, slots=True)
class Word:
    """A word, the box around it, and whether it goes on the word before it over a line's end."""

    text: str
    box: Box
    glued: bool = False


@dataclass(frozen=True, slots=True)
class Segment:
    """Words of one line that stand close to each other.

    Parameters
    ----------
    words
        At least one, from left to right.
    size
        Height of the type, in points.
    bold
        Whether most of it is.
    """

    words: tuple[Word, ...]
    size: float
    bold: bool = False

    @property
    def text(self) -> str:
        """Its words in one line."""
        return " ".join(word.text for word in self.words)

    @property
    def box(self) -> Box:
        """Around all of it."""
        return Box.around(word.box for word in self.words)


Row = tuple[Segment, ...]


def row_box(row: Row) -> Box:
    """The box around a row."""
    return Box.around(segment.box for segment in row)


def page_rows(page: Page, marks: PageMarks) -> list[Row]:
    """Segments beside each other in rows; columns of prose one after the other.

    Parameters
    ----------
    page
        Its words with their boxes.
    marks
        Sizes of type; where they are unknown, as after OCR, words are measured.
    """
    held: dict[Line, Segment] = {}
    for segment in _segments(page, marks):
        box = segment.box
        held[Line(segment.text, box.left, box.top, box.right, box.bottom)] = segment
    rows: list[list[Segment]] = []
    for line in reading_order(list(held)):
        segment = held[line]
        if rows and _beside(rows[-1][-1].box, segment.box):
            rows[-1].append(segment)
        else:
            rows.append([segment])
    return [tuple(row) for row in rows]


def _beside(before: Box, after: Box) -> bool:
    shared = min(before.bottom, after.bottom) - max(before.top, after.top)
    return shared >= min(before.height, after.height) / 2 and after.left >= before.right - 1


def _segments(page: Page, marks: PageMarks) -> Iterator[Segment]:
    spans = page.layout.spans.tolist()
    if not spans:
        return
    styles = _styles(page, marks)
    words = [
        Word(
            page.text[start:end],
            page.layout.box(place),
            bool(place) and start == spans[place - 1][1],
        )
        for place, (start, end) in enumerate(spans)
    ]
    first = 0
    for place, ((_, before), (after, _)) in enumerate(pairwise(spans), start=1):
        size = styles[place][0]
        apart = words[place].box.left - words[place - 1].box.right > _GAP * size
        sign = words[place - 1].text in _BEFORE or words[place].text in _AFTER
        if "\n" in page.text[before:after] or words[place].glued or (apart and not sign):
            yield _segment(words[first:place], styles[first:place])
            first = place
    yield _segment(words[first:], styles[first:])


def _segment(words: Sequence[Word], styles: Sequence[tuple[float, bool]]) -> Segment:
    sizes, bold = zip(*styles, strict=True)
    return Segment(tuple(words), float(np.median(sizes)), sum(bold) * 2 > len(bold))


def _styles(page: Page, marks: PageMarks) -> list[tuple[float, bool]]:
    """Size of type and boldness of each word: those of a letter whose middle lies in its box."""
    boxes = page.layout.boxes.astype(np.float64)
    heights = (boxes[:, 3] - boxes[:, 1]) * 1.3  # without the room above and below it
    if not len(marks.letters):
        return [(float(height), False) for height in heights]
    across, down = (marks.letters[:, :2] + marks.letters[:, 2:]).T / 2
    left, top, right, bottom = boxes.T[:, :, None]
    inside = (left <= across) & (across <= right) & (top <= down) & (down <= bottom)
    letter, found = inside.argmax(axis=1), inside.any(axis=1)
    sizes = np.where(found, marks.sizes[letter], heights)
    return list(zip(sizes.tolist(), (found & marks.bold[letter]).tolist(), strict=True))
