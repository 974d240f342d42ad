"""The served page in a real browser, keyboard only."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

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
def root(address: str, page: Page) -> str:
    """Where the browser has been let in."""
    page.goto(address)
    return address.partition("/?")[0]


def test_a_reader_finds_and_opens_a_page_by_keyboard(
    root: str, page: Page, errors: list[str], requests: list[str]
) -> None:
    page.goto(root)
    assert page.evaluate("document.activeElement.id") == "q"
    page.keyboard.insert_text("When did the harbour open?")
    page.keyboard.press("Enter")
    expect(page.locator(".hit").first).to_be_attached()
    page.wait_for_load_state("load")  # its keys are listened to
    assert "harbour.txt" in page.evaluate("document.querySelector('.group h2').innerText")
    assert page.evaluate("document.querySelector('mark') !== null") is True

    page.keyboard.press("j")
    assert page.evaluate("document.activeElement === document.querySelector('.hit')") is True
    page.keyboard.press("Enter")
    page.wait_for_url("**/c/c/page?**")
    page.keyboard.press("ArrowRight")
    page.wait_for_url("**%232**")
    page.keyboard.press("Escape")
    page.wait_for_url("**/c/c/search?**")

    assert errors == []
    hosts = {urlsplit(url).hostname for url in requests if url.startswith("http")}
    assert hosts == {"127.0.0.1"}


def test_nothing_is_wider_than_a_telephone(
    root: str,
    page: Page,
) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{root}/c/c/search?q=harbour")
    expect(page.locator(".hit").first).to_be_attached()
    assert page.evaluate("document.documentElement.scrollWidth <= 390") is True


def test_a_reader_asks_and_follows_the_citation_by_keyboard(
    root: str, page: Page, errors: list[str]
) -> None:
    page.set_viewport_size({"width": 1280, "height": 720})
    page.goto(f"{root}/c/c/search?q=When+did+the+harbour+open%3F")
    page.keyboard.press("a")
    page.wait_for_url("**/answers/*")
    answer = page.evaluate("location.href")
    assert page.evaluate("document.querySelector('.said').innerText.trim()") == (
        "The harbour opened in 1871. [1]"
    )
    assert "no language model wrote it" in page.evaluate("document.querySelector('.box').innerText")
    assert "harbour.txt, page 1" in page.evaluate("document.querySelector('.sources').innerText")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/c/c/page?**")
    assert page.evaluate("document.querySelector('.sheet mark').innerText") == (
        "The harbour opened in 1871."
    )
    page.keyboard.press("Escape")
    expect(page.locator(".said")).to_be_visible()
    page.wait_for_load_state()
    assert page.evaluate("location.href") == answer
    assert errors == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_an_answer_fits_a_telephone_and_can_be_read(
    root: str, page: Page, scheme: Literal["light", "dark"]
) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.emulate_media(color_scheme=scheme)
    page.goto(f"{root}/c/c/search?q=When+did+the+harbour+open%3F")
    page.evaluate("document.querySelector('#answer').click()")
    expect(page.locator(".said")).to_be_visible()
    page.wait_for_load_state()
    assert page.evaluate("document.documentElement.scrollWidth <= 390") is True
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
    assert page.evaluate(contrast) > 7


def test_files_are_dropped_on_the_page_and_found(
    root: str, page: Page, errors: list[str], tmp_path: Path
) -> None:
    page.goto(f"{root}/c/c/files")
    dropped = page.evaluate_handle(
        """() => {
            const data = new DataTransfer();
            data.items.add(new File(["Lanterns glow at dusk."], "lanterns.txt"));
            return data;
        }"""
    )
    page.dispatch_event("#choose", "drop", {"dataTransfer": dropped})
    chosen = tmp_path / "broken.pdf"
    chosen.write_bytes(b"%PDF-no")
    page.set_input_files("#choose", chosen)
    lines = page.locator("#waiting li")
    expect(lines.filter(has_text="lanterns.txt")).to_contain_text("is indexed")
    expect(lines.filter(has_text="broken.pdf")).to_contain_text("could not be read:")
    page.goto(f"{root}/c/c/search?q=lanterns+glow")
    expect(page.locator(".group h2").first).to_contain_text("uploads/lanterns.txt")
    assert errors == []
