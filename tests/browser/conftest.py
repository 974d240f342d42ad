"""One browser for the tests of a file."""

import importlib.util
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        pytest.skip("Chromium is not installed")
    place = Path(__file__).parent / "devtools.py"
    found = importlib.util.spec_from_file_location("devtools", place)
    assert found is not None
    assert found.loader is not None
    devtools = importlib.util.module_from_spec(found)
    found.loader.exec_module(devtools)
    browser = devtools.Browser(program, tmp_path_factory.mktemp("profile"))
    yield browser
    browser.close()
