"""Sentences of a text, by where they stand."""

from __future__ import annotations

import re
from collections.abc import Iterator

# What may lie between two sentences: the end of one with the space after it, or the end of a line.
_GAP = re.compile(
    r"(?P<mark>[.!?؟۔।][\"'”’)\]]*(?=\s)|[。！？][」』”’）]*)(?P<space>\s*)|(?P<line>\s*\n\s*)"
)
_BULLET = r"[•▪◦‣●○■□➢✓*][^\S\n]*|[-–][^\S\n]+(?=[A-Z0-9])"
_NUMBER = r"\(?(?:(?:\d{1,3}|[a-z]|[ivx]{1,4}|[IVX]{2,4})[.)]|[A-Z]\))"
_LEADING = re.compile(rf"\A\s*(?:(?:{_BULLET})\s*)?")
_ITEM = re.compile(rf"{_BULLET}|{_NUMBER}\s")
_ONLY_NUMBER = re.compile(rf"[^\S\n]*{_NUMBER}")
# What a full stop shortens, so that it ends no sentence: always, or before a number.
_SHORT = re.compile(r"\b(?:[A-Z]|Dr|Mr|Mrs|Ms|Prof|St|Mt|Gov|vs|cf|e\.g|i\.e|approx)\.$")
_COUNTED = re.compile(
    r"\b(?:Nos?|Figs?|Eqs?|Vol|pp?|Ch|Sec|Art|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\.$"
)
_LONGEST = 300  # characters; longer runs without a mark are tables and lists, cut at their lines
# Of the next line's length: letters differ in width.
_FULL = 0.8


def sentences(text: str) -> list[tuple[int, int]]:
    """First character and one past the last of each sentence, in order; blank ones are left out.

    A sentence ends at its mark, unless that belongs to a short word, an initial or the number of a
    list, or what follows goes on in small letters. It ends at the end of a line before an empty
    line, before an item of a list, after a colon, and where the line had room for the next line's
    first word: that is the end of a heading, for running text would have filled it. Bullets are
    left out.
    """
    found = []
    first = 0
    for end, start in [*_borders(text), (len(text), len(text))]:
        if end - first > _LONGEST:
            lines = re.finditer(r"[^\n]+", text[first:end])
            found += [(first + line.start(), first + line.end()) for line in lines]
        else:
            found.append((first, end))
        first = start
    trimmed = (_trimmed(text, *span) for span in found)
    return [(start, end) for start, end in trimmed if start < end]


def _borders(text: str) -> Iterator[tuple[int, int]]:
    """Where a sentence ends, and where the next one begins."""
    for gap in _GAP.finditer(text):
        if gap["mark"] and _closes(text, gap):
            yield gap.end("mark"), gap.end()
        elif "\n" in (gap["line"] or gap["space"]) and _parts(text, gap):
            yield gap.end("mark") if gap["mark"] else gap.start(), gap.end()


def _closes(text: str, gap: re.Match[str]) -> bool:
    """Whether a mark ends a sentence."""
    line = text[text.rfind("\n", 0, gap.start()) + 1 : gap.start() + 1]
    after = text[gap.end() : gap.end() + 1]
    if after.islower() or _ONLY_NUMBER.fullmatch(line) or _SHORT.search(line):
        return False
    return not (after.isdigit() and _COUNTED.search(line))


def _parts(text: str, gap: re.Match[str]) -> bool:
    """Whether what stands before and after the end of a line is apart."""
    before = text[text.rfind("\n", 0, gap.start()) + 1 : gap.start()].strip()
    after = text[gap.end() :].split("\n", 1)[0].strip()
    if gap[0].count("\n") > 1 or before.endswith(":") or _ITEM.match(after):
        return True
    if not before or not after or after[0].islower() or _ONLY_NUMBER.fullmatch(before):
        return False
    return len(before) + 1 + len(after.split()[0]) < _FULL * len(after)


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """The span without white space around it, and without a bullet."""
    piece = text[start:end]
    left = len(piece) - len(_LEADING.sub("", piece, count=1))
    return start + left, start + max(left, len(piece.rstrip()))
