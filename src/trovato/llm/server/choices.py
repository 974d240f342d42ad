"""What a server's answer holds: text, how it ended, tokens that were counted."""

from __future__ import annotations

import re
from typing import Any, Literal

from trovato.core import Prompt, Trim

# Letters of scripts that put spaces between words. A tokenizer gives a word a token at least.
_WORD = re.compile(r"[^\W\d_\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u9fff\uac00-\ud7af]+")
_SHARE = 0.75  # of the words: fewer tokens than this were not made of all of them
_LEAST_WORDS = 100


def choice_of(found: dict[str, Any]) -> dict[str, Any] | None:
    """The first choice of an answer; None where there is none."""
    choices = found.get("choices")
    if not isinstance(choices, list) or not choices or not isinstance(choices[0], dict):
        return None
    return choices[0]


def text_of(message: object) -> str | None:
    """The text of a message, or of the piece of one; None where it has none.

    A list of parts gives those that are text: others are thoughts. Thoughts in fields of their own
    (`reasoning_content`) are no text either.

    Raises
    ------
    TypeError
        If the content is something else.
    """
    if not isinstance(message, dict):
        return None
    content = message.get("content")
    if not isinstance(content, list):
        if content is not None and not isinstance(content, str):
            raise TypeError
        return content
    if not all(isinstance(part, dict) for part in content):
        raise TypeError
    texts = [part.get("text") for part in content if part.get("type") == "text"]
    return "".join(text for text in texts if isinstance(text, str))


def finish_of(choice: dict[str, Any]) -> Literal["stop", "length", "filter"] | None:
    """How the text ended; None where it goes on."""
    match choice.get("finish_reason"):
        case "length" | "max_tokens":
            return "length"
        case "content_filter":
            return "filter"
        case None | "":
            return None
    return "stop"


def counted(found: dict[str, Any], what: str) -> int:
    """How many tokens were used, where the server says so."""
    used = found.get("usage")
    count = used.get(what) if isinstance(used, dict) else None
    return count if isinstance(count, int) else 0


def silent_cut(prompt: Prompt, read: int) -> tuple[Trim, ...]:
    """The whole prompt as cut, where a server counts too few tokens to have read all of it.

    Some servers drop the beginning of what does not fit, and say nothing.

    Parameters
    ----------
    prompt
        What was sent.
    read
        Tokens that the server says it read; 0 where it says nothing.
    """
    words = sum(1 for segment in prompt.segments for _ in _WORD.finditer(segment.text))
    if not read or words < _LEAST_WORDS or read >= _SHARE * words:
        return ()
    return (Trim("the prompt", words, read),)
