"""People judge in a real browser: by keyboard, without a connection, over a killed server."""

import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

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


def badge(browser: Any) -> str:
    return str(browser.ask("document.querySelector('#badge').textContent"))


def grades(place: Path) -> dict[str, int | None]:
    with Project.open(place) as project:
        return {one.document: one.grade for one in project.judgements()}


def shown(browser: Any) -> str:
    return str(browser.ask("document.querySelector('#document-name').textContent"))


def test_a_person_judges_by_keyboard(server: Server, browser: Any, place: Path) -> None:
    browser.open(server.address)
    browser.wait("document.querySelector('#query').textContent === 'When did it open?'")
    assert "token" not in browser.ask("location.href")
    assert "secret" not in browser.ask("document.documentElement.outerHTML")
    first = shown(browser)
    # A sentence is marked as evidence, and what is marked is what is stored.
    browser.press("]", "]")
    browser.press("]", "]")
    browser.press("h", "h")
    browser.wait("document.querySelectorAll('#content mark').length > 0")
    browser.press("3", "3")
    browser.wait(f"document.querySelector('#document-name').textContent !== '{first}'")
    browser.wait("document.querySelector('#badge').textContent === 'saved'")
    assert grades(place) == {first: 3}
    with Project.open(place) as project:
        (span,) = project.spans("q1").values()
        text = TEXTS[int(first[1:])]
        assert text[span.start : span.end] == span.quote == f"It opened in {1800 + int(first[1:])}."
    # The model is shown now, and only now.
    browser.wait("document.querySelector('#model').textContent.includes('secret-model 2')")
    second = shown(browser)
    browser.press("x", "x")
    browser.wait(f"document.querySelector('#document-name').textContent !== '{second}'")
    browser.press("z", "z")
    browser.wait(f"document.querySelector('#document-name').textContent === '{second}'")
    browser.wait("document.querySelector('#badge').textContent === 'saved'")
    assert grades(place) == {first: 3}
    browser.press("u", "u")
    browser.press("a", "a")
    assert browser.ask("document.activeElement.id") == "answer"
    browser.type("It opened in 1801. 3 x z")
    assert browser.ask("document.querySelector('#answer').value") == "It opened in 1801. 3 x z"
    browser.ask("document.querySelector('#save-answer').click()")
    browser.ask("document.querySelector('#answer').blur()")
    browser.wait("document.querySelector('#badge').textContent === 'saved'")
    assert grades(place) == {first: 3, second: None}
    with Project.open(place) as project:
        (answer,) = project.store.current("answer")
        assert getattr(answer.event, "text", "") == "It opened in 1801. 3 x z"
        assert len(getattr(answer.event, "citations", ())) == 1
    assert browser.errors == []


