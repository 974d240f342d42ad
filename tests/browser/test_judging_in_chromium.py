"""People judge in a real browser: by keyboard, without a connection, over a killed server."""

import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Page, expect

from trovato.annotate import Document, Judged, Project, SettingsSet, Suggested

pytestmark = pytest.mark.browser

TEXTS = [f"Document {at} says 😀 naïve things. It opened in {1800 + at}. عربي" for at in range(60)]


class Server:
    """`trovato annotate start`, which may be killed and started again on the same port."""

    def __init__(self, place: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self._port = free.getsockname()[1]
        self._place = place
        self.start()

    def start(self) -> None:
        words = ["trovato", "annotate", "start", str(self._place), "--port", str(self._port)]
        self.process = subprocess.Popen(
            [sys.executable, "-m", *words], stdout=subprocess.PIPE, text=True
        )
        assert self.process.stdout is not None
        first = self.process.stdout.readline()
        self.address = re.split(r" at ", first.strip())[1]

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        assert self.process.stdout is not None
        self.process.stdout.close()


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("judged") / "made.judged"
    with Project.create(place, "ada", SettingsSet(overlap=0.0, guideline="Be fair.")) as project:
        names = [f"d{at}" for at in range(60)]
        project.add_documents(Document(name, text) for name, text in zip(names, TEXTS, strict=True))
        project.add_queries({"q1": "When did it open?"}, "ada")
        project.add_run({"q1": names}, "secret-run", "ada", depth=60)
        for name in names:
            project.record("ada", Suggested("grade", "q1", name, "secret-model", "h", {"grade": 2}))
    return place


@pytest.fixture(scope="module")
def server(place: Path) -> Iterator[Server]:
    server = Server(place)
    yield server
    server.kill()


def badge(page: Page) -> str:
    return str(page.evaluate("document.querySelector('#badge').textContent"))


def grades(place: Path) -> dict[str, int | None]:
    with Project.open(place) as project:
        return {one.document: one.grade for one in project.judgements()}


def shown(page: Page) -> str:
    return str(page.evaluate("document.querySelector('#document-name').textContent"))


def test_a_person_judges_by_keyboard(
    server: Server, page: Page, place: Path, errors: list[str]
) -> None:
    page.goto(server.address)
    expect(page.locator("#query")).to_have_text("When did it open?")
    assert "token" not in page.evaluate("location.href")
    assert "secret" not in page.evaluate("document.documentElement.outerHTML")
    first = shown(page)
    # A sentence is marked as evidence, and what is marked is what is stored.
    page.keyboard.press("]")
    page.keyboard.press("]")
    page.keyboard.press("h")
    expect(page.locator("#content mark").first).to_be_attached()
    page.keyboard.press("3")
    expect(page.locator("#document-name")).not_to_have_text(first)
    expect(page.locator("#badge")).to_have_text("saved")
    assert grades(place) == {first: 3}
    with Project.open(place) as project:
        (span,) = project.spans("q1").values()
        text = TEXTS[int(first[1:])]
        assert text[span.start : span.end] == span.quote == f"It opened in {1800 + int(first[1:])}."
    # The model is shown now, and only now.
    expect(page.locator("#model")).to_contain_text("secret-model 2")
    second = shown(page)
    page.keyboard.press("x")
    expect(page.locator("#document-name")).not_to_have_text(second)
    page.keyboard.press("z")
    expect(page.locator("#document-name")).to_have_text(second)
    expect(page.locator("#badge")).to_have_text("saved")
    assert grades(place) == {first: 3}
    page.keyboard.press("u")
    page.keyboard.press("a")
    assert page.evaluate("document.activeElement.id") == "answer"
    page.keyboard.insert_text("It opened in 1801. 3 x z")
    assert page.evaluate("document.querySelector('#answer').value") == "It opened in 1801. 3 x z"
    page.evaluate("document.querySelector('#save-answer').click()")
    page.evaluate("document.querySelector('#answer').blur()")
    expect(page.locator("#badge")).to_have_text("saved")
    assert grades(place) == {first: 3, second: None}
    with Project.open(place) as project:
        (answer,) = project.store.current("answer")
        assert getattr(answer.event, "text", "") == "It opened in 1801. 3 x z"
        assert len(getattr(answer.event, "citations", ())) == 1
    assert errors == []


def test_nothing_is_called_saved_before_it_is(server: Server, page: Page, place: Path) -> None:
    page.goto(server.address)
    expect(page.locator("#query")).to_have_text("When did it open?")
    before = grades(place)
    # Whenever the badge changes, what it says is noted beside what waits in the outbox.
    page.evaluate(
        """
        window.notes = [];
        const badge = document.querySelector('#badge');
        new MutationObserver(() => window.notes.push(badge.textContent))
          .observe(badge, {childList: true, characterData: true, subtree: true});
        """
    )
    server.kill()
    seen = []
    for _ in range(12):
        seen.append(shown(page))
        page.keyboard.press("1")
    expect(page.locator("#badge")).to_contain_text("12 waiting")
    assert "saved" not in page.evaluate("JSON.stringify(window.notes)")
    assert grades(place) == before
    # The tab is closed and opened again while nothing can be reached; then the server is back.
    server.start()
    page.goto(server.address)
    expect(page.locator("#badge")).to_have_text("saved")
    assert grades(place) == {**before, **dict.fromkeys(seen, 1)}
    with Project.open(place) as project:
        assert project.verify() == []


def test_the_server_is_killed_in_the_middle_of_saves(
    server: Server, page: Page, place: Path
) -> None:
    page.goto(server.address)
    expect(page.locator("#query")).to_have_text("When did it open?")
    before, seen = grades(place), []
    for number in range(10):
        seen.append(shown(page))
        page.keyboard.press("2")
        if number in (3, 7):
            server.kill()
            time.sleep(0.2)
            server.start()
    expect(page.locator("#badge")).to_have_text("saved")
    assert grades(place) == {**before, **dict.fromkeys(seen, 2)}


def test_what_another_has_taken_is_told_and_kept(server: Server, page: Page, place: Path) -> None:
    page.goto(server.address)
    expect(page.locator("#query")).to_have_text("When did it open?")
    taken = shown(page)
    with Project.open(place) as project:
        project.add_member("eve", "annotator", "ada")
        with project.store.transaction():
            project.store.release("ada", "q1", taken)
        project.record("eve", Judged("q1", taken, 0))
    page.keyboard.press("3")
    expect(page.locator("#badge")).to_have_text("1 not accepted")
    assert "all the grades that are wanted" in page.evaluate(
        "document.querySelector('#problem').textContent"
    )
    assert page.evaluate("document.querySelector('#problem').hidden") is False
    page.evaluate("localStorage.clear()")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_a_telephone_and_every_control_has_a_name(
    server: Server, page: Page, scheme: Literal["light", "dark"]
) -> None:
    page.set_viewport_size({"width": 320, "height": 700})
    page.emulate_media(color_scheme=scheme)
    page.goto(server.address)
    expect(page.locator("#query")).to_have_text("When did it open?")
    assert page.evaluate("document.documentElement.scrollWidth <= 320") is True
    small = """[...document.querySelectorAll('button')].filter(
        (button) => button.getBoundingClientRect().height < 24).length"""
    assert page.evaluate(small) == 0
    seen = page.get_by_role("main").aria_snapshot()
    controls = re.findall(r"- (?:button|textbox|checkbox)\b(.*)", seen)
    assert len(controls) >= 9
    assert all('"' in control for control in controls)  # each has a name
    page.set_viewport_size({"width": 1280, "height": 720})


def test_a_stranger_learns_nothing(server: Server, page: Page) -> None:
    page.context.clear_cookies()
    page.goto(server.address.split("?")[0])
    assert "it says who you are" in page.inner_text("main")
    assert "When did it open" not in page.content()


def test_hands_take_less_time_than_in_aiano(tmp_path: Path, page: Page) -> None:
    """Operators as the browser saw them: 2 relevant documents with evidence, 4 that are not."""
    from trovato.systems.aiano import Flow, klm_seconds, reproduce

    place = tmp_path / "timed.judged"
    with Project.create(place, "ada", SettingsSet(overlap=0.0)) as project:
        project.add_documents(Document(f"d{at}", TEXTS[at]) for at in range(6))
        project.add_queries({"q1": "When did it open?"}, "ada")
        project.add_run({"q1": [f"d{at}" for at in range(6)]}, "run", "ada")
    server = Server(place)
    try:
        page.goto(server.address)
        expect(page.locator("#query")).to_have_text("When did it open?")
        page.evaluate(
            """
            window.operators = '';
            for (const [kind, letter] of [['keydown', 'K'], ['mousedown', 'B'], ['mousemove', 'P']])
              addEventListener(kind, () => { window.operators += letter; }, true);
            """
        )
        taken = []
        for relevant in (True, False, True, False, False, False):
            page.evaluate("window.operators = ''")
            # Each decision is a mental operator: which sentence, that it is evidence, which grade.
            for key in ("]", "]", "h", "3") if relevant else ("0",):
                page.keyboard.press(key)
            taken.append(
                (relevant, "M" * (2 if relevant else 1) + page.evaluate("window.operators"))
            )
        expect(page.locator("#badge")).to_have_text("saved")
    finally:
        server.kill()
    assert {operators for relevant, operators in taken if relevant} == {"MMKKKK"}
    assert {operators for relevant, operators in taken if not relevant} == {"MK"}
    with Project.open(place) as project:
        assert sorted(one.grade or 0 for one in project.judgements()) == [0, 0, 0, 0, 3, 3]
        assert len(project.spans("q1")) == 2
    ours = Flow(0.0, klm_seconds("MMKKKK"), klm_seconds("MK"), 0.0)
    (_, theirs), (_, alone), (_, with_negatives) = reproduce(ours)
    assert klm_seconds("MK") <= 1.5
    assert alone <= 17 < theirs
    assert with_negatives <= 23
