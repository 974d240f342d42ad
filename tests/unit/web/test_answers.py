"""The answer box: what it shows, and that it waits for nobody."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from html import unescape

import pytest
from starlette.testclient import TestClient

from trovato.core import AttentionMode, Decoding, InvalidInputError, ModelUnavailableError, Prompt
from trovato.library import Library
from trovato.llm import ScriptedModel
from trovato.web import build_app
from trovato.web.answer_jobs import Asking, Writing

QUESTION = {"q": "When did the harbour open?"}
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


def client(library: Library, model: ScriptedModel | None = None, guard: str = "none") -> TestClient:
    return TestClient(build_app(library, model, guard), base_url="http://127.0.0.1")


def said(page: str) -> str:
    found = re.search(r'<p class="said" role="status">(.*?)</p>', page, re.DOTALL)
    assert found is not None, page
    return unescape(found[1])


def test_an_extractive_answer_says_so_and_is_cited(library: Library) -> None:
    page = client(library).get("/answer", params=QUESTION)
    assert page.status_code == 200
    assert "default-src 'self'" in page.headers["content-security-policy"]
    assert said(page.text) == "The harbour opened in 1871."
    assert "no language model wrote it" in page.text
    assert 'class="draft"' not in page.text
    assert "What each page says alone" not in page.text.replace("Why this answer? What each", "")
    link = re.search(r'href="(/page\?[^"]*cited=[^"]*)"', page.text)
    assert link is not None
    cited = client(library).get(unescape(link[1])).text
    assert "Cited for" in cited
    assert re.search(r"<blockquote>\s*The harbour opened in 1871\.</blockquote>", cited)
    assert 'id="back" href="/answer?q=' in cited


def test_the_cited_words_are_marked_and_nothing_else(library: Library) -> None:
    page = client(library).get("/answer", params=QUESTION).text
    [address] = dict.fromkeys(re.findall(r'src="(/picture[^"]*cited=[^"]*)"', page)[:1])
    with_words = client(library).get(unescape(address)).content
    bare = client(library).get(re.sub(r"&cited=[^&]*", "", unescape(address))).content
    assert with_words.startswith(b"\x89PNG")
    assert with_words != bare


def test_why_shows_each_page_and_their_vote(library: Library) -> None:
    page = client(library).get("/answer", params={**QUESTION, "why": "1"}).text
    assert page.count('<th scope="row">') == 3
    assert "<b>2 pages</b> The harbour opened in 1871." in page
    assert "<b>1 page</b> The harbour opened in 1950." in page
    assert "was not decided by this vote" in page
    voted = client(library, guard="vote").get("/answer", params={**QUESTION, "why": "1"}).text
    assert "The vote stands against 0 poisoned pages." in voted
    assert "Guarded by vote." in voted
    filtered = client(library, guard="ragdefender").get("/answer", params={**QUESTION, "why": "1"})
    assert "left out by ragdefender" in filtered.text


def test_a_written_answer_is_drafted_and_then_said(library: Library) -> None:
    model = ScriptedModel(lambda *_: "It opened <in> 1871 [zz9].")
    page = client(library, model).get("/answer", params=QUESTION).text
    assert "It opened &lt;in&gt; 1871 [zz9].</p>" in page
    assert said(page) == "It opened <in> 1871."
    assert "Written by a language model (scripted)" in page
    assert page.index('class="draft"') < page.index('class="said"')


def test_why_asks_of_the_answer_that_was_given(library: Library) -> None:
    model = ScriptedModel(lambda prompt, _: f"{len(prompt.documents)} documents")
    asker = client(library, model)
    asker.get("/answer", params=QUESTION)
    page = asker.get("/answer", params={**QUESTION, "why": "1"}).text
    assert said(page) == "3 documents"
    assert page.count("<td>1 documents</td>") == 3
    assert sorted(len(prompt.documents) for prompt, _ in model.asked) == [1, 1, 1, 3]


def test_the_answers_that_were_given_last_are_kept(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("trovato.web.answer_jobs._KEPT", 1)
    model = ScriptedModel(lambda prompt, _: f"{len(prompt.documents)} documents")
    asking = Asking(library, model)

    def asked(question: str, *, why: bool) -> int:
        before = len(model.asked)
        list(asking.start(question, "", "hybrid", why=why).pieces())
        return len(model.asked) - before

    assert asked("When did it open?", why=False) == 1
    assert asked("Where is the harbour?", why=False) == 1
    assert asked("Where is the harbour?", why=True) == 3  # each page alone
    assert asked("When did it open?", why=True) == 4  # forgotten, so it is asked again


def test_pieces_come_before_the_whole(library: Library) -> None:
    go_on = threading.Event()

    class Slow(ScriptedModel):
        def stream(
            self,
            prompt: Prompt,
            decoding: Decoding = Decoding(),
            attention: AttentionMode = "causal",
        ) -> Iterator[str]:
            yield "In "
            assert go_on.wait(60)
            yield "1871."

    asking = Asking(library, Slow({}))
    writing = asking.start(QUESTION["q"], "", "hybrid", why=False)
    pieces = writing.pieces()
    assert next(pieces) == "In "
    assert writing.answer is None
    go_on.set()
    assert list(pieces) == ["1871."]
    assert writing.answer is not None
    assert writing.answer.text == "In 1871."


def test_a_model_stops_when_nobody_listens(library: Library) -> None:
    ended = threading.Event()

    class Endless(ScriptedModel):
        def stream(
            self,
            prompt: Prompt,
            decoding: Decoding = Decoding(),
            attention: AttentionMode = "causal",
        ) -> Iterator[str]:
            try:
                while True:
                    yield "on and "
            finally:
                ended.set()

    writing = Asking(library, Endless({})).start("Who?", "", "late", why=False)
    pieces = writing.pieces()
    next(pieces)
    pieces.close()  # type: ignore[attr-defined]
    assert ended.wait(60)


def test_what_goes_wrong_is_said_in_the_page(library: Library) -> None:
    def gone(*_: object) -> str:
        raise ModelUnavailableError("the server at <home> is out of reach")

    page = client(library, ScriptedModel(gone)).get("/answer", params=QUESTION)
    assert "the server at &lt;home&gt; is out of reach" in page.text
    assert 'role="alert"' in page.text
    refused = client(library).get("/answer", params={**QUESTION, "filter": "colour:red"})
    assert refused.status_code == 400
    assert "colour" in refused.text
    with pytest.raises(InvalidInputError, match="changes how a language model reads"):
        build_app(library, guard="sdag")


def test_a_fault_of_ours_does_not_leave_the_reader_waiting(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def work(_: object) -> None:
        raise ZeroDivisionError

    writing = Writing(work, apart=True)  # type: ignore[arg-type]
    assert list(writing.pieces()) == []
    assert "could not be made" in writing.problem
    assert "ZeroDivisionError" in caplog.text


@pytest.mark.parametrize(
    ("address", "status", "there"),
    [
        ("/answer?q=harbour&mode=magic", 400, "mode must be one of"),
        ("/page?id=harbour.txt%231&cited=9", 400, "two places such as"),
        ("/picture?id=harbour.txt%231&cited=9-4", 400, "two places such as"),
        ("/answer?q=", 200, "Ask a question"),
        ("/answer?q=Zebra+giraffe+okapi&mode=lexical", 200, "No answer was found"),
    ],
)
def test_odd_addresses(library: Library, address: str, status: int, there: str) -> None:
    page = client(library).get(address)
    assert page.status_code == status
    assert there in page.text


def test_another_site_cannot_have_the_model_asked(library: Library) -> None:
    model = ScriptedModel(lambda *_: "1871")
    asker = client(library, model)
    for site, status in (("cross-site", 403), ("same-origin", 200), ("none", 200)):
        page = asker.get("/answer", params=QUESTION, headers={"sec-fetch-site": site})
        assert page.status_code == status
    assert len(model.asked) == 2
