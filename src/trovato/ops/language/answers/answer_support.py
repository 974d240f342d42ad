"""Does a sentence of a page say what an answer says."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from itertools import pairwise

from trovato.ops.language.answers.fact_words import UNSPACED, FactWord, fact_words, same_word
from trovato.ops.language.answers.function_words import FUNCTION_CHARACTERS

_RUN = re.compile(rf"[{UNSPACED}]+")
_HIRAGANA = re.compile(r"[\u3040-\u309f]")
# Of the new words so many may be said otherwise, and where names stand by them.
_MISSING, _BESIDE_NAMES = 1 / 3, 1 / 2
# Share of an answer's words that follow the sentence: then none is said otherwise.
_COPY = 0.75


def is_supported(answer: str, quote: str, question: str = "") -> bool:
    """Whether a quotation holds what an answer adds to its question.

    Every new name, number and negation of the answer must stand in the quotation. Of all new words
    a third may be said otherwise, or half beside names, but not the last one and not two in a row;
    an answer that follows the quotation word for word may change none. Scripts without capitals
    have no names that could be told from words: there every new word must stand in the quotation,
    with other endings at most, and in Chinese, Japanese and Thai every new run of characters.

    Parameters
    ----------
    answer
        One sentence.
    quote
        What stands on the page.
    question
        Its words are not new.

    Examples
    --------
    >>> is_supported("It was published by Wiley.", "The journal is published by the APA.")
    False
    """
    known = [word.form for word in fact_words(question)]
    told = [word.form for word in fact_words(quote)]
    words = fact_words(answer)
    new = [word for word in words if word.form == "not" or not same_word(word.form, known)]
    missing = [not same_word(word.form, told) for word in new]
    if any(lost and word.hard for word, lost in zip(new, missing, strict=True)):
        return False
    share = _BESIDE_NAMES if any(word.hard for word in new) else _MISSING
    if any(missing) and (missing[-1] or _copied(words, told) or _too_many(missing, share)):
        return False
    return all(_covered(run, quote + "\n" + question) for run in _RUN.findall(answer))


def _too_many(missing: Sequence[bool], share: float) -> bool:
    in_a_row = any(one and two for one, two in pairwise(missing))
    return in_a_row or sum(missing) > share * len(missing)


def _copied(words: Sequence[FactWord], told: Sequence[str]) -> bool:
    said = [word.form for word in words]
    blocks = SequenceMatcher(None, said, told, autojunk=False).get_matching_blocks()
    return sum(block.size for block in blocks) >= _COPY * len(said) and len(said) > 5


def _covered(run: str, told: str) -> bool:
    """Whether each pair of characters, but for those without facts, stands in the other text."""
    for place, character in enumerate(run):
        if character in FUNCTION_CHARACTERS or _HIRAGANA.match(character):
            continue
        pairs = (run[max(place - 1, 0) : place + 1], run[place : place + 2])
        neighbours = [pair for pair in pairs if len(pair) == 2]
        facts = [pair for pair in neighbours if not _empty(pair, character)]
        if facts and not any(pair in told for pair in facts):
            return False
        if character not in told:
            return False
    return True


def _empty(pair: str, character: str) -> bool:
    other = pair.replace(character, "", 1)
    return other in FUNCTION_CHARACTERS or bool(_HIRAGANA.match(other))
