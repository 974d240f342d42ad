"""A question in the language of SQLite's FTS5."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

from trovato.ops import (
    QUERY_STOP_WORDS,
    SearchQuery,
    codes,
    is_unspaced,
    linked_words,
    query_words,
)

# A whole page pasted as a question still answers in bounded time.
_MOST_TERMS = 256


def content_words(text: str) -> list[str]:
    """The terms that a text asks for, each once: its words without stop words.

    Stop words are kept where nothing else is there.
    """
    terms = list(dict.fromkeys(query_words(text)))
    return [term for term in terms if term not in QUERY_STOP_WORDS][:_MOST_TERMS] or terms


def match_query(
    query: SearchQuery, near: Mapping[str, Sequence[str]] = MappingProxyType({})
) -> str:
    """The expression that a page must match; empty where a question has no word at all.

    Any free word is enough. What is linked in the question, such as a part number, is also asked
    for as a phrase and without its separators, so that pages with all of it come first. Each phrase
    must be there, and no excluded word.

    Parameters
    ----------
    query
        What is asked.
    near
        Terms of the index to ask for beside a term of `content_words` that is not in it.
    """
    terms = content_words(query.free)
    if (query.phrases or query.prefixes) and QUERY_STOP_WORDS.issuperset(terms):
        terms = []  # "or" beside a phrase
    wanted = [one for term in terms for one in (_any_form(term), *map(_quoted, near.get(term, ())))]
    wanted += [_phrase(words) for words in linked_words(query.free)]
    wanted += [_quoted(code) for code in codes(query.free)]
    wanted += [f"{_phrase(query_words(prefix))}*" for prefix in query.prefixes]
    phrases = [_phrase(words) for phrase in query.phrases if (words := query_words(phrase))]
    excluded = [_phrase(words) for phrase in query.excluded if (words := query_words(phrase))]
    # A phrase is among the words too: then pages with it alone are found.
    either = " OR ".join(dict.fromkeys(one for one in [*wanted, *phrases] if one != '""*'))
    if not either:
        return ""
    demanded = " AND ".join([f"({either})", *phrases])
    return f"({demanded}) NOT ({' OR '.join(excluded)})" if excluded else demanded


def _any_form(term: str) -> str:
    """A term; a single character of a script without spaces begins terms."""
    return f"{_quoted(term)}*" if len(term) == 1 and is_unspaced(term) else _quoted(term)


def _phrase(words: Iterable[str]) -> str:
    return _quoted(" ".join(words))


def _quoted(words: str) -> str:
    """Nothing between the quotation marks is syntax: words hold none."""
    return f'"{words}"'
