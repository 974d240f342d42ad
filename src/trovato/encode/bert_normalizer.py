"""What BERT's lower-casing normaliser makes of each character."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

DROPPED = {"Cc", "Cf", "Co", "Cs"}

# The blocks that BERT took to be written without blanks, so that each character is a word.
IDEOGRAPH = re.compile(
    "[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0002a6df\U0002a700-\U0002b73f"
    "\U0002b740-\U0002b81f\U0002b920-\U0002ceaf\U0002f800-\U0002fa1f]"
)

# The reference's categories are those of Unicode 8. What became a mark, a punctuation mark or a
# format character later (to Unicode 18) is a letter to it, and so is what lies unassigned between.
# Held to that here as well: else vectors would change with the version of Python.
LATER = re.compile(
    "[\u05c8-\u05c9\u061d\u07fd\u0890-\u08e2\u09fd-\u09fe\u0a76\u0afa-\u0aff\u0b53-\u0b55"
    "\u0c04-\u0c3c\u0c77\u0c84\u0d00\u0d3b-\u0d3c\u0d81\u0eba\u0ece\u180f-\u1886\u1abf-\u1af0"
    "\u1b4e-\u1b4f\u1b7d-\u1b7f\u1df6-\u1dfb\u2e43-\u2e63\ua82c\ua8c5\ua8ff\ua9bd"
    "\U00010d24-\U00010f89\U00011070-\U00011074\U000110c2-\U000110cd\U000111cf"
    "\U0001123e-\U00011241\U0001133b\U000113bb-\U0001145e\U00011660-\U0001166c\U000116b9"
    "\U0001182f-\U00011fff\U00012ff1-\U0001612f\U00016d6d-\U00016f4f\U00016fe2-\U00016fe4"
    "\U0001cf00-\U0001d128\U0001d25b-\U0001d25c\U0001e000-\U0001e6f5\U0001e944-\U0001e95f]"
)
CHANGED = {"\u1734": "Mn", "\U0001171e": "Mn", "\u166d": "Po", "\U000111c9": "Po"}


def category(character: str) -> str:
    """The general category of Unicode 8, as far as it matters here."""
    if LATER.match(character):
        return "Lo"
    return CHANGED.get(character) or unicodedata.category(character)


def is_punctuation(character: str) -> bool:
    """Whether it is punctuation to Unicode, or neither letter, digit nor blank in ASCII."""
    if character.isascii():
        return not character.isalnum()
    return category(character)[0] == "P"


@lru_cache(maxsize=8192)
def normalise(character: str) -> str:
    """What stands for `character` in the words that are looked up.

    Nothing if it is a control, a blank for a blank, the character between blanks if it is a word
    of its own (punctuation, ideographs), and otherwise its letters in lower case without accents:
    "é" gives "e", a syllable of Hangul its two or three letters.
    """
    kind = category(character)
    if kind[0] == "Z" or character in "\t\n\r":
        return " "
    if kind in DROPPED or character == "\ufffd":
        return ""
    # Accents first, then lower case: "İ" is an I with a dot to take away.
    apart = unicodedata.normalize("NFD", character)
    letters = "".join(letter.lower() for letter in apart if category(letter) != "Mn")
    if IDEOGRAPH.match(character):
        return f" {letters} "
    return "".join(f" {letter} " if is_punctuation(letter) else letter for letter in letters)
