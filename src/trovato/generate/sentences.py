"""Sentences of a text, by where they stand."""

from __future__ import annotations

import re

# A sentence ends at its mark, which is not that of a letter as in "U.S.", or where an empty line
# begins a new paragraph.
_BORDER = re.compile(r"(?<=[.!?])(?<!\b[A-Z]\.)[\"'”)\]]*\s+|\n\s*\n")
_LONGEST = 300  # characters; longer runs without a mark are tables and lists, cut at their lines


def sentences(text: str) -> list[tuple[int, int]]:
    """First character and one past the last of each sentence, in order; blank ones are left out."""
    found = []
    for start, end in _between(text, 0, len(text), _BORDER):
        if end - start > _LONGEST:
            found += _between(text, start, end, re.compile(r"\n"))
        else:
            found.append((start, end))
    return found


def _between(text: str, start: int, end: int, border: re.Pattern[str]) -> list[tuple[int, int]]:
    """Spans between borders, without the white space around them."""
    edges = [start]
    for match in border.finditer(text, start, end):
        edges += [match.start(), match.end()]
    spans = []
    for first, last in zip(edges[::2], [*edges[1::2], end], strict=True):
        piece = text[first:last]
        if piece.strip():
            left = first + len(piece) - len(piece.lstrip())
            spans.append((left, first + len(piece.rstrip())))
    return spans
