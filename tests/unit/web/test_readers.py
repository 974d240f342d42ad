"""Readers do not wait for each other, and what they ask has a limit."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from trovato.core import Ranking
from trovato.library import Library
from trovato.llm import ScriptedModel
from trovato.web import build_app

WAIT = 60
Ask = Callable[..., Any]
PAGES = (
    "/",
    "/c/collection/search?q=harbour",
    "/c/collection/page?id=harbour.txt%231&q=harbour",
    "/c/collection/sheet?id=harbour.txt%231",
    "/c/collection/file?id=guide.txt%231",
)


class Slow(Library):
    """Searches for what is slow only once it is let go."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.begun, self.go_on = threading.Event(), threading.Event()

    def search(self, question: str, *rest: Any, **options: Any) -> Ranking:
        if "slow" in question:
            self.begun.set()
            assert self.go_on.wait(WAIT)
        return super().search(question, *rest, **options)


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Slow]:
    for name in ("harbour", "guide"):
        (tmp_path / f"{name}.txt").write_text(f"The harbour opened in 1871: {name}.", "utf-8")
    with Library.create(tmp_path / "c") as made:
        made.add(sorted(tmp_path.glob("*.txt")))
    library = Slow(tmp_path / "c")
    with library:
        yield library


def client(library: Library, model: ScriptedModel | None = None) -> TestClient:
    return TestClient(build_app(library, model), base_url="http://127.0.0.1")


def others_go_on(
    asker: TestClient,
    slow: Callable[[], Any],
    begun: threading.Event,
    go_on: Callable[[], None],
) -> None:
    """While one page is being made, all others can be had."""
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(slow)
        try:
            assert begun.wait(WAIT)
            for page in PAGES:
                found = pool.submit(asker.get, page).result(timeout=WAIT)
                assert found.status_code == 200
            assert not first.done()
        finally:
            go_on()
        assert first.result(timeout=WAIT).status_code == 200


def test_a_slow_search_holds_nobody_up(library: Slow, ask: Ask) -> None:
    asker = client(library)
    slow = "/c/collection/search?q=slow"
    others_go_on(asker, lambda: asker.get(slow), library.begun, library.go_on.set)


def test_a_slow_answer_holds_nobody_up(library: Slow, ask: Ask) -> None:
    asker = client(library)
    others_go_on(asker, lambda: ask(asker, "slow"), library.begun, library.go_on.set)


def test_a_slow_model_holds_no_reader_up(library: Slow, ask: Ask) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def script(*_: object) -> str:
        begun.set()
        assert go_on.wait(WAIT)
        return "In 1871."

    asker = client(library, ScriptedModel(script))
    others_go_on(asker, lambda: ask(asker, "When did the harbour open?"), begun, go_on.set)


def test_many_readers_see_what_one_sees(library: Slow) -> None:
    asker = client(library)
    alone = [asker.get(page).content for page in PAGES]
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda page: asker.get(page).content, PAGES * 8))
    assert found == alone * 8


@pytest.mark.parametrize("page", ["search", "page", "answers"])
def test_a_question_too_long_is_refused_with_words(library: Slow, page: str) -> None:
    asker = client(library)

    def asked(length: int) -> Any:
        given = {"id": "harbour.txt#1", "q": ("ab " * length)[:length]}
        return asker.get(f"/c/collection/{page}", params=given)

    assert asked(1999).status_code == 200
    found = asked(2003)
    assert found.status_code == 413
    assert "at most 2,000 characters on this page, and this one has 2,003" in found.text
    assert "ab ab" not in found.text


def test_a_form_too_long_is_refused_with_words(library: Slow, ask: Ask) -> None:
    asker = client(library)
    assert "this one has 2,003" in ask(asker, ("ab " * 2003)[:2003]).text
    assert ask(asker, "ab" * 40_000).status_code == 413


def test_a_title_is_cut(library: Slow, ask: Ask) -> None:
    asker = client(library)
    for question, title in (
        ("harbour", "harbour"),
        ("harbour " * 20, ("harbour " * 20)[:59] + "…"),
    ):
        search = asker.get("/c/collection/search", params={"q": question}).text
        for text in (search, ask(asker, question).text):
            found = re.search("<title>(.*?) – trovato</title>", text)
            assert found is not None
            assert found[1] == title
