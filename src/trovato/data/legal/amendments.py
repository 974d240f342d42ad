"""What amendments change, and the wording of each article at each time."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from trovato.core import UnreadableFileError
from trovato.data.legal.articles import ARTICLE, Article, article_number, dates_of, split_articles
from trovato.ops import parse_chinese_number

_CLAUSE = re.compile(r"^[ \t\u3000]*[一二三四五六七八九十百]+、", re.MULTILINE)
_WHOLE = re.compile(rf"刑法{ARTICLE}修改为[:：]|刑法{ARTICLE}中?增加[^:：]*将该条修改为[:：]")
_INSERTED = re.compile(rf"刑法{ARTICLE}后增加一条[，,]?作为{ARTICLE}[:：]")
_INSERTED_MANY = re.compile(rf"刑法{ARTICLE}后增加[二三四五六七八九十]条")
_PARAGRAPH = re.compile(rf"刑法{ARTICLE}第([一二三四五六七八九十]+)款修改为[:：]")
_ADDED = re.compile(rf"刑法{ARTICLE}中增加一款[，,]?作为第([一二三四五六七八九十]+)款[:：]")
_REPEALED = re.compile(rf"删去刑法{ARTICLE}[。；]")
_ANY = re.compile(rf"刑法{ARTICLE}")

ChangeKind = Literal["replace", "insert", "paragraph", "add_paragraph", "repeal", "partial"]


@dataclass(frozen=True, slots=True)
class Change:
    """What an amendment does to one article.

    Parameters
    ----------
    article
        Its number.
    effective
        First day.
    kind
        "replace" and "insert" bring the whole article, "paragraph" and "add_paragraph" one
        paragraph of it; "partial" is a change that is not applied mechanically.
    text
        The new words.
    paragraph
        Number of the paragraph, from 1.
    """

    article: str
    effective: date
    kind: ChangeKind
    text: str = ""
    paragraph: int = 0


@dataclass(frozen=True, slots=True)
class ArticleVersion:
    """An article between two dates, both included; None is open.

    Parameters
    ----------
    article
        With the words of that time.
    valid_from, valid_to
        Days.
    exact
        False where the words of that time are in no given text: those of the next version stand
        in their place.
    """

    article: Article
    valid_from: date | None
    valid_to: date | None
    exact: bool = True


def read_changes(text: str) -> list[Change]:
    """The changes in one amendment, in order.

    Raises
    ------
    UnreadableFileError
        If it does not say when it takes effect.
    """
    effective = dates_of(text)[1]
    if effective is None:
        raise UnreadableFileError(
            "an amendment must say its date, as in 2015年8月29日 or 自2015年11月1日起施行: none "
            f"stands in {text[:40]!r}"
        )
    body = text.replace("\r\n", "\n").partition("<!-- INFO END -->")[2] or text
    starts = [match.start() for match in _CLAUSE.finditer(body)] or [0]
    clauses = [body[start:end] for start, end in zip(starts, [*starts[1:], len(body)], strict=True)]
    return [change for clause in clauses for change in _changes_of(clause, effective)]


def article_versions(
    current: Sequence[Article],
    changes: Iterable[Change],
    *,
    in_force_from: date | None = None,
    editions: Mapping[date, Sequence[Article]] | None = None,
) -> list[ArticleVersion]:
    """The wordings of each article over time, by article and date.

    Parameters
    ----------
    current
        The statute as it is after all changes.
    changes
        From `read_changes`, of all amendments.
    in_force_from
        First day of the statute before any change.
    editions
        Complete texts of earlier days, which give words that no amendment quotes.
    """
    by_article: defaultdict[str, list[Change]] = defaultdict(list)
    for change in changes:
        by_article[change.article].append(change)
    now = {article.number: article for article in current}
    known = {
        day: {article.number: article for article in edition}
        for day, edition in sorted((editions or {}).items())
    }
    numbers = [*now, *sorted(by_article.keys() - now.keys(), key=_order)]
    return [
        version
        for number in numbers
        for version in _versions_of(
            number,
            now.get(number),
            by_article[number],
            in_force_from,
            {day: articles[number] for day, articles in known.items() if number in articles},
        )
    ]


def _versions_of(
    number: str,
    current: Article | None,
    changes: list[Change],
    first_day: date | None,
    editions: Mapping[date, Article],
) -> list[ArticleVersion]:
    days = sorted({change.effective for change in changes})
    inserted = any(change.kind == "insert" and change.effective == days[0] for change in changes)
    starts: list[date | None] = [*days] if inserted else [first_day, *days]
    offences = current.offences if current else ()
    texts: list[str | None] = []
    for place, start in enumerate(starts):
        end = starts[place + 1] if place + 1 < len(starts) else None
        said = [change for change in changes if change.effective == start]
        text = _changed(texts[-1] if texts else None, said) if start in days else None
        for day, article in editions.items():
            if (start is None or start <= day) and (end is None or day < end):
                text = article.text
        if end is None:
            text = current.text if current else (text if text else "")
        texts.append(text)
    versions: list[ArticleVersion] = []
    later = ""
    for place in reversed(range(len(starts))):
        end = starts[place + 1] if place + 1 < len(starts) else None
        text = texts[place]
        words, exact = (text, True) if text is not None else (later, False)
        later = words or later
        if words:
            last_day = end - timedelta(days=1) if end else None
            article = Article(number, words, offences)
            versions.append(ArticleVersion(article, starts[place], last_day, exact))
    return versions[::-1]


def _changed(before: str | None, changes: Sequence[Change]) -> str | None:
    """The words after changes of one day; None where they cannot be told, "" where repealed."""
    if len(changes) == 1 and changes[0].kind in ("replace", "insert", "repeal"):
        return changes[0].text
    if before is None:
        return None
    paragraphs = re.split(r"\n(?![（(])", before)
    for change in changes:
        place = change.paragraph - 1
        if change.kind == "paragraph" and 0 <= place < len(paragraphs):
            paragraphs[place] = change.text
        elif change.kind == "add_paragraph" and 0 <= place <= len(paragraphs):
            paragraphs.insert(place, change.text)
        else:
            return None
    return "\n".join(paragraphs)


def _changes_of(clause: str, effective: date) -> list[Change]:
    quoted = _quoted(clause)
    alone = not re.search(r"”[。]?\s*(?:原第|增加)", clause)
    if found := _WHOLE.search(clause):
        parts = [part for part in found.groups() if part]
        return [Change(article_number(*parts[:2]), effective, "replace", quoted)]
    if found := _INSERTED.search(clause):
        return [Change(article_number(found[3], found[4]), effective, "insert", quoted)]
    if _INSERTED_MANY.search(clause):
        return [
            Change(article.number, effective, "insert", article.text)
            for article in split_articles(quoted)
            if article.number != "0"
        ]
    if (found := _PARAGRAPH.search(clause)) and alone:
        return [_of_paragraph(found, effective, "paragraph", quoted)]
    if (found := _ADDED.search(clause)) and not re.search("原第[^。]*修改为", clause):
        return [_of_paragraph(found, effective, "add_paragraph", quoted)]
    if found := _REPEALED.search(clause):
        return [Change(article_number(found[1], found[2]), effective, "repeal")]
    if found := _ANY.search(clause):
        return [Change(article_number(found[1], found[2]), effective, "partial")]
    return []


def _of_paragraph(found: re.Match[str], effective: date, kind: ChangeKind, text: str) -> Change:
    place = int(parse_chinese_number(found[3]) or 0)
    return Change(article_number(found[1], found[2]), effective, kind, text, place)


def _quoted(clause: str) -> str:
    """The quoted words of a clause: each of their paragraphs opens with a quotation mark."""
    first, last = clause.find("“"), clause.rfind("”")
    if first < 0:
        return ""
    last = len(clause) if last < first else last  # an edition may have lost the closing mark
    lines = (line.strip() for line in clause[first:last].split("\n"))
    return "\n".join(line.removeprefix("“") for line in lines if line)


def _order(number: str) -> tuple[int, int]:
    main, _, inserted = number.partition("-")
    return int(main), int(inserted or 0)
