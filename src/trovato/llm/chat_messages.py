"""How the segments of a prompt become the turns of a conversation."""

from __future__ import annotations

from itertools import takewhile

from trovato.core import Prompt

# Stands after every segment of a turn but the last, and belongs to the segment it closes: so a
# document is the same wherever it stands.
SEPARATOR = "\n\n"


def system_segments(prompt: Prompt) -> int:
    """How many segments at the start are the system's turn; the others are the user's."""
    return sum(1 for _ in takewhile(lambda s: s.part == "instructions", prompt.segments))


def chat_messages(prompt: Prompt) -> tuple[str, str]:
    """The system's turn and the user's turn as plain text, for models that take only that.

    What is document and what is question can no longer be told apart in them.
    """
    texts = [segment.text for segment in prompt.segments]
    border = system_segments(prompt)
    return SEPARATOR.join(texts[:border]), SEPARATOR.join(texts[border:])
