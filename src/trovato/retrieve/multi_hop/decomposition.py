"""A question told apart by rules: its clauses, and what sort of item answers each.

Source of the task: LILaC (Yun, Lee and Han 2025, section 3.2), which asks a language model.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from trovato.retrieve.multi_hop.words import asked_words

Modality = Literal["text", "table", "picture"]

# Where a clause begins that says which thing is meant: "the club that won", "a town whose mayor".
_CLAUSE = re.compile(
    r",?\s+(?=(?:that|which|who|whom|whose)\s)(?<!\bof)(?<!\bin)(?<!\bto)(?<!\bby)(?<!\bfor)", re.I
)
_JOINED = re.compile(r",?\s+and\s+(?=(?:is|was|were|are|has|had|did|does|who|which|that)\b)", re.I)
# What a clause stands beside: the last noun phrase before it.
_ANTECEDENT = re.compile(
    r"(?:\b(?:the|a|an|this|his|her|its|their|each|every)\s+)(?:(?!\b(?:the|a|an)\b)[^,?])*\Z", re.I
)
# "In 1911, who led the club": what comes before the question itself is no question.
_LEADING = re.compile(r"\A(?:in|at|on|for|of|from|during|among|as|by|with)\b", re.I)
_OPENING = re.compile(r"\A(?:that|which|who|whom)\s+", re.I)
_FEWEST = 2  # words that a sub-question is about; shorter clauses stay where they are
_MOST = 5

_PICTURE = re.compile(
    r"\b(?:logo|colou?rs?|picture|image|photo|poster|cover|flag|wearing|holding|hair|shirt|"
    r"painted|painting|depict\w*|shown|visible|looks? like|background|standing|shape[ds]?)\b",
    re.I,
)
_TABLE = re.compile(
    r"\b(?:how many|total|per ?cent(?:age)?|rank\w*|highest|lowest|most|least|largest|score[ds]?|"
    r"points|season|roster|standings|listed|list|table|career|filmography|episodes?|results?|"
    r"medals?|(?:19|20)\d\d)\b|%",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Subquery:
    """A part of a question, and the sort of item that is likely to answer it."""

    text: str
    modality: Modality


def decompose(question: str) -> tuple[Subquery, ...]:
    """One to five sub-questions by the clauses of a question; the question itself where it has one.

    A clause that says which thing is meant becomes a sub-question of its own, with the noun before
    it: "Who led the club that won the 1911 cup?" asks "Who led the club" and "the club won the 1911
    cup". Every word of the question stands in one of them.

    Parameters
    ----------
    question
        In English; in other languages it stays whole.
    """
    whole = " ".join(question.split()).rstrip(" ?.")
    texts = [text for clause in _JOINED.split(whole) for text in _clauses(clause)]
    if any(len(asked_words(text)) < _FEWEST for text in texts) or len(texts) > _MOST:
        texts = [whole]
    return tuple(Subquery(text, modality_of(text)) for text in dict.fromkeys(texts))


def modality_of(text: str) -> Modality:
    """Where an answer is likely to be: looks in pictures, numbers in tables, the rest in text."""
    if _PICTURE.search(text):
        return "picture"
    return "table" if _TABLE.search(text) else "text"


def _clauses(text: str) -> list[str]:
    head, *clauses = _CLAUSE.split(text)
    if clauses and _LEADING.match(head):
        head = f"{head}, {clauses.pop(0)}"
    found = [head]
    before = head
    for clause in clauses:
        noun = _ANTECEDENT.search(before)
        told = _OPENING.sub("", clause)
        found.append(f"{noun.group().strip()} {told}" if noun else told)
        before = clause
    return found
