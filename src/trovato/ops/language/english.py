"""Whether a text is in English."""

from __future__ import annotations

import re

from trovato.ops.language.search.search_words import query_words
from trovato.ops.language.stop_words import QUERY_STOP_WORDS, stop_words_of

_LETTER = re.compile(r"[^\W\d_]")
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f\u1e00-\u1eff]")
_FEWEST_LETTERS = 40
_FEWEST_OF_A_SCRIPT = 4  # a script is told by fewer letters than a language
_READ = 4000  # characters that are looked at


def is_english(text: str) -> bool | None:
    """Whether a text is in English; None where it is too short to tell.

    It is not, where more than a third of its letters are not Latin, or where it holds more
    different function words of another language than of English.

    Examples
    --------
    >>> is_english("The harbour was opened in the year 1871, and ships unload at its long quay.")
    True
    >>> is_english("Der Hafen wurde im Jahr 1871 eröffnet, und die Schiffe löschen Holz am Kai.")
    False
    >>> is_english("供水管网")
    False
    """
    if not is_latin(text):
        return False
    if len(_LETTER.findall(text[:_READ])) < _FEWEST_LETTERS:
        return None
    return stop_words_of(query_words(text[:_READ])) is QUERY_STOP_WORDS


def is_latin(text: str) -> bool:
    """Whether at least two thirds of a text's letters are Latin; so it is without 4 letters.

    Examples
    --------
    >>> is_latin("Straße"), is_latin("供水管网 DN 200"), is_latin("2015")
    (True, False, True)
    """
    letters = _LETTER.findall(text[:_READ])
    latin = sum(1 for letter in letters if _LATIN.match(letter))
    return len(letters) < _FEWEST_OF_A_SCRIPT or 3 * latin >= 2 * len(letters)
