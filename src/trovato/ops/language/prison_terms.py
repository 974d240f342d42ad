"""Prison terms as judgments and models write them, in months."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from trovato.ops.language.chinese_numerals import NUMERAL, parse_chinese_number, plain_digits

_SPAN = re.compile(
    rf"(?:(?P<years>{NUMERAL})\s*年)?(?:又?零?(?P<half>半)年?)?"
    rf"(?:又?零?(?P<months>{NUMERAL})\s*个?月)?(?P<halfmonth>半)?"
    rf"(?:又?零?(?P<days>{NUMERAL})\s*[日天])?"
)
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_RANGE = re.compile(r"(\d+(?:\.\d+)?)\s*(?:-|–|—|~|至|到)\s*(\d+(?:\.\d+)?)\s*(?:个月|月|months?)?")
_KINDS = (
    ("无期徒刑", "life"),
    ("死刑", "death"),
    ("免予刑事处罚", "exempt"),
    ("免除处罚", "exempt"),
)

TermKind = Literal["months", "life", "death", "exempt"]


@dataclass(frozen=True, slots=True)
class Term:
    """A pronounced term.

    Parameters
    ----------
    kind
        "months" for a term of limited length, or what stands in its place.
    months
        30 days make a month; None unless `kind` is "months".
    midpoint
        Whether a range was given, and its middle was taken.
    """

    kind: TermKind
    months: float | None = None
    midpoint: bool = False


def parse_term(text: str, *, lenient: bool = False) -> Term | None:
    """Read a term: a bare number of months, or Chinese such as 有期徒刑三年六个月.

    Parameters
    ----------
    text
        What was written.
    lenient
        Also take the middle of a range, such as 12-18.

    Returns
    -------
    Term or None
        None where no single term stands there.
    """
    text = plain_digits(text).strip()
    if _NUMBER.fullmatch(text):
        return Term("months", float(text))
    spread = _RANGE.fullmatch(text)
    if spread:
        low, high = float(spread[1]), float(spread[2])
        return Term("months", (low + high) / 2, midpoint=True) if lenient else None
    for word, kind in _KINDS:
        if word in text:
            return Term(kind)  # type: ignore[arg-type]
    return _in_words(text)


def _in_words(text: str) -> Term | None:
    found = [match for match in _SPAN.finditer(text) if match.group()]
    spans = [match for match in found if match["years"] or match["months"] or match["days"]]
    if len(spans) != 1:
        return None
    years, months, days = (
        parse_chinese_number(spans[0][part] or "零") for part in ("years", "months", "days")
    )
    if years is None or months is None or days is None:
        return None
    half = 6 * bool(spans[0]["half"]) + 0.5 * bool(spans[0]["halfmonth"])
    return Term("months", years * 12 + months + days / 30 + half)
