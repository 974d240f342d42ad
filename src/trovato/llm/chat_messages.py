"""How the segments of a prompt become the turns of a conversation."""

from __future__ import annotations

import base64
from itertools import takewhile
from typing import Any

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


def user_content(prompt: Prompt) -> str | list[dict[str, Any]]:
    """The user's turn as OpenAI's interface takes it: text, or parts where there are pictures."""
    if not any(segment.image for segment in prompt.segments):
        return chat_messages(prompt)[1]
    parts: list[dict[str, Any]] = []
    for segment in prompt.segments[system_segments(prompt) :]:
        if segment.image:
            data = base64.b64encode(segment.image).decode()
            url = f"data:image/jpeg;base64,{data}"
            parts.append({"type": "image_url", "image_url": {"url": url}})
        parts.append({"type": "text", "text": segment.text})
    return parts
