"""What a server's refusal is about: one prompt, the key, or the server itself."""

from __future__ import annotations

from trovato.core import (
    ContextTooLongError,
    ModelUnavailableError,
    PromptRefusedError,
    TrovatoError,
)

_TOO_LONG = ("context_length", "context length", "maximum context", "too many tokens")
_FILTERED = ("content_filter", "content filter", "content_policy", "content management policy")
_OF_THE_PROMPT = (400, 413, 422)


def refusal(address: str, status: int, said: str, *, prompt: bool) -> TrovatoError:
    """The error for an answer that is no success.

    Parameters
    ----------
    address
        Of the server, without credentials.
    status
        Of HTTP.
    said
        The body, without secrets.
    prompt
        Whether a prompt was sent; else the server was asked about itself.
    """
    if prompt and status in _OF_THE_PROMPT and any(mark in said.lower() for mark in _TOO_LONG):
        return ContextTooLongError(
            f"the prompt is too long for the model at {address}: read fewer pages (-k), or use a "
            f"model that reads more. It says: {said}"
        )
    if prompt and (status in _OF_THE_PROMPT or is_filtered(said)):
        return PromptRefusedError(
            f"the language model at {address} refused this prompt with {status}: {said}"
        )
    if status in (401, 403):
        said = "the key is missing or wrong; it is read from the environment"
    return ModelUnavailableError(f"the language model at {address} refused with {status}: {said}")


def is_filtered(said: str) -> bool:
    """Whether an error tells of a filter that a prompt or its answer was caught in."""
    return any(mark in said.lower() for mark in _FILTERED)
