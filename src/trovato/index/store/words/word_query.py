"""A question in the language of SQLite's FTS5."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from trovato.ops import (
    SearchQuery,
    codes,
    is_unspaced,
    joined,
    linked_runs,
    query_words,
    stop_words_of,
)

# A whole page pasted as a question still answers in bounded time.
_MOST_TERMS = 256


@dataclass(frozen=True, slots=True)
class WordQuery:
    """What is asked of the word index: any term is enough, every phrase must be there.

    Parameters
    ----------
    terms
        Words.
    linked
        Part numbers and the like, asked for as phrases.
    codes
        The same and linked words, without separators.
    prefixes
        Beginnings of words.
    phrases
        Words that must stand in a row.
    excluded
        Words or phrases that must be absent.
    near
        Terms that are asked for in place of one that is not in the index.
    """

    terms: tuple[str, ...]
    linked: tuple[str, ...]
    codes: tuple[str, ...]
    prefixes: tuple[str, ...]
    phrases: tuple[str, ...]
    excluded: tuple[str, ...]
    near: Mapping[str, tuple[str, ...]]

    @property
    def expression(self) -> str:
        """What a page must match; empty where there is no word at all."""
        either = " OR ".join(self.either)
        if not either:
            return ""
        found = " AND ".join([f"({either})", *_phrases(self.phrases)])
        return f"({found}) NOT ({self.unwanted})" if self.unwanted else found

    @property
    def either(self) -> list[str]:
        """Words and phrases of which a page must have one, each once, in FTS5's language."""
        wanted = [
            one
            for term in self.terms
            for one in (_any_form(term), *map(_quoted, self.near.get(term, ())))
        ]
        wanted += _phrases(self.linked)
        wanted += map(_quoted, self.codes)
        wanted += [f"{prefix}*" for prefix in _phrases(self.prefixes)]
        # A phrase is among the words too: then pages with it alone are found.
        return list(dict.fromkeys([*wanted, *_phrases(self.phrases)]))

    @property
    def scored(self) -> list[str]:
        """What adds to a page's score; as in FTS5, a phrase that must be there counts twice."""
        either = self.either
        return [*either, *_phrases(self.phrases)] if either else []

    @property
    def wanted(self) -> str:
        """What a page must match however it was found; empty for no condition."""
        return " AND ".join(_phrases(self.phrases))

    @property
    def unwanted(self) -> str:
        """What a page must not match; empty for no condition."""
        return " OR ".join(_phrases(self.excluded))


def content_words(text: str) -> list[str]:
    """The terms that a text asks for, each once: its words without stop words.

    Stop words are kept where nothing else is there.
    """
    terms = list(dict.fromkeys(query_words(text)))
    stops = stop_words_of(terms)
    return [term for term in terms if term not in stops][:_MOST_TERMS] or terms


def free_words(query: SearchQuery) -> list[str]:
    """The terms outside of a question's operators; no lone stop words beside them."""
    terms = content_words(query.free)
    beside = bool(query.phrases or query.prefixes) and stop_words_of(terms).issuperset(terms)
    return [] if beside else terms


def linked_of(text: str) -> list[str]:
    """The part numbers and other linked runs of a question, and codes that have no separators."""
    runs = linked_runs(text)
    parts = {joined(run) for run in runs} | {term for run in runs for term in query_words(run)}
    return [*dict.fromkeys(runs), *(code for code in codes(text) if code not in parts)]


def is_code(run: str) -> bool:
    """Whether a linked run is a number of something; "wind-tunnel" is two words."""
    return any(character.isdigit() for character in run)


def _phrases(texts: Iterable[str]) -> list[str]:
    return [_quoted(" ".join(words)) for text in texts if (words := query_words(text))]


def _any_form(term: str) -> str:
    """A term; a single character of a script without spaces begins terms."""
    return f"{_quoted(term)}*" if len(term) == 1 and is_unspaced(term) else _quoted(term)


def _quoted(words: str) -> str:
    """Nothing between the quotation marks is syntax: words hold none."""
    return f'"{words}"'
