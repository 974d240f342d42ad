"""Answers: asked once, kept at an address, cited where they say so."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from trovato.core import (
    Answer,
    AttentionMode,
    Decoding,
    InvalidInputError,
    Item,
    ModelUnavailableError,
    Prompt,
)
from trovato.generate import mark_of
from trovato.library import Library, answer_json
from trovato.llm import ScriptedModel
from trovato.web import Workspace, build_app
from trovato.web.workspace import Answers

Ask = Callable[..., Any]
QUESTION = "When did the harbour open?"
TEXTS = {
    "harbour": "The harbour opened in 1871. Ships unload timber there.",
    "guide": "Visitors like the old harbour. The harbour opened in 1871.",
    "rumour": "Some people say <b>otherwise</b>. The harbour opened in 1950.",
}


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    folder = tmp_path_factory.mktemp("answers")
    for name, text in TEXTS.items():
        (folder / f"{name}.txt").write_text(text, "utf-8")
    with Library.create(folder / "c") as library:
        library.add([folder / f"{name}.txt" for name in TEXTS])
        yield library


def client(
    library: Library,
    model: ScriptedModel | None = None,
    guard: str = "none",
    workspace: Workspace | None = None,
) -> TestClient:
    app = build_app(library, model, guard, workspace=workspace)
    return TestClient(app, base_url="http://127.0.0.1")


def said(page: str) -> str:
    """Words of the answer."""
    found = re.findall(
        r'<(?:div|p) class="said">(.*?)</(?:div|p)>\s*<p class="(?:hint|doubt)">', page, re.DOTALL
    )
    assert found, page
    return " ".join(unescape(re.sub("<[^>]*>", "", found[-1])).split())


def change(asker: TestClient, page: Any, to: str) -> Any:
    """Press one of the page's buttons."""
    token = re.search(r'form_token" value="(\w+)"', page.text)
    assert token is not None
    return asker.post(f"{page.url.path}/{to}", data={"form_token": token[1]})


def test_an_extractive_answer_says_so_and_is_cited(library: Library, ask: Ask) -> None:
    asker = client(library)
    page = ask(asker, QUESTION)
    assert page.url.path.startswith("/answers/")
    assert said(page.text) == "The harbour opened in 1871. [1]"
    assert "no language model wrote it" in page.text
    assert 'class="draft"' not in page.text
    link = re.search(r'href="([^"]*cited=[^"]*)"', page.text)
    assert link is not None
    cited = asker.get(str(page.url.join(unescape(link[1]))))
    assert "<h2>Cited</h2>" in cited.text
    assert "<mark>The harbour opened in 1871.</mark>" in cited.text
    back = re.search(r'id="back"[^>]*href="([^"]*)"', cited.text)
    assert back is not None
    assert cited.url.join(back[1]).path == page.url.path


def test_an_answer_has_an_address_and_is_asked_once(library: Library, ask: Ask) -> None:
    model = ScriptedModel(lambda *_: "It opened in 1871.")
    asker = client(library, model)
    page = ask(asker, QUESTION, filter="page=1", mode="lexical")
    again = asker.get(page.url.path)
    assert len(model.asked) == 1
    assert said(again.text) == said(page.text) == "It opened in 1871. [1]"
    assert 'value="page=1"' in again.text
    assert f"answers/{page.url.path.rpartition('/')[2]}" in asker.get("/").text


def test_answers_outlive_the_server(library: Library, ask: Ask, tmp_path: Path) -> None:
    with Workspace(tmp_path / "w.db") as workspace:
        page = ask(client(library, workspace=workspace), QUESTION)
    with Workspace(tmp_path / "w.db") as workspace:
        model = ScriptedModel({})
        assert client(library, model, workspace=workspace).get(page.url.path).text.count("1871") > 1
        assert model.asked == []


