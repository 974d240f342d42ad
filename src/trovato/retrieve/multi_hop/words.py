"""The words of a text, as they are counted."""

from __future__ import annotations

import re

from trovato.ops import QUERY_STOP_WORDS

_WORD = re.compile(r"\w+")


def words_of(text: str) -> list[str]:
    """Its words in small letters, in order."""
    return [found.casefold() for found in _WORD.findall(text)]


def asked_words(question: str) -> list[str]:
    """The words that a question is about, each once."""
    return [word for word in dict.fromkeys(words_of(question)) if word not in QUERY_STOP_WORDS]
