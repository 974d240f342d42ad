"""How many searches run at once, how long they take, and when further ones are refused."""

from __future__ import annotations

import asyncio
import logging
import math
import time
from collections import deque
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from trovato.core import processors

_LOG = logging.getLogger("trovato.web")
# Searches that are waited for at once; beyond, visitors are asked to come back.
MOST_WAITING = 256
_REMEMBERED = 1000


@dataclass(slots=True)
class SearchLoad:
    """What is known of the last searches; of one event loop.

    Parameters
    ----------
    most
        Searches that are waited for at once.
    turns
        Searches that run at once.
    """

    most: int = MOST_WAITING
    turns: int = field(default_factory=lambda: 2 * processors())
    waiting: int = 0
    done: int = 0
    refused: int = 0
    _seconds: deque[float] = field(default_factory=lambda: deque(maxlen=_REMEMBERED))
    _running: deque[float] = field(default_factory=lambda: deque(maxlen=_REMEMBERED))

    def quantiles(self) -> dict[str, float]:
        """Milliseconds within which half, 95 and 99 of 100 of the last 1,000 were answered."""
        times = np.array(self._seconds or [0.0]) * 1e3
        return {f"p{share}": float(np.percentile(times, share)) for share in (50, 95, 99)}

    def told(self) -> dict[str, Any]:
        """All of it, by name."""
        counts = {"searches": self.done, "waiting": self.waiting, "refused": self.refused}
        return {**counts, **self.quantiles()}

    def finished(self, seconds: float, running: float) -> None:
        """Count a search by how long it took, and how long without waiting.

        Each 1,000 are told to the log.
        """
        self.done += 1
        self._seconds.append(seconds)
        self._running.append(running)
        if self.done % _REMEMBERED == 0:
            _LOG.info("searches: %s", self.told())

    def retry_after(self) -> int:
        """Seconds after which those that wait are probably answered."""
        half = float(np.median(self._running or [0.0]))
        return max(1, min(60, math.ceil(half * self.waiting / self.turns)))


class SearchLimit:
    """Lets as many searches run at once as processors can use; the others wait in order.

    More of them would only share processors, and answer later. Where more wait than
    `SearchLoad.most`, the answer is 429 with `Retry-After`.

    Parameters
    ----------
    app
        What answers.
    load
        Where it is counted.
    """

    def __init__(self, app: ASGIApp, load: SearchLoad) -> None:
        self._app = app
        self._load = load
        self._turns = asyncio.Semaphore(load.turns)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http" or not scope["path"].endswith("/search"):
            await self._app(scope, receive, send)
            return
        load = self._load
        if load.waiting >= load.most:
            load.refused += 1
            await _refusal(scope, load.retry_after())(scope, receive, send)
            return
        began = started = time.monotonic()
        load.waiting += 1
        try:
            async with self._turns:
                started = time.monotonic()
                await self._app(scope, receive, send)
        finally:
            load.waiting -= 1
            now = time.monotonic()
            load.finished(now - began, now - started)


def _refusal(scope: Scope, seconds: int) -> Response:
    said = f"too many searches wait: ask again in {seconds} s"
    headers = {"Retry-After": str(seconds)}
    if scope["path"].startswith("/c/"):
        return PlainTextResponse(said, 429, headers)
    body = {"type": "about:blank", "status": 429, "title": said}
    return JSONResponse(body, 429, headers, media_type="application/problem+json")
