"""Searches that come at once: so many run, the others wait or are asked to come back."""

from __future__ import annotations

import asyncio
from typing import Any

from starlette.applications import Starlette
from starlette.testclient import TestClient

from trovato.core import processors
from trovato.library import Library
from trovato.testing import WordEncoder
from trovato.web import build_app
from trovato.web.search_load import SearchLimit, SearchLoad
from trovato.web.site import API


def _asked(limit: SearchLimit, path: str = "/c/a/search") -> Any:
    """Start one request; gives back the task and what it was answered."""
    told: list[Any] = []

    async def receive() -> Any:
        return {"type": "http.request"}

    async def send(message: Any) -> None:
        told.append(message)

    scope = {"type": "http", "path": path, "headers": [], "method": "GET"}
    return asyncio.ensure_future(limit(scope, receive, send)), told


def test_those_beyond_wait_and_then_are_refused() -> None:
    async def run() -> None:
        gate, running = asyncio.Event(), 0

        async def app(scope: Any, receive: Any, send: Any) -> None:
            nonlocal running
            running += 1
            await gate.wait()

        allowed = 2 * processors()
        load = SearchLoad(most=allowed + 3)
        limit = SearchLimit(app, load)
        tasks = [_asked(limit)[0] for _ in range(allowed + 3)]
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert running == allowed
        assert load.waiting == allowed + 3
        refused, told = _asked(limit)
        await refused
        assert told[0]["status"] == 429
        assert int(dict(told[0]["headers"])[b"retry-after"]) >= 1
        _asked(limit, "/c/a/item")  # is not a search
        await asyncio.sleep(0)
        assert running == allowed + 1
        gate.set()
        await asyncio.gather(*tasks)
        assert running == allowed + 4
        assert (load.waiting, load.done, load.refused) == (0, allowed + 3, 1)

    asyncio.run(run())


def test_who_is_refused_is_told_when_those_before_are_answered() -> None:
    load = SearchLoad(turns=4)
    assert load.retry_after() == 1
    for _ in range(10):
        load.finished(9.0, 0.5)  # most of it was waiting
    load.waiting = 64
    assert load.retry_after() == 8
    load.waiting = 10_000
    assert load.retry_after() == 60


def test_a_search_that_fails_gives_its_turn_back() -> None:
    async def run() -> None:
        async def app(scope: Any, receive: Any, send: Any) -> None:
            raise RuntimeError

        load = SearchLoad()
        limit = SearchLimit(app, load)
        for _ in range(4 * processors()):
            task, _ = _asked(limit)
            await asyncio.wait([task])
            assert isinstance(task.exception(), RuntimeError)
        assert load.waiting == 0

    asyncio.run(run())


def test_how_searches_fare_is_told(tmp_path: Any) -> None:
    (tmp_path / "a.txt").write_text("The harbour opened in 1871.", "utf-8")
    with Library.create(tmp_path / "c", encoder=WordEncoder()) as library:
        library.add([tmp_path / "a.txt"])
        app: Starlette = build_app(library, hosts=["*"])
        client = TestClient(app, base_url="http://127.0.0.1")
        assert client.get(f"{API}load").json()["searches"] == 0
        for _ in range(3):
            assert client.get("/c/collection/search", params={"q": "harbour"}).status_code == 200
        told = client.get(f"{API}load").json()
    assert (told["searches"], told["waiting"], told["refused"]) == (3, 0, 0)
    assert 0 < told["p50"] <= told["p95"] <= told["p99"]
