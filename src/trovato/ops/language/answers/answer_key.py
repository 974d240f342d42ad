"""What an answer comes down to, so that two ways of saying it are one."""

from __future__ import annotations

import re

from trovato.ops.language.answers.abstention import is_abstention
from trovato.ops.language.answers.answer_normalization import normalize_answer
from trovato.ops.language.answers.fact_words import UNSPACED, fact_words, same_word

# Nouns that only introduce what an answer is.
_AROUND = frozenset({"answer", "date", "name", "number", "total", "year"})
_RUN = re.compile(rf"[{UNSPACED}]+")
_EMPTY = re.compile(r"[\u3040-\u309f是的了为在由]|答案")  # hiragana, and what only joins


def answer_key(answer: str, question: str = "") -> str:
    """The names of an answer, else its numbers with their units, else its other words.

    Words of the question, articles, auxiliaries and the order of words make no difference. The key
    follows from this answer and the question alone, so that votes over keys can be certified. An
    answer that says that there is none (`is_abstention`) has the empty key.

    Examples
    --------
    >>> {answer_key(text, "What is the capital?") for text in ("Paris", "The capital is Paris.")}
    {'paris'}
    """
    if not normalize_answer(answer) or is_abstention(answer):
        return ""
    asked = {*_AROUND, *(word.form for word in fact_words(question))}
    words = [word for word in fact_words(answer) if not same_word(word.form, asked)]
    negated = ["not"] if any(word.form == "not" for word in words) else []
    words = [word for word in words if word.form != "not"]
    hard = [word.form for word in words if word.hard]
    named = any(not form[0].isdigit() for form in hard)
    runs = [_EMPTY.sub("", run) for run in _RUN.findall(answer)]
    found = {*(hard if named else (word.form for word in words)), *filter(None, runs)}
    return " ".join([*negated, *sorted(found)]) or normalize_answer(answer)