def test_citations_stand_where_the_model_put_them(library: Library, ask: Ask) -> None:
    mark = {name: mark_of(Item(f"{name}.txt#1", "page")) for name in TEXTS}
    written = (
        f"- The harbour **opened** in 1871 [{mark['harbour']}]\n"
        f"- The harbour opened in 1950 [zz9, {mark['rumour']}] <i>so</i>"
    )
    page = ask(client(library, ScriptedModel(lambda *_: written)), QUESTION).text
    assert 'in 1871 <a class="cite" href="#cite-' in page
    assert 'in 1950 <a class="cite" href="#cite-' in page
    assert "<strong>opened</strong>" in page
    assert "&lt;i&gt;so&lt;/i&gt;" in page
    assert "zz9" not in page.partition('class="outcome"')[2]
    for number in re.findall(r'href="#cite-(\d)"', page):
        assert f'id="cite-{number}"' in page


def test_why_shows_each_page_and_their_vote(library: Library, ask: Ask) -> None:
    page = ask(client(library), QUESTION).text
    assert page.count('<th scope="row">') == 3
    assert "<b>2 pages</b> The harbour opened in 1871." in page
    assert "<b>1 page</b> The harbour opened in 1950." in page
    assert "was not decided by this vote" in page
    voted = ask(client(library, guard="vote"), QUESTION).text
    assert "The vote stands against 0 poisoned pages." in voted
    assert "Guarded by vote." in voted
    assert "left out by ragdefender" in ask(client(library, guard="ragdefender"), QUESTION).text


def test_why_keeps_the_answer_that_was_given(library: Library, ask: Ask) -> None:
    model = ScriptedModel(lambda prompt, _: f"{len(prompt.documents)} documents")
    asker = client(library, model)
    page = ask(asker, QUESTION)
    assert 'id="why"' in page.text
    told = change(asker, page, "why")
    assert said(told.text) == "3 documents"
    assert told.text.index("3 documents") < told.text.index("Asking each page alone")
    assert told.text.count("<td>1 documents</td>") == 3
    assert sorted(len(prompt.documents) for prompt, _ in model.asked) == [1, 1, 1, 3]
    assert asker.get(page.url.path).text.count("<td>1 documents</td>") == 3
    assert len(model.asked) == 4


def test_votes_that_all_differ_are_one_line(library: Library, ask: Ask) -> None:
    numbers = iter(range(9))
    model = ScriptedModel(lambda *_: f"answer {next(numbers)}")
    asker = client(library, model)
    told = change(asker, ask(asker, QUESTION), "why")
    assert "All 3 pages that answer say something else." in told.text


def test_what_goes_wrong_is_said_in_the_page_and_can_be_asked_again(
    library: Library, ask: Ask
) -> None:
    down = [True]

    def script(*_: object) -> str:
        if down[0]:
            raise ModelUnavailableError("the server at <home> is out of reach")
        return "It opened in 1871."

    asker = client(library, ScriptedModel(script))
    page = ask(asker, QUESTION)
    assert "the server at &lt;home&gt; is out of reach" in page.text
    assert "Show the best pages instead" in page.text
    down[0] = False
    assert "out of reach" in asker.get(page.url.path).text  # only a button asks again
    assert said(change(asker, page, "again").text).startswith("It opened in 1871.")


