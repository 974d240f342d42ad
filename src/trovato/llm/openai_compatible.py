"""A language model behind an OpenAI-compatible server."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import httpx

from trovato.core import (
    AttentionMode,
    Completion,
    Decoding,
    InvalidInputError,
    ModelUnavailableError,
    Prompt,
    PromptRefusedError,
    Secrets,
    without_credentials,
)
from trovato.llm.chat_messages import chat_messages, user_content
from trovato.llm.refusals import is_filtered, refusal

_AGAIN = (408, 429, 500, 502, 503, 504)  # answers after which asking again may help
_SAID = 300  # characters of a server's error that are passed on
_MOST_BYTES = 2**26  # of one answer: the longest ones have a few million


class OpenAICompatibleModel:
    """A `trovato.core.LanguageModel` that asks a server in the words of OpenAI's chat completions.

    The server sees a prompt as plain text, so it cannot keep documents from reading each other:
    only causal attention is there. Where that matters, let each document answer by itself (the
    guard `vote`).

    Parameters
    ----------
    url
        Base of the interface, such as `http://localhost:8000/v1`. A user and a password before the
        host (`http://user:password@host/v1`) are sent as Basic credentials, and shown nowhere.
    model
        Name of the model; by default the first that the server lists.
    key_variable
        Environment variable that holds the key, if the server wants one. The key is sent to the
        server alone, and is in no message and no log, not even where the server repeats it.
    timeout
        Seconds without a byte after which the server counts as gone.
    total
        Seconds after which an answer is given up, however busily it comes.
    retries
        How often to ask again where the server is busy or cannot be reached.

    Raises
    ------
    InvalidInputError
        If the address is none, or the key has characters that no request can carry.
    """

    def __init__(
        self,
        url: str,
        model: str = "",
        *,
        key_variable: str = "OPENAI_API_KEY",
        timeout: float = 60.0,
        total: float = 600.0,
        retries: int = 3,
    ) -> None:
        address = _address(url)
        if address is None:
            shown = without_credentials(url.partition("?")[0])
            raise InvalidInputError(
                "a server's address is one such as http://localhost:8000/v1, without a query, "
                f"got {shown!r}"
            )
        user, password = address.username, address.password
        if address.userinfo:
            url = str(address.copy_with(username=None, password=None))
        self._url = url.rstrip("/")
        self._model = model
        self._total = total
        self._retries = retries
        key = os.environ.get(key_variable, "").strip()
        if not (key.isascii() and key.isprintable()):
            raise InvalidInputError(
                f"the key in {key_variable} has characters that no request can carry: set it again"
            )
        # A user without a password is often a key.
        self._secrets = Secrets([key, password, f"{user}:{password}" if password else user])
        self._client = httpx.Client(
            auth=httpx.BasicAuth(user, password) if address.userinfo else None,
            headers={"Authorization": f"Bearer {key}"} if key else {},
            timeout=httpx.Timeout(timeout, connect=min(timeout, 10.0)),
        )

    def __repr__(self) -> str:
        return self._secrets.hide(f"EndpointModel({self._url!r}, {self._model!r})")

    @property
    def fingerprint(self) -> str:
        """Address and model. What runs behind them is the server's affair."""
        return self._secrets.hide(f"{self._url} {self._name()}")

    @property
    def attentions(self) -> frozenset[AttentionMode]:
        """Only "causal"."""
        return frozenset({"causal"})

    def complete(
        self,
        prompts: Sequence[Prompt],
        decoding: Decoding = Decoding(),
        attention: AttentionMode = "causal",
    ) -> list[Completion]:
        """One completion for each prompt, in order, asked one after another.

        Raises
        ------
        ContextTooLongError
            If the server says that a prompt is too long for its model.
        PromptRefusedError
            If it refuses one prompt for another reason, such as a filter of contents.
        InvalidInputError
            If another attention than "causal" is asked for.
        ModelUnavailableError
            If the server cannot be reached, fails, or answers something else.
        """
        return [self._complete(prompt, decoding, attention) for prompt in prompts]

    def stream(
        self, prompt: Prompt, decoding: Decoding = Decoding(), attention: AttentionMode = "causal"
    ) -> Iterator[str]:
        """The completion of one prompt, piece by piece as the server sends it.

        Raises
        ------
        ContextTooLongError, PromptRefusedError, InvalidInputError, ModelUnavailableError
            As `complete`; also where the stream breaks off.
        """
        body = {**self._body(prompt, decoding, attention), "stream": True}
        with self._answer("POST", "/chat/completions", body) as response:
            for event in self._events(response):
                if piece := self._content(event, "delta"):
                    yield piece

    def _complete(self, prompt: Prompt, decoding: Decoding, attention: AttentionMode) -> Completion:
        body = self._body(prompt, decoding, attention)
        with self._answer("POST", "/chat/completions", body) as response:
            found = self._read(response)
        text = self._content(found, "message")
        if text is None:
            raise self._odd("no text in its answer")
        return Completion(
            text,
            "length" if self._choice(found).get("finish_reason") == "length" else "stop",
            prompt_tokens=_count(found, "prompt_tokens"),
            tokens=_count(found, "completion_tokens"),
        )

    def _body(self, prompt: Prompt, decoding: Decoding, attention: AttentionMode) -> dict[str, Any]:
        if attention != "causal":
            raise InvalidInputError(
                f"a server reads prompts with causal attention only, not {attention!r}: take the "
                "guard vote, or a model in this process"
            )
        system, _ = chat_messages(prompt)
        messages = [{"role": "system", "content": system}] if system else []
        return {
            "model": self._name(),
            "messages": [*messages, {"role": "user", "content": user_content(prompt)}],
            "max_tokens": decoding.max_tokens,
            "temperature": decoding.temperature,
            "top_p": decoding.top_p,
            "seed": decoding.seed,
        }

    def _name(self) -> str:
        if not self._model:
            with self._answer("GET", "/models", None) as response:
                listed = self._read(response).get("data")
            entries = listed if isinstance(listed, list) else []
            names = [entry.get("id") for entry in entries if isinstance(entry, dict)]
            if not names or not isinstance(names[0], str):
                raise self._odd("no model in its list; name one")
            self._model = names[0]
        return self._model

    @contextmanager
    def _answer(self, method: str, path: str, body: Any) -> Iterator[httpx.Response]:
        """The open answer to a request, asked again while the server is busy."""
        wait = 0.5
        for left in range(self._retries, -1, -1):
            try:
                with self._client.stream(method, self._url + path, json=body) as response:
                    if response.is_success:
                        yield response
                        return
                    wait = self._refused(response, left, wait)
            except httpx.HTTPError as error:
                # Once part of an answer is out, it cannot be asked for again.
                if left == 0 or not isinstance(error, httpx.ConnectError | httpx.ConnectTimeout):
                    raise ModelUnavailableError(
                        f"the language model at {self._url} is out of reach or broke off "
                        f"({type(error).__name__}): is the server running?"
                    ) from error
            time.sleep(wait)
            wait *= 2

    def _refused(self, response: httpx.Response, left: int, wait: float) -> float:
        """Seconds to wait before asking again; raises where that is of no use."""
        said = self._shown(self._whole(response).decode("utf-8", "replace"))
        if response.status_code in _AGAIN and left and not is_filtered(said):
            named = response.headers.get("retry-after", "")
            return min(float(named), 60.0) if named.isdecimal() else wait
        raise refusal(
            self._url, response.status_code, said, prompt=response.request.method == "POST"
        )

    def _shown(self, said: str) -> str:
        """The beginning of what a server said, as it may be shown and kept."""
        return self._secrets.hide(said)[:_SAID]

    def _read(self, response: httpx.Response) -> dict[str, Any]:
        return self._object(self._whole(response))

    def _whole(self, response: httpx.Response) -> bytes:
        return b"".join(self._parts(response))

    def _events(self, response: httpx.Response) -> Iterator[dict[str, Any]]:
        """What a stream of server-sent events says, up to its end mark."""
        for line in self._lines(response):
            if line.startswith(b"data:"):
                data = line.removeprefix(b"data:").strip()
                if data == b"[DONE]":
                    return
                event = self._object(data)
                # The last event before the mark may count tokens and hold no choice.
                if event.get("choices") != []:
                    yield event
        raise self._odd("a stream that broke off before its end mark")

    def _lines(self, response: httpx.Response) -> Iterator[bytes]:
        begun: list[bytes] = []
        for part in self._parts(response):
            first, *others = part.split(b"\n")
            begun.append(first)
            for line in others:
                yield b"".join(begun)
                begun = [line]
        yield b"".join(begun)

    def _parts(self, response: httpx.Response) -> Iterator[bytes]:
        """What is sent, until the time is up or it is too much to be an answer."""
        end = time.monotonic() + self._total
        size = 0
        for part in response.iter_bytes():
            size += len(part)
            if time.monotonic() > end:
                raise self._odd(f"nothing whole within {self._total:g} s")
            if size > _MOST_BYTES:
                raise self._odd(f"more than {_MOST_BYTES >> 20} MiB without an end")
            yield part

    def _object(self, text: bytes) -> dict[str, Any]:
        try:
            found = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise self._odd("no JSON") from error
        if not isinstance(found, dict):
            raise self._odd("no JSON object")
        if found.get("error"):  # also in the midst of a stream
            said = self._shown(json.dumps(found["error"], ensure_ascii=False))
            kind = PromptRefusedError if is_filtered(said) else ModelUnavailableError
            raise kind(f"the language model at {self._url} failed: {said}")
        return found

    def _choice(self, found: dict[str, Any]) -> dict[str, Any]:
        choices = found.get("choices")
        if not isinstance(choices, list) or not choices or not isinstance(choices[0], dict):
            raise self._odd("no choices")
        if choices[0].get("finish_reason") == "content_filter":
            raise PromptRefusedError(
                f"a filter of the language model at {self._url} stopped the answer to this prompt"
            )
        return choices[0]

    def _content(self, found: dict[str, Any], part: str) -> str | None:
        """The text in the message, or the part of one, that was sent."""
        message = self._choice(found).get(part)
        if not isinstance(message, dict):
            return None
        if isinstance(refused := message.get("refusal"), str) and refused:
            raise PromptRefusedError(
                f"the language model at {self._url} refused this prompt: {self._shown(refused)}"
            )
        text = message.get("content")
        if text is not None and not isinstance(text, str):
            raise self._odd("something else than text in its answer")
        return text

    def _odd(self, what: str) -> ModelUnavailableError:
        return ModelUnavailableError(
            f"the server at {self._url} sent {what}: is it OpenAI-compatible, and the address "
            "that of its interface, such as http://localhost:8000/v1?"
        )


def _address(url: str) -> httpx.URL | None:
    """The parts of an address; None where it is none, or has a query."""
    try:
        address = httpx.URL(url)
    except httpx.InvalidURL:
        return None
    usable = address.scheme in ("http", "https") and address.host
    return address if usable and not (address.query or address.fragment) else None


def _count(found: dict[str, Any], what: str) -> int:
    """How many tokens were used, where the server says so."""
    used = found.get("usage")
    count = used.get(what) if isinstance(used, dict) else None
    return count if isinstance(count, int) else 0
