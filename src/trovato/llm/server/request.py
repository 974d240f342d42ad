"""The body of a request for a chat, in the form that the server takes."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from trovato.core import Decoding, Prompt
from trovato.llm.chat_messages import SEPARATOR, chat_messages, user_content

# What a server that knows a parameter not, or not with this value, says.
_REFUSES = re.compile(
    r"unsupported|n[o']t support|unknown|unrecogni[sz]ed|unexpected|extra|not permitted"
    r"|not allowed|forbidden|deprecated|invalid (?:parameter|argument|field)|both"
    r"|strictly positive|must be >"
)
_NO_SYSTEM = re.compile(
    r"(?:system|developer) (?:role|message|prompt|instruction)s?\b.{0,40}\bn[o']t\b"
    r"|n[o']t support.{0,20}(?:system|developer) (?:role|message|prompt|instruction)"
    r"|roles must alternate|unexpected role|only user and assistant roles"
)
_LEAST_TEMPERATURE = 0.01  # where a server takes none of 0


class ChatRequest:
    """Makes bodies of requests, and learns from refusals what a server does not take.

    Parameters
    ----------
    notify
        Told what is left out because the server does not take it.
    """

    def __init__(self, notify: Callable[[str], None]) -> None:
        self._notify = notify
        self._dropped: set[str] = set()
        self._limit = "max_tokens"
        self._positive = False  # temperatures
        self._one_turn = False

    def body(self, model: str, prompt: Prompt, decoding: Decoding) -> dict[str, Any]:
        """The body for one prompt."""
        temperature = decoding.temperature
        if self._positive:
            temperature = max(temperature, _LEAST_TEMPERATURE)
        optional = {
            "temperature": temperature,
            "top_p": decoding.top_p,
            "seed": decoding.seed,
            **({"stop": list(decoding.stop)} if decoding.stop else {}),
        }
        return {
            "model": model,
            "messages": self._messages(prompt),
            self._limit: decoding.max_tokens,
            **{name: value for name, value in optional.items() if name not in self._dropped},
        }

    def streamed(self, body: dict[str, Any]) -> dict[str, Any]:
        """The same body for an answer that comes piece by piece, with tokens counted at its end."""
        counted = {"stream_options": {"include_usage": True}}
        return {**body, "stream": True, **({} if "stream_options" in self._dropped else counted)}

    def adapt(self, said: str, body: dict[str, Any]) -> bool:
        """Whether the server, by what it said of a body, may take another one."""
        said = said.lower()
        roles = [message["role"] for message in body["messages"]]
        if "system" in roles and _NO_SYSTEM.search(said):
            self._one_turn = True
            return True
        name = _named(said, body) if _REFUSES.search(said) else None
        if name == "temperature" and "positive" in said and not self._positive:
            self._positive = True
        elif name == "max_tokens":
            self._limit = "max_completion_tokens"
        elif name == "max_completion_tokens" or name is None:
            return False
        else:
            self._dropped.add(name)
            if name != "stream_options":
                self._notify(f"the server takes no {name}: it is left out")
        return True

    def _messages(self, prompt: Prompt) -> list[dict[str, Any]]:
        system, _ = chat_messages(prompt)
        content = user_content(prompt)
        if not system:
            return [{"role": "user", "content": content}]
        if not self._one_turn:
            system_turn = {"role": "system", "content": system}
            return [system_turn, {"role": "user", "content": content}]
        if isinstance(content, str):
            return [{"role": "user", "content": system + SEPARATOR + content}]
        return [{"role": "user", "content": [{"type": "text", "text": system}, *content]}]


def _named(said: str, body: dict[str, Any]) -> str | None:
    """The parameter of the body that a server names first."""
    names = ("max_tokens", "max_completion_tokens", "temperature", "top_p", "seed", "stop")
    places = {
        name: found.start()
        for name in (*names, "stream_options")
        if name in body and (found := re.search(rf"(?<!\w){name}(?!\w)", said))
    }
    if "both" in said and "top_p" in places:
        return "top_p"
    return min(places, key=lambda name: places[name], default=None)