def test_a_fault_of_ours_does_not_leave_the_reader_waiting(
    library: Library, ask: Ask, caplog: pytest.LogCaptureFixture
) -> None:
    page = ask(client(library, ScriptedModel(lambda *_: str(1 // 0))), QUESTION)
    assert "could not be made" in page.text
    assert "ZeroDivisionError" in caplog.text


def test_conditions_that_cannot_be_read_ask_nothing(library: Library, ask: Ask) -> None:
    for model in (None, ScriptedModel({})):
        asker = client(library, model)
        page = ask(asker, QUESTION, filter="colour:red")
        assert page.status_code == 400
        assert "colour" in page.text
        assert QUESTION in page.text
        assert "Asked before" not in asker.get("/").text
    with pytest.raises(InvalidInputError, match="changes how a language model reads"):
        build_app(library, guard="sdag")


class Slow(ScriptedModel):
    """Writes a word, and the next when it is told to go on."""

    def __init__(self) -> None:
        super().__init__({})
        self.begun, self.go_on = threading.Event(), threading.Semaphore(0)
        self.ended = threading.Event()

    def stream(
        self, prompt: Prompt, decoding: Decoding = Decoding(), attention: AttentionMode = "causal"
    ) -> Iterator[str]:
        self.begun.set()
        try:
            for word in ("In ", "the ", "year ", "1871."):
                yield word
                assert self.go_on.acquire(timeout=60)
        finally:
            self.ended.set()


def test_an_answer_can_be_stopped_and_what_was_written_is_kept(library: Library, ask: Ask) -> None:
    model = Slow()
    asker = client(library, model)
    pages: list[Any] = []
    reader = threading.Thread(target=lambda: pages.append(ask(asker, QUESTION)))
    reader.start()
    assert model.begun.wait(60)
    name = re.search(r"answers/([\w-]+)", asker.get("/").text)
    assert name is not None
    token = re.search(r'form_token" value="(\w+)"', asker.get("/").text)
    assert token is not None
    form = {"form_token": token[1]}
    stop = asker.post(f"/answers/{name[1]}/stop", data=form, follow_redirects=False)
    assert stop.status_code == 303
    model.go_on.release()
    assert model.ended.wait(60)
    reader.join(60)
    stopped = asker.get(f"/answers/{name[1]}").text
    assert "Stopped before it was done." in stopped
    assert "In" in stopped.partition('class="said"')[2]
    assert "1871" not in stopped.partition('class="said"')[2]


@pytest.mark.parametrize(
    ("address", "status", "there"),
    [
        ("/answers/none", 404, "there is no answer"),
        ("/c/other/answers?q=x", 404, "no collection is called"),
    ],
)
def test_odd_addresses(library: Library, address: str, status: int, there: str) -> None:
    page = client(library).get(address)
    assert page.status_code == status
    assert there in page.text


def test_a_blank_question_is_no_question(library: Library, ask: Ask) -> None:
    assert ask(client(library), "  ").url.path == "/c/collection/search"
    nothing = ask(client(library), "Zebra giraffe okapi", mode="lexical").text
    assert "No answer was found" in nothing


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        (
            {"refused": "I <b>cannot</b>."},
            "The language model declined to answer: I <b>cannot</b>.",
        ),
        ({"cut": True}, "did not come to its answer"),
        ({"votes": {"1871": 1, "1950": 1}}, "The pages disagree: 1 for “1871”; 1 for “1950”."),
        ({"votes": {str(year): 1 for year in range(7)}}, "1 for “4”; 2 more."),
        ({}, "No answer was found in the pages."),
        ({"text": "In 1871.", "cut": True}, "Cut off here"),
        ({"text": "In 1871.", "unsupported": ("It <rained>.",)}, "No page says this: It <rained>."),
    ],
)
def test_what_is_wrong_with_an_answer_is_said_beside_it(
    library: Library, fields: dict[str, Any], said: str
) -> None:
    workspace = Workspace()
    answers = Answers(workspace)
    name = answers.ask("collection", QUESTION, "", "hybrid", "")
    told = answer_json(Answer(**{"text": "", "method": "llama", **fields}))
    answers.record(name, "answered", {"answer": told, "written": "", "seconds": 1.0})
    page = TestClient(build_app(library, workspace=workspace), base_url="http://127.0.0.1")
    shown = page.get(f"/answers/{name}").text
    assert "<rained>" not in shown
    assert "<b>cannot" not in shown
    assert said in unescape(re.sub(r"</?(q|p|div|span)[^>]*>", "", shown))
