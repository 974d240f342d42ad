"""Documents and a question as a prompt, and an answer's words as places in the documents."""

from __future__ import annotations

import re
from collections.abc import Sequence

from trovato.core import Citation, InvalidInputError, Item, Prompt, Segment
from trovato.generate.matching import Matcher

NO_ANSWER = "unknown"
INSTRUCTIONS = (
    "You are a helpful assistant. Answer the question from the passages below, short and concise. "
    "Put the number of the passage that the answer stands in after it, such as [1]. If no passage "
    f"has the answer, write only: {NO_ANSWER}"
)
_CITED = 3
_LEAST = 0.5  # score from which a sentence stands behind an answer
_MARK = re.compile(r"\s*\[(\d+(?:\s*,\s*\d+)*)\]")


def prompt_of(question: str, documents: Sequence[Item]) -> Prompt:
    """The usual prompt: instructions, numbered passages, the question.

    A passage's number and name belong to the passage. Its tier of trust is the attribute `trust` of
    the item, 0 where there is none.

    Raises
    ------
    InvalidInputError
        If a tier of trust is no whole number from 0 on.
    """
    passages = [
        Segment("document", f"Passage [{number}]:\n{item.text}", item.id, _trust(item))
        for number, item in enumerate(documents, start=1)
    ]
    return Prompt.of(f"Question: {question}\nAnswer:", passages, INSTRUCTIONS)


def cite(
    answer: str, documents: Sequence[Item], matcher: Matcher
) -> tuple[str, tuple[Citation, ...]]:
    """The answer without marks such as [2], and the sentences that stand behind it.

    They are looked for in the passages that the answer names, or in all where it names none that
    is there. A sentence is cited where it meets most of the answer, and a model that makes things
    up is not given a source for it.

    Parameters
    ----------
    answer
        What the model wrote.
    documents
        In the order of the prompt.
    matcher
        Compares sentences with the answer.
    """
    numbers = {int(number) for match in _MARK.finditer(answer) for number in match[1].split(",")}
    named = [item for place, item in enumerate(documents, start=1) if place in numbers]
    text = _MARK.sub("", answer).strip()
    if not text:
        return text, ()
    found = matcher.best(text, named or documents, _CITED, telling=False)
    return text, tuple(
        Citation(passage.item, passage.start, passage.end)
        for passage in found
        if passage.score >= _LEAST
    )


def _trust(item: Item) -> int:
    tier = item.attributes.get("trust", 0)
    if not isinstance(tier, int) or tier < 0:
        raise InvalidInputError(
            f"the attribute trust of {item.id} must be a whole number from 0 on, got {tier!r}"
        )
    return tier
