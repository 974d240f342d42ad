"""What a question wants that not every sentence can give."""

from __future__ import annotations

import re
from typing import Literal

from trovato.ops.language.answers.fact_words import fact_words

_COUNT = re.compile(
    r"\bhow (?:many|much|long|old|tall|high|far|large|big|deep|wide|often)\b|\bwhat (?:number|percentage"
    r"|share|proportion) of\b|\bwie (?:viele?|lang|alt|hoch|weit|groß|tief|breit|oft)\b|\bcombien\b"
    r"|\bcu[aá]nt[oa]s?\b|\bquant[iaeo]s?\b|\bhoeveel\b|\bсколько\b|多少|几个|幾個|いくつ|何人|何個",
    re.IGNORECASE,
)
_FIGURE = re.compile(
    r"\b(?:in|of|from|does|do|which|what|see|to|by|the|this) (?:the )?(?:figures?|tables?|charts?|diagrams?"
    r"|graphs?|plots?|abbildung|tabelle|diagramm|tableau|tabla|gráfico|grafico|tabella)\b"
    r"(?! (?:of eight|tennis|cloth|manners|wine|salt))|图[中表]|表[中格]",
    re.IGNORECASE,
)


def question_kind(question: str) -> Literal["count", "figure", "other"]:
    """Whether a question wants a number, or what stands in a figure or a table.

    Examples
    --------
    >>> question_kind("How many rooms are there?"), question_kind("Which line of the chart is red?")
    ('count', 'figure')
    """
    if _FIGURE.search(question):
        return "figure"
    return "count" if _COUNT.search(question) else "other"


def holds_number(sentence: str, question: str = "") -> bool:
    """Whether a sentence has a number that the question has not, in digits or a small one in words.

    Examples
    --------
    >>> holds_number("The house has twelve rooms."), holds_number("It has rooms.")
    (True, False)
    """
    asked = {word.form for word in fact_words(question)}
    return any(word.form[0].isdigit() and word.form not in asked for word in fact_words(sentence))
