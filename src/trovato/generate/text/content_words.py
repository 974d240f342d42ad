"""Words of a text as passages are compared by them."""

from __future__ import annotations

import re

from trovato.ops import QUERY_STOP_WORDS

_WORD = re.compile(r"\w+")


def words(text: str) -> list[str]:
    """Runs of letters and digits, case folded, in order."""
    return [match.group().casefold() for match in _WORD.finditer(text)]


def content_words(text: str) -> frozenset[str]:
    """Words that carry meaning, case folded."""
    return frozenset(words(text)) - QUERY_STOP_WORDS
