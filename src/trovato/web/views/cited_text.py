"""What was answered, as markup: paragraphs, lists, tables, and links to the citations."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from functools import cache
from typing import Any

from markdown_it import MarkdownIt
from markupsafe import Markup

from trovato.core import Item
from trovato.generate import mark_of
from trovato.generate.text.marks import replace_marks, without_marks

# Stand for a citation while Markdown is read; what a model writes has none of them.
_OPEN, _CLOSE = "\ue000", "\ue001"
_HELD = re.compile(f"{_OPEN}([0-9 ]*){_CLOSE}")
_BOLD_ONLY = ["blockquote", "code", "emphasis", "escape", "fence", "list", "newline", "table"]


@cache
def _markdown() -> MarkdownIt:
    """Only what cannot lead anywhere or load anything: no HTML, links, pictures or headings."""
    reader = MarkdownIt("zero", {"html": False, "breaks": True})
    reader.enable([*_BOLD_ONLY, "backticks", "balance_pairs"], ignoreInvalid=True)
    return reader


def cited_text(answer: Mapping[str, Any], written: str) -> Markup:
    """An answer with `[1]` as a link to its first citation, and so on.

    Parameters
    ----------
    answer
        As `trovato ask --json` prints it.
    written
        What a language model wrote, with the marks of passages; empty where none did.
    """
    text = _free(written)
    read = [one["item"]["id"] for one in answer["citations"]]
    read += [one["id"] for one in answer.get("sources", ())]
    marks = {mark_of(Item(one, "page")) for one in read}
    if _plain(without_marks(text, marks)[0]) == _plain(_free(answer["text"])):
        linked = cited_marks(text, answer["citations"], marks)
        if 'class="cite"' in linked:
            return linked
    behind = answer["citations"][:1] if answer["method"] == "extractive" else answer["citations"]
    text = _free(answer["text"])
    return _rendered(text + _held(range(1, len(behind) + 1)), extractive=answer["method"])


def cited_marks(
    written: str, citations: Sequence[Mapping[str, Any]], marks: Collection[str] = ()
) -> Markup:
    """What a language model wrote, its marks as links to citations.

    Parameters
    ----------
    written
        With marks of passages.
    citations
        As `trovato ask --json` prints them.
    marks
        Of passages that are not cited: they are left out. What is no mark of a passage stays.
    """
    numbers: dict[str, list[int]] = {}
    for number, citation in enumerate(citations, start=1):
        numbers.setdefault(mark_of(Item(citation["item"]["id"], "page")), []).append(number)

    def linked(before: str, known: Sequence[str]) -> str:
        return before + _held([number for mark in known for number in numbers.get(mark, ())])

    return _rendered(replace_marks(_free(written), {*numbers, *marks}, linked))


def _rendered(text: str, extractive: str = "") -> Markup:
    """A sentence of a page stands as it is; what a model wrote may hold Markdown."""
    if extractive == "extractive":
        body = str(Markup("<p>{}</p>").format(text))
    else:
        body = _markdown().render(text)
    return Markup(_HELD.sub(_links, body))  # noqa: S704 (rendered without HTML, or escaped)


def _links(match: re.Match[str]) -> str:
    return "".join(f' <a class="cite" href="#cite-{n}">[{n}]</a>' for n in match[1].split())


def _held(numbers: Any) -> str:
    said = " ".join(map(str, numbers))
    return f"{_OPEN}{said}{_CLOSE}" if said else ""


def _free(text: str) -> str:
    return text.replace(_OPEN, "").replace(_CLOSE, "")


def _plain(text: str) -> str:
    return " ".join(text.split())
