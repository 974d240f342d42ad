"""What a server's refusal is about: one prompt, the key, or the server itself."""

from __future__ import annotations

import re

from trovato.core import (
    ContentFilterError,
    ContextTooLongError,
    ModelUnavailableError,
    PromptRefusedError,
    TrovatoError,
)

# In the words of OpenAI, vLLM, llama.cpp, TGI, LM Studio, Ollama, Groq, Anthropic, and Google.
_TOO_LONG = re.compile(
    r"context[_ ](?:length|size|window)|maximum context|too many tokens|max_new_tokens`? must be"
    r"|(?:prompt|input|request)s? (?:is|are) too (?:long|large)|input token count"
    r"|when context the overflows|reduce the length of the (?:messages|prompt)"
)
_FILTERED = re.compile(
    r"content[_ ]filter|content_policy|content management policy|responsibleaipolicyviolation"
    r"|data_inspection_failed|flagged by our (?:safety|moderation)"
)
_OF_THE_PROMPT = (400, 413, 422)


class RequestRefused(Exception):  # noqa: N818 (an answer, and no error yet)
    """A server's answer that is no success.

    Parameters
    ----------
    status
        Of HTTP.
    said
        The body, without secrets.
    """

    def __init__(self, status: int, said: str) -> None:
        super().__init__(status)
        self.status = status
        self.said = said


def refusal(address: str, refused: RequestRefused, *, prompt: bool, hint: str = "") -> TrovatoError:
    """The error for an answer that is no success.

    Parameters
    ----------
    address
        Of the server, without credentials.
    refused
        What it said.
    prompt
        Whether a prompt was sent; else the server was asked about itself.
    hint
        Added where nothing was found.
    """
    status, said = refused.status, refused.said[:300]
    if prompt and is_too_long(refused.said):
        return ContextTooLongError(
            f"the prompt is too long for the model at {address}: read fewer pages (-k), or use a "
            f"model that reads more. It says: {said}"
        )
    if prompt and is_filtered(refused.said):
        return ContentFilterError(
            f"the language model at {address} refused this prompt with {status}: {said}"
        )
    if prompt and status in _OF_THE_PROMPT:
        return PromptRefusedError(
            f"the language model at {address} refused this prompt with {status}: {said}{hint}"
        )
    if status in (401, 403):
        said = (
            "the key is missing or wrong; it is read from the environment variable that "
            "--key-variable (key_variable) names"
        )
    return ModelUnavailableError(
        f"the language model at {address} refused with {status}: {said}{hint}"
    )


def is_too_long(said: str) -> bool:
    """Whether an error tells of a prompt that does not fit the model."""
    return _TOO_LONG.search(said.lower()) is not None


def is_filtered(said: str) -> bool:
    """Whether an error tells of a filter that a prompt or its answer was caught in."""
    return _FILTERED.search(said.lower()) is not None
