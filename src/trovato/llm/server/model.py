"""A language model behind an OpenAI-compatible server."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from typing import Any, Literal

import httpx

from trovato.core import (
    AttentionMode,
    Completion,
    ContentFilterError,
    Decoding,
    InvalidInputError,
    ModelUnavailableError,
    Prompt,
    TrovatoError,
    no_progress,
)
from trovato.llm.server.address import server_address
from trovato.llm.server.choices import (
    choice_of,
    counted,
    finish_of,
    silent_cut,
    text_of,
)
from trovato.llm.server.connection import ServerConnection
from trovato.llm.server.model_list import first_chat_model, named_models
from trovato.llm.server.refusals import RequestRefused, is_filtered, is_too_long, refusal
from trovato.llm.server.request import ChatRequest
from trovato.ops.language.stop_strings import StopFilter, before_stop

_CHAT = "/chat/completions"


class OpenAICompatibleModel:
    """A `trovato.core.LanguageModel` that asks a server in the words of OpenAI's chat completions.

    The server sees a prompt as plain text, so it cannot keep documents from reading each other:
    only causal attention is there. Where that matters, let each document answer by itself (the
    guard `vote`).

    What a server does not take (a parameter, a system's turn) is left out or put in other words,
    and the server is asked again; docs/language-models.md lists how servers differ.

    Parameters
    ----------
    url
        Base of the interface, such as `http://localhost:8000/v1`. A user and a password before the
        host (`http://user:password@host/v1`) are sent as Basic credentials, and shown nowhere.
    model
        Name of the model; by default the first that the server lists and that writes.
    key_variable
        Environment variable that holds the key, if the server wants one. The key is sent to the
        server alone, and is in no message and no log, not even where the server repeats it.
    timeout
        Seconds without a byte after which the server counts as gone.
    total
        Seconds after which an answer is given up, however busily it comes.
    start_timeout
        Seconds that a server may take to load its model.
    retries
        How often to ask again where the server is busy or cannot be reached.
    parallel
        Prompts that are asked at the same time.
    notify
        Told in a sentence why there is a wait, and what the server does not take.

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
        timeout: float = 300.0,
        total: float = 1800.0,
        start_timeout: float = 180.0,
        retries: int = 3,
        parallel: int = 4,
        notify: Callable[[str], None] = no_progress,
    ) -> None:
        self._model = model
        self._parallel = parallel
        self._request = ChatRequest(notify)
        self._connection = ServerConnection(
            server_address(url),
            _key(key_variable),
            timeout=timeout,
            total=total,
            start_timeout=start_timeout,
            retries=retries,
            notify=notify,
        )

    def __repr__(self) -> str:
        shown = f"OpenAICompatibleModel({self._connection.address.url!r}, {self._model!r})"
        return self._connection.shown(shown)

    @property
    def fingerprint(self) -> str:
        """Address and model. What runs behind them is the server's affair."""
        return self._connection.shown(f"{self._connection.address.url} {self._name()}")

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
        """One completion for each prompt, in order; some are asked at the same time.

        Raises
        ------
        ContextTooLongError
            If the server says that a prompt is too long for its model.
        ContentFilterError
            If a filter, or the model itself, declines one prompt.
        PromptRefusedError
            If the server refuses one prompt for another reason.
        InvalidInputError
            If another attention than "causal" is asked for.
        ModelUnavailableError
            If the server cannot be reached, fails, or answers something else.
        """
        _check(attention)
        ask = partial(self._complete, decoding=decoding)
        # The first one finds out what the server takes.
        done = [ask(prompt) for prompt in prompts[:1]]
        if len(prompts) < 2:
            return done
        with ThreadPoolExecutor(self._parallel) as pool:
            return [*done, *pool.map(ask, prompts[1:])]

    def stream(
        self, prompt: Prompt, decoding: Decoding = Decoding(), attention: AttentionMode = "causal"
    ) -> Generator[str, None, Completion]:
        """The completion of one prompt, piece by piece as the server sends it; returns it whole.

        Raises
        ------
        ContextTooLongError, PromptRefusedError, InvalidInputError, ModelUnavailableError
            As `complete`; also where the stream breaks off.
        """
        _check(attention)
        said: list[str] = []
        finish, read = None, 0
        passing = StopFilter(decoding.stop)
        with self._chat(prompt, decoding, streamed=True) as response:
            for event in self._events(response):
                read = counted(event, "prompt_tokens") or read
                if (choice := choice_of(event)) is None:
                    continue
                part = choice.get("delta") or choice.get("message")
                if (text := self._text(part)) and (piece := passing.push(text)):
                    said.append(piece)
                    yield piece
                finish = self._finish(choice) or finish
                if passing.stopped:
                    finish = "stop"
                    break
        if left := passing.rest():
            said.append(left)
            yield left
        text = "".join(said)
        return Completion(text, finish or "stop", read, trimmed=silent_cut(prompt, read))

    def _complete(self, prompt: Prompt, decoding: Decoding) -> Completion:
        with self._chat(prompt, decoding) as response:
            found = self._connection.object(self._connection.whole(response))
        choice = choice_of(found)
        if choice is None:
            raise self._connection.odd("no choices")
        finish = self._finish(choice) or "stop"
        text = self._text(choice.get("message"))
        if text is None and finish != "length":  # it did not come further than to think
            raise self._connection.odd("no text in its answer")
        read = counted(found, "prompt_tokens")
        kept = before_stop(text or "", decoding.stop)
        return Completion(
            kept,
            "stop" if kept != (text or "") else finish,
            prompt_tokens=read,
            tokens=counted(found, "completion_tokens"),
            trimmed=silent_cut(prompt, read),
        )

    @contextmanager
    def _chat(
        self, prompt: Prompt, decoding: Decoding, *, streamed: bool = False
    ) -> Iterator[httpx.Response]:
        """The open answer to a prompt, asked again in another form where the server needs one."""
        while True:
            body = self._request.body(self._name(), prompt, decoding)
            if streamed:
                body = self._request.streamed(body)
            try:
                with self._connection.open("POST", _CHAT, body) as response:
                    yield response
                    return
            except RequestRefused as refused:
                if refused.status == 200:
                    raise self._failed(refused.said) from None
                settled = is_filtered(refused.said) or is_too_long(refused.said)
                if settled or not self._request.adapt(refused.said, body):
                    raise self._error(refused, prompt=True) from None

    def _events(self, response: httpx.Response) -> Iterator[dict[str, Any]]:
        """What a stream of server-sent events says, up to its end."""
        if response.headers.get("content-type", "").startswith("application/json"):
            yield self._connection.object(self._connection.whole(response))
            return
        ended = False
        for line in self._connection.lines(response):
            if line.startswith(b"data:"):
                data = line.removeprefix(b"data:").strip()
                if data == b"[DONE]":
                    return
                event = self._connection.object(data)
                choice = choice_of(event)
                ended = ended or bool(choice and finish_of(choice))
                yield event
        if not ended:
            raise self._connection.odd("a stream that broke off before its end mark")

    def _text(self, message: Any) -> str | None:
        refused = message.get("refusal") if isinstance(message, dict) else None
        if isinstance(refused, str) and refused:
            raise ContentFilterError(
                f"the language model at {self._connection.address.url} refused this prompt: "
                f"{self._connection.shown(refused)[:300]}"
            )
        try:
            text = text_of(message)
        except TypeError:
            raise self._connection.odd("something else than text in its answer") from None
        return text and self._connection.answered(text)

    def _finish(self, choice: dict[str, Any]) -> Literal["stop", "length"] | None:
        finish = finish_of(choice)
        if finish == "filter":
            raise ContentFilterError(
                f"a filter of the language model at {self._connection.address.url} stopped the "
                "answer to this prompt"
            )
        return finish

    def _name(self) -> str:
        if not self._model:
            self._model = first_chat_model(self._connection)
        return self._model

    def _error(self, refused: RequestRefused, *, prompt: bool) -> TrovatoError:
        address = self._connection.address
        hint = address.hint if refused.status == 404 else ""
        if prompt and re.search(r"model\b.*(?:not found|not exist)|support chat", refused.said):
            hint += f"; {named_models(self._connection)}"
        return refusal(address.url, refused, prompt=prompt, hint=hint)

    def _failed(self, said: str) -> TrovatoError:
        """The error for one that came under the status of a success."""
        kind = ContentFilterError if is_filtered(said) else ModelUnavailableError
        return kind(f"the language model at {self._connection.address.url} failed: {said[:300]}")


def _check(attention: AttentionMode) -> None:
    if attention != "causal":
        raise InvalidInputError(
            f"a server reads prompts with causal attention only, not {attention!r}: take the "
            "guard vote, or a model in this process"
        )


def _key(variable: str) -> str:
    key = os.environ.get(variable, "").strip()
    if not (key.isascii() and key.isprintable()):
        raise InvalidInputError(
            f"the key in {variable} has characters that no request can carry: set it again"
        )
    return key
