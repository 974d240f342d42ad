"""Requests to a server and the bytes of its answers: retries, redirects, limits of time."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx

from trovato.core import ModelUnavailableError, Secrets
from trovato.llm.server.address import ServerAddress
from trovato.llm.server.refusals import RequestRefused, is_filtered, is_too_long
from trovato.llm.server.waiting import Patience, is_loading, named_pause

MOST_BYTES = 2**26  # of one answer: the longest ones have a few million
_KEPT = 4000  # characters of a server's error that are looked at
_REDIRECTS = 5
_ALL = ("all://", "http://", "https://")  # as the environment names proxies


class ServerConnection:
    """Asks a server, again where it is busy, and reads its answer within limits.

    Parameters
    ----------
    address
        Base of the interface. A server on this machine is never asked through a proxy.
    key
        Sent as a bearer token; empty for none.
    timeout
        Seconds without a byte after which the server counts as gone.
    total
        Seconds after which an answer is given up, however busily it comes.
    start_timeout
        Seconds that a server may take to load its model.
    retries
        How often to ask again where the server is busy or cannot be reached.
    notify
        Told why there is a wait.
    """

    def __init__(
        self,
        address: ServerAddress,
        key: str,
        *,
        timeout: float,
        total: float,
        start_timeout: float,
        retries: int,
        notify: Callable[[str], None],
    ) -> None:
        self.address = address
        user, password = address.user, address.password
        # A user without a password is often a key.
        self._secrets = Secrets([key, password, f"{user}:{password}" if password else user])
        self._timeout = timeout
        self._total = total
        self._start_timeout = start_timeout
        self._retries = retries
        self._notify = notify
        self._client = httpx.Client(
            auth=httpx.BasicAuth(user, password) if user or password else None,
            headers={"Authorization": f"Bearer {key}"} if key else {},
            timeout=httpx.Timeout(timeout, connect=min(timeout, 10.0)),
            mounts=dict.fromkeys(_ALL) if address.loopback else None,
        )

    @contextmanager
    def open(self, method: str, path: str, body: Any = None) -> Iterator[httpx.Response]:
        """The open answer to a request.

        Raises
        ------
        RequestRefused
            If the server answers with an error that asking again does not mend.
        ModelUnavailableError
            If it cannot be reached, breaks off, or sends elsewhere.
        """
        patience = Patience(self._retries, self._start_timeout)
        url = self.address.url + path
        redirects = 0
        while True:
            try:
                with self._client.stream(method, url, json=body) as response:
                    if response.is_success:
                        yield response
                        return
                    if response.is_redirect and redirects < _REDIRECTS:
                        redirects += 1
                        url = self._redirected(response)
                        continue
                    pause = self._refused(response, patience)
            except httpx.HTTPError as error:
                # Once part of an answer is out, it cannot be asked for again.
                fresh = isinstance(error, httpx.ConnectError | httpx.ConnectTimeout)
                again = patience.unreachable() if fresh else None
                if again is None:
                    raise self._gone(error) from error
                pause = again
            time.sleep(pause)

    def whole(self, response: httpx.Response) -> bytes:
        """All bytes of an answer."""
        return b"".join(self._parts(response))

    def lines(self, response: httpx.Response) -> Iterator[bytes]:
        """Lines of an answer as they come."""
        begun: list[bytes] = []
        for part in self._parts(response):
            first, *others = part.split(b"\n")
            begun.append(first)
            for line in others:
                yield b"".join(begun)
                begun = [line]
        yield b"".join(begun)

    def object(self, text: bytes) -> dict[str, Any]:
        """The JSON object that was sent.

        Raises
        ------
        RequestRefused
            If it tells of an error, as it may in the midst of a stream.
        ModelUnavailableError
            If it is none.
        """
        try:
            found = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise self.odd("no JSON") from error
        if not isinstance(found, dict):
            raise self.odd("no JSON object")
        if found.get("error"):
            raise RequestRefused(200, self.shown(json.dumps(found["error"], ensure_ascii=False)))
        return found

    def shown(self, said: str) -> str:
        """What a server said, as it may be shown and kept."""
        return self._secrets.hide(said)

    def answered(self, text: str) -> str:
        """The text of an answer, in which a server may repeat what it was sent."""
        return self._secrets.hide_values(text)

    def odd(self, what: str) -> ModelUnavailableError:
        """The error for an answer that is not of this interface."""
        return ModelUnavailableError(
            f"the server at {self.address.url} sent {what}: is it OpenAI-compatible, and the "
            "address that of its interface, such as http://localhost:8000/v1?"
        )

    def _parts(self, response: httpx.Response) -> Iterator[bytes]:
        """What is sent, until the time is up or it is too much to be an answer."""
        end = time.monotonic() + self._total
        size = 0
        for part in response.iter_bytes():
            size += len(part)
            if time.monotonic() > end:
                raise self.odd(f"nothing whole within {self._total:g} s")
            if size > MOST_BYTES:
                raise self.odd(f"more than {MOST_BYTES >> 20} MiB without an end")
            yield part

    def _refused(self, response: httpx.Response, patience: Patience) -> float:
        """Seconds to wait before asking again; raises where that is of no use."""
        said = self.shown(self.whole(response).decode("utf-8", "replace"))[:_KEPT]
        status = response.status_code
        if not is_filtered(said) and not is_too_long(said):
            pause = patience.pause(status, response.headers, said)
            if pause is not None:
                if is_loading(status, said):
                    self._notify(f"waiting: the server at {self.address.url} loads its model")
                elif pause > 1:
                    self._notify(f"waiting {pause:.0f} s: {self.address.url} is busy")
                return pause
            if is_loading(status, said):
                said = f"the model is still loading after {self._start_timeout:g} s: {said}"
            elif named_pause(response.headers, time.time()):
                asked = self.shown(response.headers.get("retry-after", ""))
                said = f"it asks to wait ({asked}): {said}"
        raise RequestRefused(status, said)

    def _redirected(self, response: httpx.Response) -> str:
        """Where to ask instead: on the same host, and not less safely."""
        before = response.request.url
        after = before.join(response.headers["location"])
        same = (after.host, after.port, after.scheme) == (before.host, before.port, before.scheme)
        safer = after.host == before.host and (before.scheme, after.scheme) == ("http", "https")
        if not (same or safer):
            place = self.shown(str(after)).removesuffix("/chat/completions")
            raise ModelUnavailableError(
                f"the server at {self.address.url} sends on with {response.status_code} to "
                f"{place}: nothing was sent there; give that address if you trust it"
            )
        return str(after)

    def _gone(self, error: httpx.HTTPError) -> ModelUnavailableError:
        if isinstance(error, httpx.ReadTimeout):
            return ModelUnavailableError(
                f"the language model at {self.address.url} sent nothing for {self._timeout:g} s "
                "(ReadTimeout): give it longer (--llm-timeout, timeout), or look after the server"
            )
        return ModelUnavailableError(
            f"the language model at {self.address.url} is out of reach or broke off "
            f"({type(error).__name__}): is the server running?"
        )
