"""The penalties that an article of a Chinese statute allows, by condition."""

from __future__ import annotations

import re
from dataclasses import dataclass

from trovato.ops import NUMERAL, StatutoryRange, parse_chinese_number

_FIXED = re.compile(
    rf"(?:(?P<exactly>{NUMERAL})年|(?:(?P<low>{NUMERAL})年以上)?(?:(?P<high>{NUMERAL})年以下)?)"
    r"(?P<kind>有期徒刑)"
    r"|(?P<detention>拘役)|(?P<life>无期徒刑)|(?P<death>死刑)"
)
_SENTENCE = re.compile(r"(?:，|^|[；。：\n])(?:对[^，；。]*?，)?处(?=[^，；。]*(?:徒刑|拘役|死刑))")
_END = re.compile(r"[；。：\n]")
# General limits of the Criminal Law: articles 42 and 45.
_SHORTEST_DETENTION, _LONGEST_DETENTION = 1, 6
_SHORTEST, _LONGEST = 6, 180


@dataclass(frozen=True, slots=True)
class Penalty:
    """What an article allows where a condition is met.

    Parameters
    ----------
    condition
        The words before the penalty.
    allowed
        Months of a term of limited length; life and death have none.
    fine
        Whether a fine may be added.
    start, end
        Characters of the article's text.
    """

    condition: str
    allowed: StatutoryRange
    fine: bool
    start: int
    end: int


def parse_penalties(text: str) -> list[Penalty]:
    """The penalties in the order the article names them; those without a limited term left out.

    Examples
    --------
    >>> found = parse_penalties("盗窃的，处三年以下有期徒刑；数额巨大的，处三年以上有期徒刑。")
    >>> [(one.condition, one.allowed.minimum, one.allowed.maximum) for one in found]
    [('盗窃的', 6.0, 36.0), ('数额巨大的', 36.0, 180.0)]
    """
    penalties = []
    for head in _SENTENCE.finditer(text):
        stop = _END.search(text, head.end())
        end = stop.start() if stop else len(text)
        allowed = _range(text[head.end() : end])
        if allowed is None:
            continue
        before = [match.end() for match in _END.finditer(text, 0, head.start())]
        start = before[-1] if before else 0
        said = text[start : head.start()].strip("，：:、 \n")
        penalties.append(Penalty(said, allowed, "罚金" in text[head.end() : end], start, end))
    return penalties


def _range(said: str) -> StatutoryRange | None:
    low: float | None = None
    high: float | None = None
    for found in _FIXED.finditer(said):
        if found["detention"]:
            low = _SHORTEST_DETENTION
            high = max(high or 0, _LONGEST_DETENTION)
        elif found["exactly"]:
            exactly = (parse_chinese_number(found["exactly"]) or 0) * 12
            low, high = min(low or exactly, exactly), max(high or 0, exactly)
        elif found["kind"] and (found["low"] or found["high"]):
            least = (parse_chinese_number(found["low"]) or 0) * 12 if found["low"] else _SHORTEST
            most = (parse_chinese_number(found["high"]) or 0) * 12 if found["high"] else _LONGEST
            low, high = min(low or least, least), max(high or 0, most)
        elif found["kind"]:
            low, high = low or _SHORTEST, high or _LONGEST
    if low is None or high is None or low > high:
        return None
    return StatutoryRange(float(low), float(high))
