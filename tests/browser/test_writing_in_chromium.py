"""An answer that is seen while a language model writes it, in a real browser."""

import socket
import threading
from collections.abc import Iterator

import pytest
import uvicorn
from playwright.sync_api import Page, expect

from trovato.core import AttentionMode, Decoding, Prompt
from trovato.library import Library
from trovato.llm import ScriptedModel
from trovato.testing import WordEncoder
from trovato.web import build_app

pytestmark = pytest.mark.browser


class Slow(ScriptedModel):
    """Writes a first word, and the rest when it is told to go on."""

    def __init__(self) -> None:
        super().__init__({})
        self.go_on = threading.Event()

    def stream(
        self, prompt: Prompt, decoding: Decoding = Decoding(), attention: AttentionMode = "causal"
    ) -> Iterator[str]:
        yield "In <b>"
        assert self.go_on.wait(60)
        yield " 1871."


@pytest.fixture
def model() -> Slow:
    return Slow()


@pytest.fixture
def address(tmp_path_factory: pytest.TempPathFactory, model: Slow) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("writing")
    (folder / "a.txt").write_text("The harbour opened in <b> 1871.", "utf-8")
    with Library.create(folder / "c", encoder=WordEncoder()) as library:
        library.add([folder / "a.txt"])
        progress = socket.create_server(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(build_app(library, model), log_level="warning"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [progress]})
        thread.start()
        yield f"http://127.0.0.1:{progress.getsockname()[1]}"
        server.should_exit = True
        model.go_on.set()
        thread.join(30)
        progress.close()


def test_words_are_seen_as_they_are_written(
    address: str, page: Page, model: Slow, errors: list[str]
) -> None:
    page.goto(address)
    page.keyboard.insert_text("When did the harbour open?")
    page.evaluate("document.querySelector('#answer').click()")
    expect(page.locator(".draft")).to_contain_text("In <b>")
    assert page.evaluate("document.querySelector('.said')") is None
    assert page.evaluate("document.querySelector('.draft').getAttribute('aria-hidden')") == "true"
    model.go_on.set()
    expect(page.locator(".said")).to_be_visible()
    page.wait_for_load_state()
    said = page.evaluate("document.querySelector('.said').innerText.trim()")
    assert said.startswith("In <b> 1871.")
    assert page.evaluate("document.querySelector('.outcome').getAttribute('role')") == "status"
    assert page.evaluate("getComputedStyle(document.querySelector('.draft-box')).display") == "none"
    assert errors == []
