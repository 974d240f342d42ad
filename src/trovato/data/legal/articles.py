"""A statute or an interpretation, split into its articles."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from trovato.ops import chinese_number, parse_chinese_number

_NUMERAL = "[零〇一二三四五六七八九十百千]+"
ARTICLE = rf"第({_NUMERAL})条(?:之({_NUMERAL}))?"
_HEAD = re.compile(rf"^[ \t\u3000]*{ARTICLE}(?:[ \t\u3000]+|(?=【))", re.MULTILINE)
_NAMES = re.compile(r"^【([^】]*)】\s*")
_HEADING = re.compile(
    rf"^[ \t\u3000]*(?:#+[ \t].*|第{_NUMERAL}[编章节](?:[ \t\u3000].*)?|<!--.*-->|附则|附件.*)$",
    re.MULTILINE,
)
_DATE = r"(\d{4})年(\d{1,2})月(\d{1,2})日"
_EFFECTIVE = re.compile(rf"自{_DATE}起(?:施行|生效)|{_DATE}\s*(?:起)?施行")
_PASSED = re.compile(rf"^{_DATE}", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Article:
    """One article.

    Parameters
    ----------
    number
        Such as "264", or "133-1" for 第一百三十三条之一; "0" for a text without articles.
    text
        Without its number; paragraphs are lines.
    offences
        Names of offences, where the edition prints them in 【】.
    """

    number: str
    text: str
    offences: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """As a Chinese text cites it."""
        main, _, inserted = self.number.partition("-")
        return f"第{chinese_number(int(main))}条" + (
            f"之{chinese_number(int(inserted))}" if inserted else ""
        )


def article_number(main: str, inserted: str | None = None) -> str:
    """The number of an article from its Chinese numerals: 一百三十三, 一 → "133-1"."""
    value = parse_chinese_number(main)
    after = parse_chinese_number(inserted) if inserted else None
    return f"{value or 0:.0f}" + (f"-{after:.0f}" if after is not None else "")


def split_articles(text: str) -> list[Article]:
    """Split a text where a line begins with an article's number, in the order they stand.

    Headings of parts, chapters and sections are left out; what stands before the first article is
    no article. A text without any is one article, "0".
    """
    text = text.replace("\r\n", "\n").partition("<!-- INFO END -->")[2] or text
    heads = list(_HEAD.finditer(text))
    if not heads:
        whole = _paragraphs(text)
        return [Article("0", whole)] if whole else []
    ends = [*(head.start() for head in heads[1:]), len(text)]
    articles = []
    for head, end in zip(heads, ends, strict=True):
        body = _paragraphs(text[head.end() : end])
        names = _NAMES.match(body)
        # An enumeration comma may stand inside one name; a semicolon never does.
        offences = re.split(r"[;；]", names[1]) if names else []
        articles.append(
            Article(
                article_number(head[1], head[2]),
                body[names.end() :] if names else body,
                tuple(name.strip() for name in offences),
            )
        )
    return articles


def dates_of(text: str) -> tuple[date | None, date | None]:
    """When a text was passed and since when it has been in force, as it says itself.

    A text that is in force from its announcement, or says nothing, is in force from the last date
    at the head of a line before its first article.
    """
    before = text.partition("<!-- INFO END -->")[0] if "<!-- INFO END -->" in text else text[:600]
    passed = [_as_date(*found.groups()) for found in _PASSED.finditer(before)]
    said = [
        _as_date(*(part for part in found.groups() if part)) for found in _EFFECTIVE.finditer(text)
    ]
    known = [day for day in passed if day]
    forced = [day for day in said if day]
    first = known[0] if known else None
    return first, (forced[-1] if forced else known[-1] if known else None)


def _as_date(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _paragraphs(text: str) -> str:
    lines = (line.strip(" \t\u3000") for line in _HEADING.sub("", text).split("\n"))
    return "\n".join(line for line in lines if line and line not in ("（删去）", "(删去)"))
