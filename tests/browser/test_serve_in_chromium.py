"""The served page in a real browser, keyboard only."""

import subprocess
import sys
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest

pytestmark = pytest.mark.browser

TROVATO = [sys.executable, "-m", "trovato"]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    place = tmp_path_factory.mktemp("served")
    (place / "papers").mkdir()
    (place / "papers" / "harbour.txt").write_text(
        "The harbour opened in 1871.\fShips unload timber at the long quay.", "utf-8"
    )
    (place / "papers" / "orchard.txt").write_text("Apples ripen in September.", "utf-8")
    subprocess.run(
        [*TROVATO, "index", place / "papers", "--to", place / "c", "--quiet"],
        check=True,
        capture_output=True,
    )
    with subprocess.Popen(
        [*TROVATO, "serve", place / "c", "--port", "0", "--workspace", place / "w.db"],
        stdout=subprocess.PIPE,
        text=True,
    ) as server:
        assert server.stdout is not None
        yield server.stdout.readline().split(" at ")[1].strip()
        server.terminate()


@pytest.fixture(scope="module")
def root(address: str, browser: Any) -> str:
    """Where the browser has been let in."""
    browser.open(address)
    return address.partition("/?")[0]


def test_a_reader_finds_and_opens_a_page_by_keyboard(
    root: str,
    browser: Any,
) -> None:
    browser.open(root)
    assert browser.ask("document.activeElement.id") == "q"
    browser.type("When did the harbour open?")
    browser.press("Enter", "\r")
    browser.wait("document.querySelectorAll('.hit').length > 0")
    assert "harbour.txt" in browser.ask("document.querySelector('.group h2').innerText")
    assert browser.ask("document.querySelector('mark') !== null") is True

    browser.press("j", "j")
    assert browser.ask("document.activeElement === document.querySelector('.hit')") is True
    browser.press("Enter", "\r")
    browser.wait("location.pathname === '/c/c/page' && document.readyState === 'complete'")
    browser.press("ArrowRight")
    browser.wait("location.search.includes('%232') && document.readyState === 'complete'")
    browser.press("Escape")
    browser.wait("location.pathname === '/c/c/search' && document.querySelector('#q') !== null")

    assert browser.errors == []
    hosts = {urlsplit(url).hostname for url in browser.requests if url.startswith("http")}
    assert hosts == {"127.0.0.1"}


def test_nothing_is_wider_than_a_telephone(
    root: str,
    browser: Any,
) -> None:
    browser.call(
        "Emulation.setDeviceMetricsOverride",
        width=390,
        height=844,
        deviceScaleFactor=1,
        mobile=True,
    )
    browser.open(f"{root}/c/c/search?q=harbour")
    browser.wait("document.querySelectorAll('.hit').length > 0")
    assert browser.ask("document.documentElement.scrollWidth <= 390") is True


def test_a_reader_asks_and_follows_the_citation_by_keyboard(root: str, browser: Any) -> None:
    browser.call("Emulation.clearDeviceMetricsOverride")
    browser.open(f"{root}/c/c/search?q=When+did+the+harbour+open%3F")
    browser.press("a", "a")
    browser.wait("location.pathname.startsWith('/answers/') && document.readyState === 'complete'")
    answer = browser.ask("location.href")
    assert browser.ask("document.querySelector('.said').innerText.trim()") == (
        "The harbour opened in 1871. [1]"
    )
    assert "no language model wrote it" in browser.ask("document.querySelector('.box').innerText")
    assert "harbour.txt, page 1" in browser.ask("document.querySelector('.sources').innerText")
    browser.press("j", "j")
    browser.press("Enter", "\r")
    browser.wait("location.pathname === '/c/c/page' && document.readyState === 'complete'")
    assert browser.ask("document.querySelector('.sheet mark').innerText") == (
        "The harbour opened in 1871."
    )
    browser.press("Escape")
    browser.wait("document.querySelector('.said') !== null && document.readyState === 'complete'")
    assert browser.ask("location.href") == answer
    assert browser.errors == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_an_answer_fits_a_telephone_and_can_be_read(root: str, browser: Any, scheme: str) -> None:
    browser.call(
        "Emulation.setDeviceMetricsOverride",
        width=390,
        height=844,
        deviceScaleFactor=1,
        mobile=True,
    )
    features = [{"name": "prefers-color-scheme", "value": scheme}]
    browser.call("Emulation.setEmulatedMedia", features=features)
    browser.open(f"{root}/c/c/search?q=When+did+the+harbour+open%3F")
    browser.ask("document.querySelector('#answer').click()")
    browser.wait("document.querySelector('.said') !== null && document.readyState === 'complete'")
    assert browser.ask("document.documentElement.scrollWidth <= 390") is True
    # Contrast of the answer with its box, as WCAG 2 reckons it.
    contrast = """
        (() => {
          const channel = (c) => (c /= 255) <= .03928 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4;
          const light = (colour) => colour.match(/[\\d.]+/g).slice(0, 3).map(Number).map(channel)
            .reduce((sum, c, at) => sum + c * [.2126, .7152, .0722][at], 0);
          const said = getComputedStyle(document.querySelector('.said')).color;
          const box = getComputedStyle(document.querySelector('.box')).backgroundColor;
          const [dim, bright] = [light(said), light(box)].sort((a, b) => a - b);
          return (bright + .05) / (dim + .05);
        })()
    """
    assert browser.ask(contrast) > 7
