"""What a question asks of words: free ones, phrases, words that must be absent, beginnings."""

from __future__ import annotations

import re
from dataclasses import dataclass

_QUOTED = r'"(?P<{0}>[^"]+)"|“(?P<{0}2>[^“”]+)”|„(?P<{0}3>[^„“”]+)[“”]|«(?P<{0}4>[^«»]+)»'
_OPERATOR = re.compile(
    r"(?<!\S)-(?:" + _QUOTED.format("not") + r"|(?P<not5>[^\W\d_][\w-]*|[\w-]*[^\W\d_][\w-]*))"
    r"|" + _QUOTED.format("phrase") + r"|(?<!\w)(?P<prefix>\w[\w-]+)\*(?!\w)"
)


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """A question, taken apart.

    Parameters
    ----------
    text
        What is left to read and to encode: without what must be absent, and without stars.
    free
        The words of it that stand outside of phrases and are no beginnings.
    phrases
        Words that must stand in a row, from quotation marks.
    excluded
        Words or phrases that must be absent, after a minus.
    prefixes
        Beginnings of words, before a star.
    """

    text: str
    free: str
    phrases: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    prefixes: tuple[str, ...] = ()

    @property
    def demands(self) -> bool:
        """Whether pages may be found by it only if their words meet a condition."""
        return bool(self.phrases or self.excluded)


def parse_search_query(question: str) -> SearchQuery:
    """Take a question apart; whatever is no operator is words, so every question is one.

    `"…"` (also “…”, „…“ and «…») is a phrase, `-word` and `-"…"` must be absent, and `8841*` is the
    beginning of a word. A minus before a number is its sign. A question that would be left without
    a word has no operators.

    Examples
    --------
    >>> parse_search_query('"seal kit" for pump -XK 8841*').phrases
    ('seal kit',)
    >>> parse_search_query('seal kit -XK at -5 °C').text
    'seal kit at -5 °C'
    """
    said: dict[str, list[str]] = {"phrase": [], "not": [], "prefix": []}

    def read(operator: re.Match[str], *, kept: bool) -> str:
        name, value = next((key, got) for key, got in operator.groupdict().items() if got)
        kind = name.rstrip("2345")
        if kept:
            return {"not": "", "prefix": value}.get(kind, operator.group())
        said[kind].append(value)
        return " "

    text = " ".join(_OPERATOR.sub(lambda found: read(found, kept=True), question).split())
    if not re.search(r"\w", text):
        return SearchQuery(question, question)
    free = _OPERATOR.sub(lambda found: read(found, kept=False), question)
    return SearchQuery(
        text, " ".join(free.split()), *(tuple(said[kind]) for kind in ("phrase", "not", "prefix"))
    )
