"""Sentences of a text, by where they stand."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import chain

# What may lie between two sentences: the end of one with the space after it, or the end of a line.
_GAP = re.compile(
    r"(?P<mark>[.!?؟۔।][\"'”’)\]]*(?=\s)|[。！？][」』”’）]*)(?P<space>\s*)|(?P<line>\s*\n\s*)"
)
_BULLET = r"[•▪◦‣●○■□➢✓*][^\S\n]*|[-–][^\S\n]+(?=[A-Z0-9])"
_NUMBER = r"\(?(?:(?:\d{1,3}|[a-z]|[ivx]{1,4}|[IVX]{2,4})[.)]|[A-Z]\))"
_LEADING = re.compile(rf"\s*(?:(?:{_BULLET})\s*)?")
_LINE = re.compile(r"[^\n]+")
_ITEM = re.compile(rf"{_BULLET}|{_NUMBER}\s")
_ONLY_NUMBER = re.compile(rf"[^\S\n]*{_NUMBER}")
# What a full stop shortens, so that it ends no sentence: always, or before a number.
_SHORT = re.compile(r"\b(?:[A-Z]|Dr|Mr|Mrs|Ms|Prof|St|Mt|Gov|vs|cf|e\.g|i\.e|approx)\.$")
_COUNTED = re.compile(
    r"\b(?:Nos?|Figs?|Eqs?|Vol|pp?|Ch|Sec|Art|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\.$"
)
_LONGEST_SHORT = 8  # characters of such a word and one before it
_WORD_START = re.compile(r"\s(?=\S)")
_LOOK_BACK = 200  # characters before a place in which its sentence is likely to begin
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
    end = len(text)
    return _between(text, 0, chain(_borders(text, 0, end), [(end, end)]), 0, end)


def sentences_meeting(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Those of `sentences` that hold a character from `start` to before `end`, read by themselves.

    Only the text around them is looked at, so in a long text they are found much faster.

    Parameters
    ----------
    text
        The whole text.
    start, end
        First character and one past the last, of the text.
    """
    line = text.find("\n", end)
    # What goes on up to there has a border by then, or is cut at its lines.
    stop = min(len(text), max(end + _LONGEST + 1, line if line >= 0 else len(text)))
    first, last, borders = start, stop, [(stop, stop)]
    while True:
        # No gap between sentences reaches over the start of a word: read from there on, they are
        # those of the whole text.
        back = first - _LOOK_BACK
        word = _WORD_START.search(text, back, first) if back > 0 else None
        first = word.end() if word else 0
        borders = [*_up_to(_borders(text, first, last), end), *borders]
        begins = [begin for _, begin in borders if begin <= start]
        # Of a run that is cut at its lines, the beginning need not be known.
        cut = borders[0][0] - first > _LONGEST and "\n" in text[first:start]
        if begins or cut or not first:
            break
        last = first
    first = begins[-1] if begins else first
    return _between(text, first, [one for one in borders if one[1] > first], start, end)


def _up_to(borders: Iterable[tuple[int, int]], end: int) -> Iterator[tuple[int, int]]:
    """Borders up to the first one that is not before an end."""
    for border in borders:
        yield border
        if border[0] >= end:
            return


def _between(
    text: str, first: int, borders: Iterable[tuple[int, int]], start: int, end: int
) -> list[tuple[int, int]]:
    """The sentences up to each border that meet a span; the first one begins at `first`."""
    found = []
    for last, following in borders:
        if last - first > _LONGEST:
            found += [line.span() for line in _LINE.finditer(text, first, last)]
        else:
            found.append((first, last))
        first = following
    trimmed = [_trimmed(text, *span) for span in found if span[0] < end and start < span[1]]
    return [
        (left, right) for left, right in trimmed if left < right and left < end and start < right
    ]


def _borders(text: str, first: int, last: int) -> Iterator[tuple[int, int]]:
    """Where a sentence ends and the next one begins, from the start of a word to a place."""
    for gap in _GAP.finditer(text, first):
        if gap.start() >= last:
            return
        if gap["mark"] and _closes(text, gap):
            yield gap.end("mark"), gap.end()
        elif "\n" in (gap["line"] or gap["space"]) and _parts(text, gap):
            yield gap.end("mark") if gap["mark"] else gap.start(), gap.end()


def _closes(text: str, gap: re.Match[str]) -> bool:
    """Whether a mark ends a sentence."""
    mark = gap.start()
    after = text[gap.end() : gap.end() + 1]
    if after.islower():
        return False
    word = text[max(0, mark - _LONGEST_SHORT) : mark + 1]
    if _SHORT.search(word) or (after.isdigit() and _COUNTED.search(word)):
        return False
    return not _ONLY_NUMBER.fullmatch(text, text.rfind("\n", 0, mark) + 1, mark + 1)


def _parts(text: str, gap: re.Match[str]) -> bool:
    """Whether what stands before and after the end of a line is apart."""
    start, end = gap.span()
    blank = text.count("\n", start, end) > 1
    if blank:
        return True
    last = text[start - 1 : start]
    if text[end : end + 1].islower() and not (
        last == ":" or last.isspace() or _ITEM.match(text, end)
    ):
        return False  # as most lines do: the rest need not be looked at
    before = text[text.rfind("\n", 0, start) + 1 : start].strip()
    line = text.find("\n", end)
    after = text[end : line if line >= 0 else len(text)].strip()
    if before.endswith(":") or _ITEM.match(after):
        return True
    if not before or not after or after[0].islower() or _ONLY_NUMBER.fullmatch(before):
        return False
    return len(before) + 1 + len(after.split(None, 1)[0]) < _FULL * len(after)


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """The span without white space around it, and without a bullet."""
    leading = _LEADING.match(text, start, end)
    left = leading.end() if leading else start
    return left, max(left, start + len(text[start:end].rstrip()))
