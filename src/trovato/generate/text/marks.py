"""Marks of passages in an answer, such as [a1b]: found, and taken out."""

from __future__ import annotations

import re
from collections.abc import Collection

_WORD = r"(?:passages?|documents?|sources?|pages?)"
_MARKS = re.compile(
    rf"(?P<before>\b{_WORD}\s*)?(?P<space>\s*)[\[【(]\s*(?P<inside>(?:{_WORD}\s+)?\w{{1,3}}"
    rf"(?:\s*(?:[,;]|and)\s*(?:{_WORD}\s+)?\w{{1,3}})*)\s*(?:†[^】\n]*)?[\]】)]",
    re.IGNORECASE,
)
_MARK = re.compile(rf"(?:{_WORD}\s+)?(\w{{1,3}})", re.IGNORECASE)
_CODE = re.compile(r"(`+[^`]*`+)")


def without_marks(answer: str, marks: Collection[str]) -> tuple[str, frozenset[str]]:
    """The answer without the marks that are there, and those that it named.

    Brackets that hold no mark of a passage stay, as do those in code (`items[0]`). Where a mark is
    part of a sentence ("According to Passage [a1b], …") only its brackets go.

    Parameters
    ----------
    answer
        What a model wrote.
    marks
        Of the passages that it read.
    """
    named: set[str] = set()

    def replaced(match: re.Match[str]) -> str:
        inside = [one.lower() for one in _MARK.findall(match["inside"]) if one != "and"]
        known = [one for one in inside if one in marks]
        # Round brackets are common: all in them must be marks.
        if not known or ("(" in match.group() and len(known) < len(inside)):
            return match.group()
        named.update(known)
        if match["before"]:
            return f"{match['before'].rstrip()} {', '.join(known)}"
        return ""

    parts = [
        part if place % 2 else _MARKS.sub(replaced, part)
        for place, part in enumerate(_CODE.split(answer))
    ]
    return "".join(parts).strip(), frozenset(named)


def without_mentions(text: str, marks: Collection[str]) -> str:
    """The text without "Passage a1b" and without marks of nothing, for comparing what it says."""
    text = re.sub(r"[\[【]\w{1,3}[\]】]", "", text)
    known = "|".join(map(re.escape, marks))
    return re.sub(rf"\b{_WORD}\s+(?:{known})\b", "", text, flags=re.IGNORECASE) if known else text
