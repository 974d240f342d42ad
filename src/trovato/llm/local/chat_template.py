"""A chat template as what it writes around the turns, found without looking at any text."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any

from trovato.core import ModelUnavailableError


@dataclass(frozen=True, slots=True)
class Template:
    """What stands before, between and after the system's and the user's turn.

    `between` is None where there is no system's turn: what was meant for it opens the user's turn.
    """

    head: str
    between: str | None
    tail: str


PLAIN = Template("", None, "")


def read_template(tokenizer: Any, *, system: bool) -> Template:
    """The template of a tokenizer, or `PLAIN` where it has none.

    The template is filled with turns that are random words, made for this call and thrown away, and
    cut at these words: no text of a prompt is ever searched, so no text can move a border.

    Parameters
    ----------
    tokenizer
        A transformers tokenizer.
    system
        Whether there are instructions. A template that refuses a system's turn, or leaves it out,
        gives one without it.

    Raises
    ------
    ModelUnavailableError
        If the template does not repeat the user's turn exactly once.
    """
    if not tokenizer.chat_template:
        return PLAIN
    from jinja2 import TemplateError

    told, asked = secrets.token_hex(16), secrets.token_hex(16)
    user = {"role": "user", "content": asked}
    if system:
        try:
            text = _fill(tokenizer, [{"role": "system", "content": told}, user])
        except TemplateError:
            text = ""
        if text.count(told) == text.count(asked) == 1 and text.index(told) < text.index(asked):
            head, rest = text.split(told)
            between, tail = rest.split(asked)
            return Template(head, between, tail)
    try:
        text = _fill(tokenizer, [user])
    except TemplateError as error:
        raise ModelUnavailableError(f"the chat template of this model fails: {error}") from error
    if text.count(asked) != 1:
        raise ModelUnavailableError(
            "the chat template of this model does not show the user's turn exactly once, so its "
            "prompts have no borders: use another model, or remove the template"
        )
    head, tail = text.split(asked)
    return Template(head, None, tail)


def _fill(tokenizer: Any, messages: list[dict[str, str]]) -> str:
    text: str = tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=True)
    return text
