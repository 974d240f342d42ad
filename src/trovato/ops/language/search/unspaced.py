"""Words of scripts that put no spaces between them, in the pieces that lines break at."""

from __future__ import annotations

import unicodedata

from trovato.ops.language.search.search_words import is_unspaced


def pieces_of(word: str) -> list[str]:
    """A word in pieces: each character of a script without spaces, and what stands between.

    Vowel signs and accents stay with their character.

    Examples
    --------
    >>> pieces_of("供水管X-12网")
    ['供', '水', '管', 'X-12', '网']
    >>> pieces_of("water")
    ['water']
    """
    if word.isascii():
        return [word]
    pieces: list[str] = []
    alone = False
    for character in word:
        mark = unicodedata.category(character)[0] == "M"
        unspaced = not mark and is_unspaced(character)
        if pieces and (mark or not (alone or unspaced)):
            pieces[-1] += character
        else:
            pieces.append(character)
        alone = alone if mark else unspaced
    return pieces
