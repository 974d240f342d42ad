"""Typed, dated sources: statutes, interpretations, guidelines, precedents, other documents."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Literal, get_args

from trovato.core import InvalidInputError, Item, PathLike, UnreadableFileError
from trovato.core.system.text_lines import json_lines, numbered_lines
from trovato.data.legal.amendments import Change, article_versions, read_changes
from trovato.data.legal.articles import Article, dates_of, split_articles

SourceType = Literal["statute", "interpretation", "guideline", "precedent", "documents"]
SOURCE_TYPES: tuple[SourceType, ...] = get_args(SourceType)

_AMENDMENT = re.compile(r"修正案")
_OPEN = date(9999, 12, 31)
_WANTED = 'a JSON object with "title" and "text", or "id" and "fact"'


@dataclass(frozen=True, slots=True)
class SourceArticle:
    """An article, a passage or a case of a source, with the days on which it holds.

    Parameters
    ----------
    source, type, jurisdiction
        What it belongs to.
    law
        Title of the text.
    article
        Its number and words.
    valid_from, valid_to
        First and last day; None is open.
    exact
        False where the words are those of the next version.
    """

    source: str
    type: SourceType
    jurisdiction: str
    law: str
    article: Article
    valid_from: date | None = None
    valid_to: date | None = None
    exact: bool = True

    def item(self) -> Item:
        """The item of a collection; days are numbers, such as 20110501, so that filters compare."""
        since = f"@{self.valid_from:%Y-%m-%d}" if self.valid_from else ""
        cited = self.law if self.article.number == "0" else f"{self.law}{self.article.title}"
        attributes: dict[str, str | int | float] = {
            "source": self.source,
            "source_type": self.type,
            "jurisdiction": self.jurisdiction,
            "law": self.law,
            "article": self.article.number,
            "title": cited,
            "offences": "; ".join(self.article.offences),
            "valid_from": _as_number(self.valid_from or date(1, 1, 1)),
            "valid_to": _as_number(self.valid_to or _OPEN),
            "exact": int(self.exact),
        }
        name = f"{self.source}/{self.law}/{self.article.number}{since}"
        filled = {key: value for key, value in attributes.items() if value != ""}
        return Item(name, self.type, self.article.text, attributes=filled)


def read_source(
    name: str,
    path: PathLike,
    type: SourceType,  # noqa: A002 (the word of the command line)
    *,
    jurisdiction: str = "",
    valid_from: date | None = None,
    valid_to: date | None = None,
) -> list[SourceArticle]:
    """Read a file, a folder of files, or a JSON Lines file of texts.

    A text whose title says that it is an amendment (修正案) becomes versions of the articles of the
    statute beside it. Interpretations of one title follow each other: each holds until the next
    takes effect.

    Parameters
    ----------
    name
        Of the source.
    path
        Text or Markdown, a folder of those, or JSON Lines with `title` and `text`, or with `id` and
        `fact` for precedents. Lines whose `kind` is another than `type` are passed over.
    type
        What it is.
    jurisdiction
        Where it holds, such as CN or a province; empty for everywhere.
    valid_from, valid_to
        First and last day, where the text does not say them.

    Raises
    ------
    InvalidInputError
        If `type` is unknown, or nothing is found.
    UnreadableFileError
        If a file cannot be read.
    """
    if type not in SOURCE_TYPES:
        raise InvalidInputError(f"a source is one of {', '.join(SOURCE_TYPES)}, got {type!r}")
    texts = [(title.strip(), text, charges) for title, text, charges in _texts(Path(path), type)]
    laws = [(title, text) for title, text, _ in texts if not _AMENDMENT.search(title)]
    amendments = [text for title, text, _ in texts if _AMENDMENT.search(title)]
    found: list[SourceArticle] = []
    if type == "statute":
        changes = [change for text in amendments for change in read_changes(text)]
        for title, text in laws:
            found += _statute(
                title, text, changes, (name, type, jurisdiction), valid_from, valid_to
            )
    else:
        for title, text, charges in texts:
            since = valid_from or dates_of(text)[1]
            found += [
                SourceArticle(name, type, jurisdiction, title, article, since, valid_to)
                for article in (
                    [Article("0", text, charges)] if type == "precedent" else split_articles(text)
                )
            ]
        found = _succeeding(found)
    if not found:
        raise InvalidInputError(
            f"{path} holds no {type}: pass a text, a folder of texts, or JSON Lines with "
            '"title" and "text"'
        )
    return found


def _statute(
    title: str,
    text: str,
    changes: list[Change],
    owner: tuple[str, SourceType, str],
    valid_from: date | None,
    valid_to: date | None,
) -> list[SourceArticle]:
    articles = split_articles(text)
    versions = article_versions(articles, changes, in_force_from=valid_from)
    return [
        SourceArticle(
            *owner,
            title,
            version.article,
            version.valid_from,
            version.valid_to or valid_to,
            version.exact,
        )
        for version in versions
    ]


def _succeeding(articles: list[SourceArticle]) -> list[SourceArticle]:
    """End each text on the day before a later text of the same title begins; drop repeats."""
    days: defaultdict[str, set[date]] = defaultdict(set)
    for article in articles:
        if article.valid_from:
            days[_same(article.law)].add(article.valid_from)
    kept: dict[tuple[str, str, date | None], SourceArticle] = {}
    for article in articles:
        since = article.valid_from
        known = days[_same(article.law)]
        if since is None and known:
            continue  # the dated copy of the same text is there
        later = [day for day in known if since and day > since]
        if later and article.valid_to is None:
            article = replace(article, valid_to=min(later) - timedelta(days=1))
        kept.setdefault((_same(article.law), article.article.number, since), article)
    return list(kept.values())


def _same(title: str) -> str:
    return re.sub(r"[\s、，]|具体应用|应用|适用|若干", "", title)


def _texts(path: Path, type_: SourceType) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Title, text and charges of each text."""
    if path.is_dir():
        for file in sorted(path.rglob("*")):
            if file.suffix in (".md", ".txt") and not file.name.startswith("_"):
                yield from _texts(file, type_)
    elif path.suffix == ".jsonl":
        for number, record in json_lines(path, _WANTED):
            yield from _record(record, number, type_)
    else:
        lines = [line for _, line in numbered_lines(path)]
        heading = lines[0].lstrip("# ").strip() if lines and lines[0].startswith("#") else path.stem
        yield heading, "\n".join(lines), ()


def _record(
    record: dict[str, Any], number: int, type_: SourceType
) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    if record.get("kind") not in (None, type_) and "text" in record:
        return
    title = record.get("title") or record.get("name") or record.get("id") or str(number)
    text = record.get("text") or record.get("fact")
    if not isinstance(text, str):
        raise UnreadableFileError(f"line {number} has no text: wanted {_WANTED}")
    if title != "_index":
        charges = str(record.get("charges") or record.get("charge") or "").split(";")
        yield str(title), text, tuple(charge.strip() for charge in charges if charge.strip())


def _as_number(day: date) -> int:
    return day.year * 10_000 + day.month * 100 + day.day
