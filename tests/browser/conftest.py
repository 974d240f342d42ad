"""One Chromium for the tests of a file, driven by Playwright."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        pytest.skip("Chromium is not installed")
    expect.set_options(timeout=30_000)  # two busy cores
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def errors() -> list[str]:
    """What the tab has complained of."""
    return []


@pytest.fixture(scope="module")
def requests() -> list[str]:
    """What the tab has asked for."""
    return []


@pytest.fixture(scope="module")
def page(chromium: Browser, errors: list[str], requests: list[str]) -> Iterator[Page]:
    """The tab of a file's tests."""
    context = chromium.new_context()
    page = context.new_page()

    def hear(message: ConsoleMessage) -> None:
        if message.type == "error":
            errors.append(message.text)

    page.on("console", hear)
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("request", lambda request: requests.append(request.url))
    yield page
    context.close()
