"""Documents and a question as a prompt, and an answer's words as places in the documents."""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence

from trovato.core import Citation, InvalidInputError, Item, Prompt, PromptBlock
from trovato.generate.text.sentence_ranking import SentenceRanker

NO_ANSWER = "unknown"
INSTRUCTIONS = (
    "You are a helpful assistant. Answer the question from the passages below, short and concise. "
    "After the answer, put the mark of the passage that it stands in, such as [a1b]. If no passage "
    f"has the answer, write only: {NO_ANSWER}"
)
_CITED = 3
_LEAST = 0.5  # score from which a sentence stands behind an answer
# Of a passage, or of several, as a model writes it.
MARK = re.compile(r"\s*\[(\w{1,3}(?:\s*,\s*\w{1,3})*)\]")
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


def prompt_of(question: str, documents: Sequence[Item]) -> Prompt:
    """The usual prompt: instructions, marked passages, the question.

    A passage's mark belongs to the passage and follows from the item's id alone, not from its rank:
    so a passage reads the same wherever it stands, and what was read of it can be used again. Its
    tier of trust is the attribute `trust` of the item, 0 where there is none.

    Raises
    ------
    InvalidInputError
        If a tier of trust is no whole number from 0 on.
    """
    passages = [
        PromptBlock("document", f"Passage [{mark_of(item)}]:\n{item.text}", item.id, _trust(item))
        for item in documents
    ]
    return Prompt.of(f"Question: {question}\nAnswer:", passages, INSTRUCTIONS)


def cite(
    answer: str, documents: Sequence[Item], matcher: SentenceRanker
) -> tuple[str, tuple[Citation, ...]]:
    """The answer without marks such as [a1b], and the sentences that stand behind it.

    They are looked for in the passages that the answer names, or in all where it names none that
    is there. A sentence is cited where it meets most of the answer, and a model that makes things
    up is not given a source for it.

    Parameters
    ----------
    answer
        What the model wrote.
    documents
        Those of the prompt.
    matcher
        Compares sentences with the answer.
    """
    marks = {mark.strip() for match in MARK.finditer(answer) for mark in match[1].split(",")}
    named = [item for item in documents if mark_of(item) in marks]
    text = MARK.sub("", answer).strip()
    if not text:
        return text, ()
    found = matcher.best(text, named or documents, _CITED, telling=False)
    return text, tuple(
        Citation(passage.item, passage.start, passage.end)
        for passage in found
        if passage.score >= _LEAST
    )


def mark_of(item: Item) -> str:
    """Three letters and digits that stand for an item; seldom two of some items share them.

    Examples
    --------
    >>> from trovato import Item
    >>> len(mark_of(Item("note-1", "text", "The key hangs here.")))
    3
    """
    number = zlib.crc32(item.id.encode())
    return "".join(_DIGITS[number // 36**place % 36] for place in range(3))


def _trust(item: Item) -> int:
    tier = item.attributes.get("trust", 0)
    if not isinstance(tier, int) or tier < 0:
        raise InvalidInputError(
            f"the attribute trust of {item.id} must be a whole number from 0 on, got {tier!r}"
        )
    return tier
