"""Numbers as Chinese texts write them: 一千二百三十四, 3万元, １２．５万, 10,000."""

from __future__ import annotations

import re

_DIGITS = {digit: value for value, digit in enumerate("零一二三四五六七八九")} | {
    "〇": 0,
    "○": 0,
    "两": 2,
    "俩": 2,
}
_UNITS = {"十": 10, "百": 100, "千": 1000}
_MYRIADS = {"万": 10**4, "亿": 10**8}

# A number in either script, also mixed ("3万", "1.5亿"); separators only between three digits.
NUMERAL = (
    r"(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|[零〇○一二两三四五六七八九十百千]+)"
    r"(?:[十百千]?[万亿])*"
)


# Full-width forms of ASCII, and the space of the same width.
_PLAIN = {0xFF01 + place: 0x21 + place for place in range(94)} | {0x3000: 0x20}


def plain_digits(text: str) -> str:
    """The text with full-width forms made plain, character by character: places stay."""
    return text.translate(_PLAIN)


def parse_chinese_number(text: str) -> float | None:
    """The value of a number written in Chinese, Arabic or mixed digits; None for anything else.

    A sequence of digits without units is read digit by digit (二〇一三 is 2013).

    Examples
    --------
    >>> parse_chinese_number("一千二百三十四")
    1234.0
    >>> parse_chinese_number("1.5万")
    15000.0
    """
    text = plain_digits(text).replace(",", "").strip()
    if not text:
        return None
    arabic = re.fullmatch(r"(\d+(?:\.\d+)?)([十百千万亿]*)", text)
    if arabic:
        value = float(arabic[1])
        for unit in arabic[2]:
            value *= _UNITS.get(unit) or _MYRIADS[unit]
        return value
    return _in_characters(text)


def _in_characters(text: str) -> float | None:
    if all(character in _DIGITS for character in text):
        return float("".join(str(_DIGITS[character]) for character in text))
    total = section = 0
    digit: int | None = None
    last = 10**9
    for character in text:
        if character in _DIGITS:
            if digit:
                return None  # two digits in a row beside units
            digit = _DIGITS[character]
        elif character in _UNITS:
            section += (1 if digit is None else digit) * _UNITS[character]
            last, digit = _UNITS[character], None
        elif character in _MYRIADS:
            before = section + (digit or 0)
            # 亿 counts all that was said before it, 万 only what follows an 亿.
            total = (total + before) * 10**8 if character == "亿" else total + before * 10**4
            section, digit, last = 0, None, _MYRIADS[character]
        else:
            return None
    if digit and text[-2] not in _DIGITS and last > 10:
        return float(total + section + digit * last // 10)  # 三千五 is 3,500
    return float(total + section + (digit or 0))


def chinese_number(value: int) -> str:
    """An integer from 0 to 9999 in Chinese characters, as statutes number their articles.

    Examples
    --------
    >>> chinese_number(264)
    '二百六十四'
    """
    if value < 10:
        return "零一二三四五六七八九"[value]
    said, gap = "", False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, value = divmod(value, unit)
        if digit:
            said += ("零" if gap and said else "") + "零一二三四五六七八九"[digit] + name
        gap = not digit
    return said.removeprefix("一") if said.startswith("一十") else said
