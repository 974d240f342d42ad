"""Small pieces of text and markup that the templates use."""

from __future__ import annotations

from markupsafe import Markup, escape

from trovato.core import Answer, Evidence, Item


def marked(evidence: Evidence) -> Markup:
    """The snippet with its matched words in `<mark>`, everything else escaped."""
    parts, done = [], 0
    for start, end in evidence.marks:
        parts.append(escape(evidence.snippet[done:start]))
        parts.append(Markup("<mark>{}</mark>").format(evidence.snippet[start:end]))
        done = end
    parts.append(escape(evidence.snippet[done:]))
    return Markup("").join(parts)


def place(item: Item) -> str:
    """File and page of an item, or its id where it has none."""
    at = item.location
    return f"{at.file}, page {at.page}" if at else item.id


def made(answer: Answer) -> str:
    """How an answer came about."""
    guards = "+".join(guard for guard in answer.guards if guard != "none")
    behind = f" Guarded by {guards}." if guards else ""
    if answer.method == "extractive":
        return (
            f"Extractive: a sentence of a page, word for word; no language model wrote it.{behind}"
        )
    if not answer.method:
        return "Nothing was read."
    return f"Written by a language model ({answer.method}); check it against the pages.{behind}"
