"""Words of captions, as they are compared: lower case, singular, without possessives."""

from __future__ import annotations

import re
import unicodedata

_WORD = re.compile(r"\w+")
_POSSESSIVE = re.compile(r"['’](?:s\b)?")
_T_SHIRT = re.compile(r"\bt[ -]shirt")
_IRREGULAR = {
    "men": "man",
    "women": "woman",
    "people": "person",
    "children": "child",
    "feet": "foot",
    "gray": "grey",
}


def word_stems(text: str) -> list[str]:
    """The words of a text in order, in the form in which they are compared.

    Plurals of English lose their ending; words of other languages keep theirs, mostly.

    Examples
    --------
    >>> word_stems("Women's T-shirts, dark-blue")
    ['woman', 'tshirt', 'dark', 'blue']
    """
    return [_stem(word) for word in _WORD.findall(comparable(text))]


def comparable(text: str) -> str:
    """Lower case and one way of writing each letter; possessives go."""
    lower = unicodedata.normalize("NFKC", text).lower()
    return _T_SHIRT.sub("tshirt", _POSSESSIVE.sub("", lower))


def _stem(word: str) -> str:
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 4 and word.endswith(("ches", "shes", "sses", "xes")):
        return word[:-2]
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word
