"""Documents and a question as a prompt."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

from trovato.core import InvalidInputError, Item, Prompt, PromptBlock

NO_ANSWER = "unknown"
INSTRUCTIONS = (
    "You are a helpful assistant. Answer the question from the passages below, short and concise. "
    "After the answer, put the mark of the passage that it stands in, such as [a1b]. If no passage "
    f"has the answer, write only: {NO_ANSWER}"
)
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
