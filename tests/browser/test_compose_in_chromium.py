"""The page for a picture and a change, in a real browser."""

import re
import subprocess
import sys
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from trovato.library import Library, index_pictures
from trovato.testing import SceneSpace, WordEncoder, draw_scene, save_scenes

pytestmark = pytest.mark.browser

SERVER = """
import sys
from trovato.library import Library
from trovato.testing import SceneSpace, WordEncoder
from trovato.web import build_app
from trovato.web.server import serve_app
with Library.open(sys.argv[1], encoder=WordEncoder()) as library:
    app = build_app(library, picture_space=SceneSpace)
    serve_app(app, port=0, ready=lambda url: print(url, flush=True))
"""
PAGE = "c/collection/compose"
ASKED = "image=files%2Fred-circle-grey-left.png&edit=make+the+circle+green"
FIRST = "document.querySelector('.pictures .hit span').innerText"
# What a browser makes of a picture that is dropped or pasted.
GIVE = """(async () => {
  const answer = await fetch('picture?image=files%2Fred-circle-grey-left.png');
  const files = new DataTransfer();
  files.items.add(new File([await answer.blob()], 'mine.webp', { type: 'image/webp' }));
  document.dispatchEvent(EVENT);
})()"""


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("compose")
    save_scenes(folder / "files", ["grey"])
    with Library.create(folder / "c", encoder=WordEncoder()) as library:
        index_pictures(
            library.collection,
            library.encoder,
            [folder / "files"],
            captions=folder / "files" / "captions.csv",
            space=SceneSpace(),
            cache=folder / "cache.sqlite",
        )
    draw_scene("red", "circle", "grey", "left").save(folder / "mine.png")
    with subprocess.Popen(
        [sys.executable, "-c", SERVER, folder / "c"], stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdout is not None
        yield server.stdout.readline().strip()
        server.terminate()


def first(page: Page) -> str:
    return page.locator(".pictures .hit span").first.inner_text()


def test_sliders_rank_again_in_place_and_in_the_address(
    root: str, page: Page, errors: list[str], requests: list[str]
) -> None:
    page.goto(f"{root}/{PAGE}?{ASKED}")
    assert "green-circle-grey-left" in first(page)
    asked = len([one for one in requests if "/compose?" in one])
    slider = page.locator("[data-of=alpha]")
    slider.focus()
    slider.evaluate("one => { one.value = 1; one.dispatchEvent(new Event('input')); }")
    expect(page).to_have_url(re.compile("alpha=1"))
    assert "red-" in first(page)
    assert page.evaluate("document.activeElement.dataset.of") == "alpha"
    expect(page.locator("#alpha")).to_have_value("1")
    page.locator("[data-reset=alpha]").click()
    expect(page).not_to_have_url(re.compile("alpha"))
    assert "green-circle-grey-left" in first(page)
    assert len([one for one in requests if "/compose?" in one]) == asked + 2
    assert errors == []


def test_a_preset_moves_both_sliders(root: str, page: Page) -> None:
    page.goto(f"{root}/{PAGE}?{ASKED}&alpha=0.9")
    page.locator("#preset").select_option("cirr")
    expect(page).to_have_url(re.compile("preset=cirr"))
    assert "alpha" not in page.url
    expect(page.locator("[data-of=alpha]")).to_have_value("0.05")
    expect(page.locator("[data-of=beta]")).to_have_value("0.5")


@pytest.mark.parametrize(
    "event",
    [
        "new DragEvent('drop', { dataTransfer: files, bubbles: true, cancelable: true })",
        "new ClipboardEvent('paste', { clipboardData: files, bubbles: true, cancelable: true })",
    ],
)
def test_a_picture_is_dropped_or_pasted(
    root: str, page: Page, errors: list[str], event: str
) -> None:
    page.goto(f"{root}/{PAGE}?edit=make+the+circle+green")
    page.evaluate(GIVE.replace("EVENT", event))
    page.wait_for_url("**upload%3A**")
    expect(page.locator("#reference")).to_have_js_property("naturalWidth", 64)
    assert "green-circle-grey-left" in first(page)
    assert errors == []


def test_arrows_move_and_c_compares_and_enter_opens(
    root: str, page: Page, errors: list[str]
) -> None:
    page.goto(f"{root}/{PAGE}?{ASKED}")
    page.evaluate("document.activeElement.blur()")
    for key in ("j", "ArrowRight", "ArrowRight", "ArrowLeft"):
        page.keyboard.press(key)
    expect(page.locator(".pictures .hit").nth(1)).to_be_focused()
    page.keyboard.press("c")
    expect(page.locator("dialog[open] img")).to_have_count(2)
    page.keyboard.press("Escape")
    expect(page.locator("dialog[open]")).to_have_count(0)
    page.locator(".pictures .hit").nth(1).focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/page?**")
    expect(page.locator(".picture img")).to_have_js_property("naturalWidth", 64)
    assert errors == []


@pytest.mark.parametrize("width", [320, 1440])
def test_nothing_is_wider_than_the_screen(root: str, page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{root}/{PAGE}?{ASKED}&negative=square")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    named = "[...document.querySelectorAll('input:not([type=hidden]), select')].every("
    assert page.evaluate(f"{named}(one) => one.labels.length || one.ariaLabel)") is True


def test_it_works_without_script(root: str, chromium: Browser) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{root}/{PAGE}?image=files%2Fred-circle-grey-left.png")
    expect(page.locator("[data-of=alpha]")).to_be_hidden()
    page.locator("#q").fill("make the circle green")
    page.locator("#q").press("Enter")
    page.wait_for_url("**edit=make**")
    assert "green-circle-grey-left" in first(page)
    context.close()
