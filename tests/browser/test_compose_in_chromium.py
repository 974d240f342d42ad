"""The page for a picture and a change, in a real browser."""

import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

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


def loaded(browser: Any, script: str) -> None:
    browser.wait(f"document.readyState === 'complete' && ({script})")


def test_sliders_rank_again_in_place_and_in_the_address(root: str, browser: Any) -> None:
    browser.open(f"{root}/{PAGE}?{ASKED}")
    assert "green-circle-grey-left" in browser.ask(FIRST)
    pages = len([one for one in browser.requests if "/compose?" in one])
    browser.ask("document.querySelector('[data-of=alpha]').focus()")
    browser.ask(
        "(() => { const slider = document.querySelector('[data-of=alpha]'); slider.value = 1; "
        "slider.dispatchEvent(new Event('input')); })()"
    )
    browser.wait("location.search.includes('alpha=1')")
    assert "red-" in browser.ask(FIRST)
    assert browser.ask("document.activeElement.dataset.of") == "alpha"
    assert browser.ask("document.querySelector('#alpha').value") == "1"
    browser.ask("document.querySelector('[data-reset=alpha]').click()")
    browser.wait("!location.search.includes('alpha')")
    assert "green-circle-grey-left" in browser.ask(FIRST)
    assert len([one for one in browser.requests if "/compose?" in one]) == pages + 2
    assert browser.errors == []


def test_a_preset_moves_both_sliders(root: str, browser: Any) -> None:
    browser.open(f"{root}/{PAGE}?{ASKED}&alpha=0.9")
    browser.ask(
        "(() => { const chosen = document.querySelector('#preset'); chosen.value = 'cirr'; "
        "chosen.dispatchEvent(new Event('change')); })()"
    )
    browser.wait("location.search.includes('preset=cirr') && !location.search.includes('alpha')")
    values = "[...document.querySelectorAll('[data-of]')].map((one) => one.value).join()"
    assert browser.ask(values) == "0.05,0.5"


@pytest.mark.parametrize(
    "event",
    [
        "new DragEvent('drop', { dataTransfer: files, bubbles: true, cancelable: true })",
        "new ClipboardEvent('paste', { clipboardData: files, bubbles: true, cancelable: true })",
    ],
)
def test_a_picture_is_dropped_or_pasted(root: str, browser: Any, event: str) -> None:
    browser.open(f"{root}/{PAGE}?edit=make+the+circle+green")
    browser.ask(GIVE.replace("EVENT", event))
    loaded(browser, "location.search.includes('upload%3A')")
    browser.wait("document.querySelector('#reference').naturalWidth === 64")
    assert "green-circle-grey-left" in browser.ask(FIRST)
    assert browser.errors == []


def test_arrows_move_and_c_compares_and_enter_opens(root: str, browser: Any) -> None:
    browser.open(f"{root}/{PAGE}?{ASKED}")
    browser.ask("document.activeElement.blur()")
    browser.press("j", "j")
    place = "[...document.querySelectorAll('.pictures .hit')].indexOf(document.activeElement)"
    assert browser.ask(place) == 0
    browser.press("ArrowRight")
    browser.press("ArrowRight")
    browser.press("ArrowLeft")
    assert browser.ask(place) == 1
    browser.press("c", "c")
    assert browser.ask("document.querySelectorAll('dialog[open] img').length") == 2
    browser.press("Escape")
    browser.wait("document.querySelector('dialog[open]') === null")
    assert browser.ask("location.pathname").endswith("/compose")
    browser.ask("document.querySelectorAll('.pictures .hit')[1].focus()")
    browser.press("Enter", "\r")
    loaded(browser, "location.pathname.endsWith('/page')")
    browser.wait("document.querySelector('.picture img').naturalWidth === 64")
    assert browser.errors == []


@pytest.mark.parametrize("width", [320, 1440])
def test_nothing_is_wider_than_the_screen(root: str, browser: Any, width: int) -> None:
    browser.call(
        "Emulation.setDeviceMetricsOverride",
        width=width,
        height=900,
        deviceScaleFactor=1,
        mobile=width < 800,
    )
    browser.open(f"{root}/{PAGE}?{ASKED}&negative=square")
    assert browser.ask(f"document.documentElement.scrollWidth <= {width}") is True
    named = "[...document.querySelectorAll('input:not([type=hidden]), select')].every("
    assert browser.ask(f"{named}(one) => one.labels.length || one.ariaLabel)") is True
    browser.call("Emulation.clearDeviceMetricsOverride")


def test_it_works_without_script(root: str, browser: Any) -> None:
    browser.call("Emulation.setScriptExecutionDisabled", value=True)
    browser.open(f"{root}/{PAGE}?image=files%2Fred-circle-grey-left.png")
    assert browser.ask("document.querySelector('[data-of=alpha]').hidden") is True
    browser.ask("document.querySelector('#q').focus()")
    browser.type("make the circle green")
    browser.press("Enter", "\r")
    loaded(browser, "location.search.includes('edit=make')")
    assert "green-circle-grey-left" in browser.ask(FIRST)
    browser.call("Emulation.setScriptExecutionDisabled", value=False)
