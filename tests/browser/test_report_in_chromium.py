"""The report of the benchmark in a real browser: light, dark, and as narrow as a telephone."""

import importlib.util
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from trovato.interactions.storage.log import InteractionLog
from trovato.interactions.synthetic import Scale, synthesise
from trovato.recommend import PROTOCOLS, Experiment, compare_models
from trovato.systems.vk_lsvd import PUBLISHED

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


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    place = tmp_path_factory.mktemp("page")
    layout = synthesise(place / "log", Scale.of(20_000, 1))
    experiment = Experiment.of(InteractionLog.open(layout.root.parent), PROTOCOLS["temporal"])
    report = compare_models(
        ["popularity", "conversion", "content"],
        experiment,
        log="log",
        resamples=20,
        published=PUBLISHED,
    )
    (place / "report.html").write_text(report.to_html(), "utf-8")
    return (place / "report.html").as_uri()


@pytest.fixture
def browser(tmp_path: Path) -> Iterator["devtools.Browser"]:  # type: ignore[name-defined]
    browser = devtools.Browser(CHROMIUM, tmp_path / "profile")
    yield browser
    browser.close()


def test_tables_and_plots_are_there_and_nothing_else_is_asked_for(
    address: str,
    browser: "devtools.Browser",  # type: ignore[name-defined]
) -> None:
    browser.open(address)
    assert browser.ask("document.querySelectorAll('table caption').length") == 6
    sizes = "[...document.querySelectorAll('svg')].map(one => one.getBoundingClientRect())"
    assert browser.ask(f"{sizes}.length") == 5
    assert browser.ask(f"{sizes}.every(one => one.width > 400 && one.height > 60)") is True
    # All that is written in a plot lies inside it.
    inside = """[...document.querySelectorAll('svg')].every(plot => {
        const sheet = plot.getBoundingClientRect();
        return [...plot.querySelectorAll('text')].every(text => {
            const box = text.getBoundingClientRect();
            return box.left >= sheet.left && box.right <= sheet.right + 1
                && box.top >= sheet.top && box.bottom <= sheet.bottom + 1;
        });
    })"""
    assert browser.ask(inside) is True
    rows = "document.querySelectorAll('#accuracy + .scroll tbody tr').length"
    assert browser.ask(rows) == 3
    assert browser.errors == []
    assert {url.split("?")[0] for url in browser.requests} == {address}


def test_it_can_be_read_in_the_dark(
    address: str,
    browser: "devtools.Browser",  # type: ignore[name-defined]
) -> None:
    browser.call(
        "Emulation.setEmulatedMedia",
        features=[{"name": "prefers-color-scheme", "value": "dark"}],
    )
    browser.open(address)
    light = "(c => c.match(/[0-9.]+/g).slice(0, 3).reduce((a, b) => a + Number(b), 0) / 3)"
    paper = f"{light}(getComputedStyle(document.body).backgroundColor)"
    ink = f"{light}(getComputedStyle(document.querySelector('td')).color)"
    assert browser.ask(paper) < 60
    assert browser.ask(ink) > 180
    assert "invert" in browser.ask("getComputedStyle(document.querySelector('svg')).filter")


def test_the_page_is_no_wider_than_a_telephone(
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
    browser.open(address)
    assert browser.ask("document.documentElement.scrollWidth <= 390") is True
    # What is wider can be moved inside its frame, by keyboard too.
    frames = "[...document.querySelectorAll('.scroll')]"
    assert browser.ask(f"{frames}.some(one => one.scrollWidth > one.clientWidth)") is True
    assert browser.ask(f"{frames}.every(one => one.tabIndex === 0)") is True
