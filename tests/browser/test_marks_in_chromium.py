"""Marked words stay readable on a page, in both schemes, as measured in pixels."""

import base64
import socket
import threading
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import numpy as np
import pytest
import uvicorn
from fpdf import FPDF
from PIL import Image

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
def test_a_marked_word_is_read_on_its_mark(address: str, browser: Any, scheme: str) -> None:
    features = [{"name": "prefers-color-scheme", "value": scheme}]
    browser.call("Emulation.setEmulatedMedia", features=features)
    browser.open(f"{address}/c/collection/page?id=ferry.pdf%231&q=ferry")
    browser.wait("performance.getEntriesByType('resource').some(one => one.name.includes('sheet'))")
    browser.wait("document.querySelector('.sheet image').getBoundingClientRect().width > 100")
    box = browser.ask(
        "(() => { const box = document.querySelector('rect.heat').getBoundingClientRect();"
        "return [box.x, box.y, box.width, box.height].join(); })()"
    )
    x, y, width, height = map(float, box.split(","))
    clip = {"x": x, "y": y, "width": width, "height": height, "scale": 1}
    for _ in range(50):
        taken = browser.call("Page.captureScreenshot", format="png", clip=clip)["data"]
        image = Image.open(BytesIO(base64.b64decode(taken))).convert("RGB")
        pixels = np.asarray(image).reshape(-1, 3).tolist()
        light = sorted(luminance(tuple(pixel)) for pixel in pixels)
        contrast = (light[-len(light) // 4] + 0.05) / (light[0] + 0.05)
        if contrast >= 7:
            break
        browser.call("Runtime.evaluate", expression="new Promise(requestAnimationFrame)")
    assert contrast >= 7
    colour = image.getpixel((1, 1))
    assert colour[0] > colour[2] + 60  # it is marked


def test_the_words_of_a_page_can_be_selected(address: str, browser: Any) -> None:
    browser.open(f"{address}/c/collection/page?id=ferry.pdf%231&q=ferry")
    said = browser.ask(
        "(() => { const range = document.createRange();"
        "range.selectNodeContents(document.querySelector('.sheet text'));"
        "getSelection().removeAllRanges(); getSelection().addRange(range);"
        "return getSelection().toString().trim(); })()"
    )
    assert said == "The ferry leaves at nine."
    assert browser.errors == []


def test_letters_can_be_switched_off(address: str, browser: Any) -> None:
    browser.open(f"{address}/c/collection/search?q=ferry")
    browser.ask("localStorage.setItem('letters', 'off')")
    browser.press("j", "j")
    assert browser.ask("document.activeElement.className") != "hit"
    browser.ask("localStorage.setItem('letters', 'on')")
    browser.press("j", "j")
    assert browser.ask("document.activeElement.className") == "hit"


def test_the_way_back_puts_the_focus_on_the_hit_that_was_opened(address: str, browser: Any) -> None:
    browser.open(f"{address}/c/collection/search?q=ferry&filter=page%3D1")
    browser.press("j", "j")
    browser.press("Enter", "\r")
    browser.wait("location.pathname.endsWith('/page') && document.readyState === 'complete'")
    browser.press("Escape")
    browser.wait("location.pathname.endsWith('/search') && document.readyState === 'complete'")
    assert "filter=page" in browser.ask("location.search")
    browser.wait("document.activeElement.className === 'hit'")


def test_nothing_is_wider_than_the_narrowest_screen(address: str, browser: Any) -> None:
    size = {"width": 320, "height": 700, "deviceScaleFactor": 1, "mobile": True}
    browser.call("Emulation.setDeviceMetricsOverride", **size)
    for page in ("", "c/collection/search?q=ferry", "c/collection/page?id=ferry.pdf%231&q=ferry"):
        browser.open(f"{address}/{page}")
        assert browser.ask("document.documentElement.scrollWidth <= 320") is True, page
