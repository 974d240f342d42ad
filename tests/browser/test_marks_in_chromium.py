"""Marked words stay readable on a page, in both schemes, as measured in pixels."""

import socket
import threading
from collections.abc import Iterator
from io import BytesIO
from typing import Literal

import numpy as np
import pytest
import uvicorn
from fpdf import FPDF
from PIL import Image
from playwright.sync_api import FloatRect, Page, expect

from trovato.library import Library
from trovato.testing import WordEncoder
from trovato.web import build_app

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("marks")
    pdf = FPDF()
    pdf.set_font("Helvetica", size=24)
    pdf.add_page()
    pdf.text(20, 30, "The ferry leaves at nine.")
    pdf.output(str(folder / "ferry.pdf"))
    with Library.create(folder / "c", encoder=WordEncoder()) as library:
        library.add([folder / "ferry.pdf"], ocr=False)
        listener = socket.create_server(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(build_app(library), log_level="warning"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        thread.join(30)
        listener.close()


def luminance(pixel: tuple[int, ...]) -> float:
    """Of WCAG 2."""
    parts = [value / 255 for value in pixel[:3]]
    linear = [
        part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_marked_word_is_read_on_its_mark(
    address: str, page: Page, scheme: Literal["light", "dark"]
) -> None:
    page.emulate_media(color_scheme=scheme)
    page.goto(f"{address}/c/collection/page?id=ferry.pdf%231&q=ferry")

    page.wait_for_load_state("networkidle")
    box = page.evaluate(
        "(() => { const box = document.querySelector('rect.heat').getBoundingClientRect();"
        "return [box.x, box.y, box.width, box.height].join(); })()"
    )
    x, y, width, height = map(float, box.split(","))
    clip = FloatRect(x=x, y=y, width=width, height=height)
    for _ in range(50):
        image = Image.open(BytesIO(page.screenshot(clip=clip))).convert("RGB")
        pixels = np.asarray(image).reshape(-1, 3).tolist()
        light = sorted(luminance(tuple(pixel)) for pixel in pixels)
        contrast = (light[-len(light) // 4] + 0.05) / (light[0] + 0.05)
        if contrast >= 7:
            break
        page.evaluate("new Promise(requestAnimationFrame)")
    assert contrast >= 7
    red, _, blue = np.asarray(image)[1, 1].tolist()
    assert red > blue + 60  # it is marked


def test_the_words_of_a_page_can_be_selected(address: str, page: Page, errors: list[str]) -> None:
    page.goto(f"{address}/c/collection/page?id=ferry.pdf%231&q=ferry")
    said = page.evaluate(
        "(() => { const range = document.createRange();"
        "range.selectNodeContents(document.querySelector('.sheet text'));"
        "getSelection().removeAllRanges(); getSelection().addRange(range);"
        "return getSelection().toString().trim(); })()"
    )
    assert said == "The ferry leaves at nine."
    assert errors == []


def test_letters_can_be_switched_off(address: str, page: Page) -> None:
    page.goto(f"{address}/c/collection/search?q=ferry")
    page.evaluate("localStorage.setItem('letters', 'off')")
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.className") != "hit"
    page.evaluate("localStorage.setItem('letters', 'on')")
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.className") == "hit"


def test_the_way_back_puts_the_focus_on_the_hit_that_was_opened(address: str, page: Page) -> None:
    page.goto(f"{address}/c/collection/search?q=ferry&filter=page%3D1")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/page?**")
    page.keyboard.press("Escape")
    page.wait_for_url("**/search?**")
    assert "filter=page" in page.evaluate("location.search")
    expect(page.locator(".hit").first).to_be_focused()


def test_nothing_is_wider_than_the_narrowest_screen(address: str, page: Page) -> None:
    page.set_viewport_size({"width": 320, "height": 700})
    for view in ("", "c/collection/search?q=ferry", "c/collection/page?id=ferry.pdf%231&q=ferry"):
        page.goto(f"{address}/{view}")
        assert page.evaluate("document.documentElement.scrollWidth <= 320") is True, view
