"""The report of the benchmark in a real browser: light, dark, and as narrow as a telephone."""

from importlib.resources import files
from typing import Literal

import pytest
from playwright.sync_api import Page

from trovato.interactions.storage.log import InteractionLog
from trovato.interactions.synthetic import Scale, synthesise
from trovato.recommend import PROTOCOLS, Experiment, compare_models
from trovato.systems.vk_lsvd import PUBLISHED

pytestmark = pytest.mark.browser


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


def test_tables_and_plots_are_there_and_nothing_else_is_asked_for(
    address: str, page: Page, errors: list[str], requests: list[str]
) -> None:
    page.goto(address)
    assert page.evaluate("document.querySelectorAll('table caption').length") == 6
    sizes = "[...document.querySelectorAll('svg')].map(one => one.getBoundingClientRect())"
    assert page.evaluate(f"{sizes}.length") == 5
    assert page.evaluate(f"{sizes}.every(one => one.width > 400 && one.height > 60)") is True
    # All that is written in a plot lies inside it.
    inside = """[...document.querySelectorAll('svg')].every(plot => {
        const sheet = plot.getBoundingClientRect();
        return [...plot.querySelectorAll('text')].every(text => {
            const box = text.getBoundingClientRect();
            return box.left >= sheet.left && box.right <= sheet.right + 1
                && box.top >= sheet.top && box.bottom <= sheet.bottom + 1;
        });
    })"""
    assert page.evaluate(inside) is True
    rows = "document.querySelectorAll('#accuracy + .scroll tbody tr').length"
    assert page.evaluate(rows) == 3
    assert errors == []
    assert {url.split("?")[0] for url in requests} == {address}


def test_it_can_be_read_in_the_dark(
    address: str,
    page: Page,
) -> None:
    page.emulate_media(color_scheme="dark")
    page.goto(address)
    light = "(c => c.match(/[0-9.]+/g).slice(0, 3).reduce((a, b) => a + Number(b), 0) / 3)"
    paper = f"{light}(getComputedStyle(document.body).backgroundColor)"
    ink = f"{light}(getComputedStyle(document.querySelector('td')).color)"
    assert page.evaluate(paper) < 60
    assert page.evaluate(ink) > 180
    assert "invert" in page.evaluate("getComputedStyle(document.querySelector('svg')).filter")


def test_the_page_is_no_wider_than_a_telephone(
    address: str,
    page: Page,
) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(address)
    assert page.evaluate("document.documentElement.scrollWidth <= 390") is True
    # What is wider can be moved inside its frame, by keyboard too.
    frames = "[...document.querySelectorAll('.scroll')]"
    assert page.evaluate(f"{frames}.some(one => one.scrollWidth > one.clientWidth)") is True
    assert page.evaluate(f"{frames}.every(one => one.tabIndex === 0)") is True
    # Charts shrink: nothing of them lies outside.
    charts = "[...document.querySelectorAll('.scroll svg')]"
    assert page.evaluate(f"{charts}.length") == 5
    assert page.evaluate(f"{charts}.every(one => one.getBoundingClientRect().right <= 390)") is True


@pytest.mark.slow
@pytest.mark.needs("axe_playwright_python")
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1440])
def test_axe_finds_nothing(
    address: str, page: Page, scheme: Literal["light", "dark"], width: int
) -> None:
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(address)
    axe = (files("axe_playwright_python") / "axe.min.js").read_text("utf-8")
    page.evaluate(f"{axe};0")
    told = page.evaluate(
        "axe.run().then(told => told.violations.map(one => [one.id, one.nodes[0].html]))"
    )
    assert told == []
