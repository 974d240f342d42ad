"""What a model asks for in tags."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from trovato.core import check_many

_ANSWER = "answer"
_INNER = re.compile(r"\s*<(?P<argument>[\w-]+)>(?P<text>.*?)</(?P=argument)>\s*\Z", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Action:
    """A tool call or an answer.

    Parameters
    ----------
    name
        Of the tool, or "answer".
    text
        Its input.
    argument
        The tag inside, such as the kind of source that a search names.
    end
        Characters of the text up to and with the closing tag.
    """

    name: str
    text: str
    argument: str
    end: int


def parse_action(text: str, tools: Collection[str]) -> Action | None:
    """The first complete action in a text: `<tool>…</tool>` or `<answer>…</answer>`.

    Examples
    --------
    >>> parse_action("so <search><statute>theft</statute></search> next", ["search"])
    Action(name='search', text='theft', argument='statute', end=48)
    """
    check_many("tools", tools)
    names = "|".join(map(re.escape, [*tools, _ANSWER]))
    found = re.search(rf"<({names})>(.*?)</\1>", text, re.DOTALL)
    if found is None:
        return None
    inner = _INNER.match(found[2]) if found[1] != _ANSWER else None
    if inner:
        return Action(found[1], inner["text"].strip(), inner["argument"], found.end())
    return Action(found[1], found[2].strip(), "", found.end())
