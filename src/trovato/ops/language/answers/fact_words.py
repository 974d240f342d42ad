"""The words of a statement that may be right or wrong, and whether two are the same."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass

from trovato.ops.language.answers.function_words import (
    FUNCTION_WORDS,
    NEGATIONS,
    NUMBER_WORDS,
    OPENING_WORDS,
)

# Written without spaces between words: compared by characters.
UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff"
_TOKEN = re.compile(rf"\d+(?:[.,'’\u00a0\u202f]\d+)*|[^\W\d_{UNSPACED}]+(?:['’][^\W\d_]{{1,2}}\b)?")
_THOUSANDS = re.compile(r"\d{1,3}(?:[.,'’\u00a0\u202f]\d{3})+")
_ENDS = re.compile(r"[.!?:\n]\W*\Z")


@dataclass(frozen=True, slots=True)
class FactWord:
    """A word in the form in which it is compared.

    `hard` ones are names, numbers and negations, and all words of scripts without capitals: a
    statement with another one is another statement.
    """

    form: str
    hard: bool


def fact_words(text: str) -> list[FactWord]:
    """The words of a text that carry facts, in order.

    Marks on letters, capitals and the way of writing a number make no difference.

    Examples
    --------
    >>> [word.form for word in fact_words("The river has 1,500 km, and Ibsen's bridge two.")]
    ['river', '1500', 'km', 'ibsen', 'bridge', '2']
    """
    found = []
    for match in _TOKEN.finditer(text):
        form = _form(match.group())
        if form in NEGATIONS or match.group().casefold().endswith(("n't", "n’t")):
            found.append(FactWord("not", hard=True))
        elif form not in FUNCTION_WORDS:
            opens = not text[: match.start()].strip() or bool(_ENDS.search(text[: match.start()]))
            if not (opens and form in OPENING_WORDS):
                found.append(FactWord(form, _hard(match.group(), form)))
    return found


def same_word(word: str, others: Collection[str]) -> bool:
    """Whether a word is among others, in this form or with another ending.

    Examples
    --------
    >>> same_word("published", {"publishes"}), same_word("1871", {"1872"})
    (True, False)
    """
    if word in others:
        return True
    if word[:1].isdigit() or len(word) < 4:
        return False
    return any(_inflected(word, other) for other in others)


def _inflected(word: str, other: str) -> bool:
    if word.isascii() and other.isascii():
        longest = 2
        stem = 4
    else:
        longest, stem = 3, 3
        if min(len(word), len(other)) >= 3 and (word in other or other in word):
            return abs(len(word) - len(other)) <= longest  # Semitic articles stand before
    common = next(
        (at for at, (one, two) in enumerate(zip(word, other, strict=False)) if one != two),
        min(len(word), len(other)),
    )
    ends = max(len(word), len(other)) - common
    # The endings of verbs (publish-es, publish-ing) are longer than those of names.
    verb = word[:1].islower() and re.fullmatch(r"(e[ds]?|ing|s|d|t|er|en)?", word[common:])
    return common >= stem and (
        ends <= longest or bool(verb and re.fullmatch(r"(e[ds]?|ing|s|d|t|er|en)?", other[common:]))
    )


def _form(word: str) -> str:
    if word[:1].isdigit():
        word = "".join(str(unicodedata.digit(one, one)) for one in word)
        if _THOUSANDS.fullmatch(word):
            return re.sub(r"\D", "", word)
        return re.sub(r"\D", ".", word)
    word = re.sub(r"['’]\w{0,2}\Z", "", word.casefold())
    plain = "".join(
        one for one in unicodedata.normalize("NFKD", word) if not unicodedata.combining(one)
    )
    return NUMBER_WORDS.get(plain, plain)


def _hard(written: str, form: str) -> bool:
    caseless = written.lower() == written.upper()
    return form[:1].isdigit() or caseless or written[:1].isupper()
