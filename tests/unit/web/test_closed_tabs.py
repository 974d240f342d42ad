"""Nobody who waits means nobody who writes: over a real server, with sockets that are closed."""

from __future__ import annotations

import gc
import re
import socket
import threading
from collections.abc import Callable, Iterator, Sequence

import httpx
import pytest
import uvicorn

from trovato.core import AttentionMode, Completion, Decoding, Prompt
from trovato.library import Library
from trovato.llm import ScriptedModel
from trovato.web import build_app

WAIT = 60


class Gated(ScriptedModel):
    """Writes one word for each that is let through; without an end."""

    def __init__(self) -> None:
        super().__init__({})
        self.let = threading.Semaphore(0)
        self.begun: list[str] = []
        self.written = 0
        self.ended = threading.Semaphore(0)

    def complete(
        self,
        prompts: Sequence[Prompt],
        decoding: Decoding = Decoding(),
        attention: AttentionMode = "causal",
    ) -> list[Completion]:
        return [Completion("".join(self.stream(one)), "stop") for one in prompts]

    def stream(
        self, prompt: Prompt, decoding: Decoding = Decoding(), attention: AttentionMode = "causal"
    ) -> Iterator[str]:
        self.begun.append(prompt.segments[-1].text)
        try:
            while self.let.acquire(timeout=WAIT):
                self.written += 1
                yield "word "
        finally:
            self.ended.release()


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    folder = tmp_path_factory.mktemp("tabs")
    for name in ("harbour", "guide"):
        (folder / f"{name}.txt").write_text(
            f"The harbour opened in 1871, says the {name}.", "utf-8"
        )
    with Library.create(folder / "c") as library:
        library.add(sorted(folder.glob("*.txt")))
        yield library


@pytest.fixture
def model() -> Gated:
    return Gated()


@pytest.fixture(params=["none", "vote"])
def port(request: pytest.FixtureRequest, library: Library, model: Gated) -> Iterator[int]:
    """Of a server in another thread. Garbage is not collected: closing must not wait for it."""
    progress = socket.socket()
    progress.bind(("127.0.0.1", 0))
    progress.listen()
    app = build_app(library, model, request.param)
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [progress]})
    gc.disable()
    thread.start()
    yield progress.getsockname()[1]
    gc.enable()
    server.should_exit = True
    model.let.release(10_000)
    thread.join()
    progress.close()


class Tab:
    """A browser that asks, and leaves."""

    def __init__(self, port: int, question: str) -> None:
        self._port = port
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=WAIT)
        with httpx.Client(base_url=f"http://127.0.0.1:{port}") as server:
            token = re.search(r'form_token" value="(\w+)"', server.get("/").text)
            assert token is not None
            form = {"q": question, "form_token": token[1]}
            address = server.post("/c/collection/answers", data=form).headers["location"][5:]
        self._socket.sendall(f"GET {address} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
        self._read = b""

    def wait_for(self, text: bytes) -> None:
        while text not in self._read:
            part = self._socket.recv(4096)
            assert part, self._read
            self._read += part

    def close(self) -> None:
        self._socket.close()
        for _ in range(3):  # what comes later is served later: so the server knows
            assert httpx.get(f"http://127.0.0.1:{self._port}/").status_code == 200


def wait_until(done: Callable[[], bool]) -> None:
    pause = threading.Event()
    assert any(done() or pause.wait(0.01) for _ in range(100 * WAIT))


def test_a_model_stops_within_a_word_when_the_tab_is_closed(model: Gated, port: int) -> None:
    tab = Tab(port, "Who opened the harbour?")
    tab.wait_for(b"Reading the pages")
    wait_until(lambda: len(model.begun) == 1)
    model.let.release(3)
    wait_until(lambda: model.written == 3)
    tab.close()
    model.let.release()
    assert model.ended.acquire(timeout=WAIT)
    assert model.written == 4
    assert len(model.begun) == 1


def test_questions_of_closed_tabs_are_not_asked(model: Gated, port: int) -> None:
    first = Tab(port, "Who opened the harbour?")
    wait_until(lambda: len(model.begun) == 1)
    second, third = Tab(port, "Where is the harbour?"), Tab(port, "When was the harbour new?")
    second.wait_for(b"Reading the pages")
    third.wait_for(b"Reading the pages")
    second.close()
    first.close()
    model.let.release()
    wait_until(lambda: len(model.begun) == 2)
    assert "Who opened the harbour?" in model.begun[0]
    assert "When was the harbour new?" in model.begun[1]
    third.close()
    model.let.release()
    assert model.ended.acquire(timeout=WAIT)
    assert model.ended.acquire(timeout=WAIT)
    assert len(model.begun) == 2
