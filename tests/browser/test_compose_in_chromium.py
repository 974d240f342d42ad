"""The page for a picture and a change, in a real browser."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress

import pytest
from playwright.sync_api import Error, Page

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


def until(page: Page, script: str) -> None:
    """Wait until a script says true, across pages; the page's policy lets none wait inside it."""
    for _ in range(300):
        with suppress(Error):
            if page.evaluate(script) is True:
                return
        page.wait_for_timeout(100)
    raise AssertionError(f"never came true: {script}; at {page.url}")


def loaded(page: Page, script: str) -> None:
    until(page, f"document.readyState === 'complete' && ({script})")


def test_sliders_rank_again_in_place_and_in_the_address(
    root: str, page: Page, errors: list[str], requests: list[str]
) -> None:
    page.goto(f"{root}/{PAGE}?{ASKED}")
    assert "green-circle-grey-left" in page.evaluate(FIRST)
    pages = len([one for one in requests if "/compose?" in one])
    page.evaluate("document.querySelector('[data-of=alpha]').focus()")
    page.evaluate(
        "(() => { const slider = document.querySelector('[data-of=alpha]'); slider.value = 1; "
        "slider.dispatchEvent(new Event('input')); })()"
    )
    until(page, "location.search.includes('alpha=1')")
    assert "red-" in page.evaluate(FIRST)
    assert page.evaluate("document.activeElement.dataset.of") == "alpha"
    assert page.evaluate("document.querySelector('#alpha').value") == "1"
    page.evaluate("document.querySelector('[data-reset=alpha]').click()")
    until(page, "!location.search.includes('alpha')")
    assert "green-circle-grey-left" in page.evaluate(FIRST)
    assert len([one for one in requests if "/compose?" in one]) == pages + 2
    assert errors == []


def test_a_preset_moves_both_sliders(root: str, page: Page) -> None:
    page.goto(f"{root}/{PAGE}?{ASKED}&alpha=0.9")
    page.evaluate(
        "(() => { const chosen = document.querySelector('#preset'); chosen.value = 'cirr'; "
        "chosen.dispatchEvent(new Event('change')); })()"
    )
    until(page, "location.search.includes('preset=cirr') && !location.search.includes('alpha')")
    values = "[...document.querySelectorAll('[data-of]')].map((one) => one.value).join()"
    assert page.evaluate(values) == "0.05,0.5"


@pytest.mark.parametrize(
    "event",
    [
        "new DragEvent('drop', { dataTransfer: files, bubbles: true, cancelable: true })",
        "new ClipboardEvent('paste', { clipboardData: files, bubbles: true, cancelable: true })",
    ],
)
def test_a_picture_is_dropped_or_pasted(
    root: str, page: Page, event: str, errors: list[str]
) -> None:
    page.goto(f"{root}/{PAGE}?edit=make+the+circle+green")
    page.evaluate(GIVE.replace("EVENT", event))
    loaded(page, "location.search.includes('upload%3A')")
    until(page, "document.querySelector('#reference').naturalWidth === 64")
    assert "green-circle-grey-left" in page.evaluate(FIRST)
    assert errors == []


def test_arrows_move_and_c_compares_and_enter_opens(
    root: str, page: Page, errors: list[str]
) -> None:
    page.goto(f"{root}/{PAGE}?{ASKED}")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("j")
    place = "[...document.querySelectorAll('.pictures .hit')].indexOf(document.activeElement)"
    assert page.evaluate(place) == 0
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowLeft")
    assert page.evaluate(place) == 1
    page.keyboard.press("c")
    assert page.evaluate("document.querySelectorAll('dialog[open] img').length") == 2
    page.keyboard.press("Escape")
    until(page, "document.querySelector('dialog[open]') === null")
    assert page.evaluate("location.pathname").endswith("/compose")
    page.evaluate("document.querySelectorAll('.pictures .hit')[1].focus()")
    page.keyboard.press("Enter")
    loaded(page, "location.pathname.endsWith('/page')")
    until(page, "document.querySelector('.picture img').naturalWidth === 64")
    assert errors == []


@pytest.mark.parametrize("width", [320, 1440])
def test_nothing_is_wider_than_the_screen(root: str, page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{root}/{PAGE}?{ASKED}&negative=square")
    assert page.evaluate(f"document.documentElement.scrollWidth <= {width}") is True
    named = "[...document.querySelectorAll('input:not([type=hidden]), select')].every("
    assert page.evaluate(f"{named}(one) => one.labels.length || one.ariaLabel)") is True
    page.set_viewport_size({"width": 1280, "height": 720})


def test_it_works_without_script(root: str, page: Page) -> None:
    script = page.context.new_cdp_session(page)
    script.send("Emulation.setScriptExecutionDisabled", {"value": True})
    page.goto(f"{root}/{PAGE}?image=files%2Fred-circle-grey-left.png")
    assert page.evaluate("document.querySelector('[data-of=alpha]').hidden") is True
    page.evaluate("document.querySelector('#q').focus()")
    page.keyboard.insert_text("make the circle green")
    page.keyboard.press("Enter")
    loaded(page, "location.search.includes('edit=make')")
    assert "green-circle-grey-left" in page.evaluate(FIRST)
    script.send("Emulation.setScriptExecutionDisabled", {"value": False})