def test_nothing_is_called_saved_before_it_is(server: Server, browser: Any, place: Path) -> None:
    browser.open(server.address)
    browser.wait("document.querySelector('#query').textContent === 'When did it open?'")
    before = grades(place)
    # Whenever the badge changes, what it says is noted beside what waits in the outbox.
    browser.ask(
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
        seen.append(shown(browser))
        browser.press("1", "1")
    browser.wait("document.querySelector('#badge').textContent.startsWith('12 waiting')")
    assert "saved" not in browser.ask("JSON.stringify(window.notes)")
    assert grades(place) == before
    # The tab is closed and opened again while nothing can be reached; then the server is back.
    server.start()
    browser.open(server.address)
    browser.wait("document.querySelector('#badge').textContent === 'saved'")
    assert grades(place) == {**before, **dict.fromkeys(seen, 1)}
    with Project.open(place) as project:
        assert project.verify() == []


def test_the_server_is_killed_in_the_middle_of_saves(
    server: Server, browser: Any, place: Path
) -> None:
    browser.open(server.address)
    browser.wait("document.querySelector('#query').textContent === 'When did it open?'")
    before, seen = grades(place), []
    for number in range(10):
        seen.append(shown(browser))
        browser.press("2", "2")
        if number in (3, 7):
            server.kill()
            time.sleep(0.2)
            server.start()
    browser.wait("document.querySelector('#badge').textContent === 'saved'")
    assert grades(place) == {**before, **dict.fromkeys(seen, 2)}


def test_what_another_has_taken_is_told_and_kept(server: Server, browser: Any, place: Path) -> None:
    browser.open(server.address)
    browser.wait("document.querySelector('#query').textContent === 'When did it open?'")
    taken = shown(browser)
    with Project.open(place) as project:
        project.add_member("eve", "annotator", "ada")
        with project.store.transaction():
            project.store.release("ada", "q1", taken)
        project.record("eve", Judged("q1", taken, 0))
    browser.press("3", "3")
    browser.wait("document.querySelector('#badge').textContent === '1 not accepted'")
    assert "all the grades that are wanted" in browser.ask(
        "document.querySelector('#problem').textContent"
    )
    assert browser.ask("document.querySelector('#problem').hidden") is False
    browser.ask("localStorage.clear()")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_a_telephone_and_every_control_has_a_name(
    server: Server, browser: Any, scheme: str
) -> None:
    browser.call(
        "Emulation.setDeviceMetricsOverride",
        width=320,
        height=700,
        deviceScaleFactor=1,
        mobile=True,
    )
    features = [{"name": "prefers-color-scheme", "value": scheme}]
    browser.call("Emulation.setEmulatedMedia", features=features)
    browser.open(server.address)
    browser.wait("document.querySelector('#query').textContent === 'When did it open?'")
    assert browser.ask("document.documentElement.scrollWidth <= 320") is True
    small = """[...document.querySelectorAll('button')].filter(
        (button) => button.getBoundingClientRect().height < 24).length"""
    assert browser.ask(small) == 0
    nodes = browser.call("Accessibility.getFullAXTree")["nodes"]
    controls = [
        node
        for node in nodes
        if node.get("role", {}).get("value") in ("button", "textbox", "checkbox")
    ]
    assert len(controls) >= 9
    assert all(node["name"]["value"].strip() for node in controls)
    browser.call("Emulation.clearDeviceMetricsOverride")


def test_a_stranger_learns_nothing(server: Server, browser: Any) -> None:
    browser.call("Network.clearBrowserCookies")
    browser.open(server.address.split("?")[0])
    assert "Who are you?" in browser.ask("document.body.innerText")
    assert "open" not in browser.ask("document.querySelector('h1').textContent.toLowerCase()")


def test_the_script_and_the_style_are_small() -> None:
    import gzip

    import trovato.web

    static = Path(trovato.web.__file__).parent / "static"
    files = [*static.glob("*.js"), *static.glob("*.css")]
    assert sum(len(gzip.compress(file.read_bytes())) for file in files) < 40_000


def test_hands_take_less_time_than_in_aiano(tmp_path: Path, browser: Any) -> None:
    """Operators as the browser saw them: 2 relevant documents with evidence, 4 that are not."""
    from trovato.systems.aiano import Flow, klm_seconds, reproduce

    place = tmp_path / "timed.judged"
    with Project.create(place, "ada", SettingsSet(overlap=0.0)) as project:
        project.add_documents(Document(f"d{at}", TEXTS[at]) for at in range(6))
        project.add_queries({"q1": "When did it open?"}, "ada")
        project.add_run({"q1": [f"d{at}" for at in range(6)]}, "run", "ada")
    server = Server(place)
    try:
        browser.open(server.address)
        browser.wait("document.querySelector('#query').textContent === 'When did it open?'")
        browser.ask(
            """
            window.operators = '';
            for (const [kind, letter] of [['keydown', 'K'], ['mousedown', 'B'], ['mousemove', 'P']])
              addEventListener(kind, () => { window.operators += letter; }, true);
            """
        )
        taken = []
        for relevant in (True, False, True, False, False, False):
            browser.ask("window.operators = ''")
            # Each decision is a mental operator: which sentence, that it is evidence, which grade.
            for key in ("]", "]", "h", "3") if relevant else ("0",):
                browser.press(key, key)
            taken.append((relevant, "M" * (2 if relevant else 1) + browser.ask("window.operators")))
        browser.wait("document.querySelector('#badge').textContent === 'saved'")
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
