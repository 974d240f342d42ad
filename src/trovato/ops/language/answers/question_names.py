"""Whether a page speaks of what a question names."""

from __future__ import annotations

from trovato.ops.language.answers.fact_words import FactWord, fact_words, same_word

_MET = 2 / 3  # of the names
# In German every noun has a capital.
_GERMAN = frozenset(
    "wer wie wo wann warum wem wen wessen welche welcher welches welchen der das dem".split()  # noqa: SIM905
)


def meets_names(question: str, page: str) -> bool:
    """Whether a page holds two thirds of a question's names and numbers.

    Names are words with a capital, but not in German questions, where every noun has one. A page
    without any word of the question may be in another language, and is not judged.

    Examples
    --------
    >>> meets_names("Who wrote Hello Love?", "Hello Love is a song by Hank Snow.")
    True
    >>> meets_names("Who wrote Hello Love?", "Goodbye is a song that Dan Lee wrote.")
    False
    """
    told = {word.form for word in fact_words(page)}
    asked = [(word, same_word(word.form, told)) for word in fact_words(question)]
    german = not _GERMAN.isdisjoint(question.casefold().split())
    names = [met for word, met in asked if _is_name(word, german=german)]
    if not any(met for _, met in asked):
        return True
    return sum(names) >= _MET * len(names)


def _is_name(word: FactWord, *, german: bool) -> bool:
    if word.form[:1].isdigit():
        return True
    # All words of scripts without capitals count as hard.
    return word.hard and not german and word.form.upper() != word.form
