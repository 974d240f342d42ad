"""Marks of passages in an answer, such as [a1b]: found, and taken out."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence

_WORD = r"(?:passages?|documents?|sources?|pages?)"
_LABEL = r"(?:passages?|documents?|docs?|sources?|pages?|marks?|ref(?:erence)?s?|see)[\s:_#]*"
# No word that may stand around marks: a text could otherwise be read in very many ways.
_BARE = r"(?!(?:and|docs?|refs?|see)\b)\w{1,3}(?!\w)"
_ONE = rf"(?:{_LABEL})?[#^\"'“]?{_BARE}[\"'”]?"
_LIST = rf"{_ONE}(?:(?:\s*[,;/&|]\s*|\s+and\s+|\s+){_ONE}){{0,20}}"
# Where in the passage something stands.
_PLACE = r"(?:\s*[,:]\s*(?:pp?\.?|pages?|lines?)\s*\d+(?:\s*[-–]\s*\d+)?)?"
_MARKS = re.compile(
    rf"(?P<before>\b{_WORD}\s*)?(?P<space>(?<!\s)\s+|)(?P<stars>\**)[\[【(（]{{1,2}}\s*"
    rf"(?P<inside>{_LIST}){_PLACE}\s*(?:†[^】\n]*)?[\]】)）]{{1,2}}(?P=stars)",
    re.IGNORECASE,
)
# What an answer may list at its end.
_SOURCES = re.compile(
    r"(?P<before>)(?P<space>(?<!\s)\s+|\A)\**(?:sources?|references?|citations?|passages?)"
    rf"(?: used)?\**:\**\s*(?P<inside>[\[【(]?{_ONE}[\]】)]?"
    rf"(?:[,;\s]+[\[【(]?{_ONE}[\]】)]?){{0,20}})[.\s]*\Z",
    re.IGNORECASE,
)
_MARK = re.compile(rf"(?:{_LABEL}|(?<!\w))[#^\"'“]?({_BARE})", re.IGNORECASE)
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

    def written(before: str, known: Sequence[str]) -> str:
        named.update(known)
        return f"{before} {', '.join(known)}" if before else ""

    return replace_marks(answer, marks, written).strip(), frozenset(named)


def replace_marks(
    answer: str, marks: Collection[str], written: Callable[[str, Sequence[str]], str]
) -> str:
    """The answer with something else in the place of the marks that are there.

    Parameters
    ----------
    answer
        What a model wrote.
    marks
        Of the passages that it read.
    written
        From the word before a bracket, such as "Passage", and the marks in it to what is to stand
        there, the space before it included.
    """

    def replaced(match: re.Match[str]) -> str:
        inside = [one.lower() for one in _MARK.findall(match["inside"])]
        known = [one for one in inside if one in marks]
        # Round brackets and lists of sources are common: all in them must be marks.
        strict = match.re is _SOURCES or re.search(r"[(（]", match.group())
        if not known or (strict and len(known) < len(inside)):
            return match.group()
        return written((match["before"] or "").rstrip(), known)

    return "".join(
        part if place % 2 else _MARKS.sub(replaced, _SOURCES.sub(replaced, part))
        for place, part in enumerate(_CODE.split(answer))
    )


def without_mentions(text: str, marks: Collection[str]) -> str:
    """The text without "Passage a1b" and without marks of nothing, for comparing what it says."""
    text = re.sub(r"[\[【]\w{1,3}[\]】]", "", text)
    known = "|".join(map(re.escape, marks))
    return re.sub(rf"\b{_WORD}\s+(?:{known})\b", "", text, flags=re.IGNORECASE) if known else text
