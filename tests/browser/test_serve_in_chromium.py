"""The served page in a real browser, keyboard only."""

import importlib.util
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed"),
]

_PLACE = Path(__file__).parent / "devtools.py"
_SPEC = importlib.util.spec_from_file_location("devtools", _PLACE)
assert _SPEC is not None
assert _SPEC.loader is not None
devtools = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(devtools)

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
        [*TROVATO, "serve", place / "c", "--port", "0"], stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdout is not None
        yield server.stdout.readline().split(" at ")[1].strip()
        server.terminate()


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator["devtools.Browser"]:  # type: ignore[name-defined]
    browser = devtools.Browser(CHROMIUM, tmp_path_factory.mktemp("profile"))
    yield browser
    browser.close()


def test_a_reader_finds_and_opens_a_page_by_keyboard(
    address: str,
    browser: "devtools.Browser",  # type: ignore[name-defined]
) -> None:
    browser.open(address)
    assert browser.ask("document.activeElement.id") == "q"
    browser.type("When did the harbour open?")
    browser.press("Enter", "\r")
    browser.wait("document.querySelectorAll('.hit').length > 0")
    browser.wait("[...document.images].every(image => image.complete && image.naturalWidth > 0)")
    assert "harbour.txt" in browser.ask("document.querySelector('.hit').innerText")
    assert browser.ask("document.querySelector('mark') !== null") is True

    browser.press("j", "j")
    assert browser.ask("document.activeElement === document.querySelector('.hit')") is True
    browser.press("Enter", "\r")
    browser.wait("location.pathname === '/page' && document.readyState === 'complete'")
    browser.wait("document.querySelector('.sheet').naturalWidth > 1000")
    browser.press("ArrowRight")
    browser.wait("location.search.includes('%232') && document.readyState === 'complete'")
    browser.press("Escape")
    browser.wait("location.pathname === '/' && document.querySelector('#q') !== null")

    assert browser.errors == []
    hosts = {urlsplit(url).hostname for url in browser.requests if url.startswith("http")}
    assert hosts == {"127.0.0.1"}


def test_nothing_is_wider_than_a_telephone(
    address: str,
    browser: "devtools.Browser",  # type: ignore[name-defined]
) -> None:
    browser.call(
        "Emulation.setDeviceMetricsOverride",
        width=390,
        height=844,
        deviceScaleFactor=1,
        mobile=True,
    )
    browser.open(f"{address}/?q=harbour")
    browser.wait("document.querySelectorAll('.hit').length > 0")
    assert browser.ask("document.documentElement.scrollWidth <= 390") is True
