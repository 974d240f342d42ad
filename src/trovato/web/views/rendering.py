"""Small pieces of text and markup that the templates use."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Any

from markupsafe import Markup, escape

from trovato.core import Evidence, Item
from trovato.library import page_name

_TITLE = 60  # characters of a question or a name
_VOTES = 5  # that a sentence counts up
# Letters of these kinds change how their neighbours are read, or cannot be seen.
_UNSEEN = ("Cc", "Cf", "Zl", "Zp")


def marked(evidence: Evidence) -> Markup:
    """The snippet with its matched words in `<mark>`, everything else escaped."""
    return marked_text(evidence.snippet, evidence.marks)


def marked_text(text: str, spans: tuple[tuple[int, int], ...]) -> Markup:
    """A text with some spans, ascending and disjoint, in `<mark>`; everything else escaped."""
    parts, done = [], 0
    for start, end in spans:
        parts.append(escape(text[done:start]))
        parts.append(Markup("<mark>{}</mark>").format(text[start:end]))
        done = end
    parts.append(escape(text[done:]))
    return Markup("").join(parts)


def shown_name(name: str) -> Markup:
    """A file's name that cannot pretend to be another one.

    Its direction is kept from what stands around it, and letters that turn or hide others are shown
    by their number.
    """
    parts = [
        Markup('<span class="control">U+{:04X}</span>').format(ord(char))
        if unicodedata.category(char) in _UNSEEN
        else escape(char)
        for char in name
    ]
    return Markup("<bdi>{}</bdi>").format(Markup("").join(parts))


def plain_name(name: str) -> str:
    """The same as text alone, for titles and attributes."""
    return "".join(
        f"U+{ord(char):04X}" if unicodedata.category(char) in _UNSEEN else char for char in name
    )


def place(item: Item) -> Markup:
    """File and page of an item, or its id where it has none."""
    at = item.location
    if at is None:
        return shown_name(item.id)
    return Markup("{}, page {}").format(shown_name(at.file), page_name(item))


def cited_place(item: Mapping[str, Any]) -> Markup:
    """The same of an item in the JSON of an answer."""
    if item["file"] is None:
        return shown_name(item["id"])
    return Markup("{}, page {}").format(shown_name(item["file"]), item["page"])


def named(page: str) -> Markup:
    """The id of a page as file and page."""
    file, number, at = page.rpartition("#")
    return Markup("{}, page {}").format(shown_name(file), at) if number else shown_name(page)


def cut(text: str) -> str:
    """A text that is short enough for a title."""
    return text if len(text) <= _TITLE else text[: _TITLE - 1] + "…"


def squeezed(text: str) -> str:
    """A text in one line."""
    return " ".join(text.split())


def made(answer: Mapping[str, Any]) -> str:
    """How an answer came about."""
    guards = "+".join(guard for guard in answer["guards"] if guard != "none")
    behind = f" Guarded by {guards}." if guards else ""
    if answer["method"] == "extractive":
        return (
            f"Extractive: a sentence of a page, word for word; no language model wrote it.{behind}"
        )
    if not answer["method"]:
        return "Nothing was read."
    return f"Written by a language model ({answer['method']}); check it against the pages.{behind}"


def why_not(answer: Mapping[str, Any]) -> str:
    """What stands in the place of an answer; answers of older versions say less."""
    if answer.get("refused"):
        return f"The language model declined to answer: {answer['refused']}"
    if answer.get("cut"):
        return "The model did not come to its answer before the most it may write."
    votes: Mapping[str, int] = answer.get("votes") or {}
    if len(votes) > 1:
        first = "; ".join(f"{count} for “{text}”" for text, count in list(votes.items())[:_VOTES])
        more = len(votes) - _VOTES
        return f"The pages disagree: {first}{f'; {more} more' if more > 0 else ''}."
    return "No answer was found in the pages."


FILTERS = {
    "cited_place": cited_place,
    "cut": cut,
    "made": made,
    "marked": marked,
    "named": named,
    "page_name": page_name,
    "place": place,
    "plain_name": plain_name,
    "shown_name": shown_name,
    "squeezed": squeezed,
    "why_not": why_not,
}
