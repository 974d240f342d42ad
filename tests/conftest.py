"""The tiers of the suite, and settings that every test shares.

`--tier fast` (the default) is the gate: examples are the same on every run, kill tests are short,
and tests marked `needs` (torch, Spark, Ray, OCR …) or `slow` are skipped. `--tier all` runs
everything at full strength, and a package that is missing is a failure. `--new-examples` draws
examples that no run has seen: what it finds is mended and kept as an `@example`.
"""

from __future__ import annotations

import os
from importlib.util import find_spec
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# Tiny models lose time to threads, and no test asks a network.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("HF_HUB_OFFLINE", "1")

# Never a time limit per example: two busy cores make honest tests slow.
settings.register_profile(
    "fast",
    max_examples=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile(
    "all",
    parent=settings.get_profile("fast"),
    max_examples=100,
)
settings.register_profile(
    "new-examples", parent=settings.get_profile("all"), derandomize=False, print_blob=True
)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--tier",
        choices=["fast", "all"],
        default="fast",
        help="fast: the gate, without heavy packages. all: everything, at full strength.",
    )
    parser.addoption(
        "--new-examples", action="store_true", help="Draw new random examples, at full strength."
    )


def pytest_configure(config: pytest.Config) -> None:
    new = config.getoption("new_examples")
    settings.load_profile("new-examples" if new else config.getoption("tier"))


def pytest_runtest_setup(item: pytest.Item) -> None:
    everything = item.config.getoption("tier") == "all"
    if not everything and item.get_closest_marker("slow"):
        pytest.skip("slow: `make test-all` runs it")
    for mark in item.iter_markers("needs"):
        if not everything:
            pytest.skip(f"needs {mark.args[0]}: `make test-all` runs it")
        if find_spec(mark.args[0]) is None:
            pytest.fail(f"{mark.args[0]} is not installed: `make test-all` installs it")


@pytest.fixture
def unchecked(monkeypatch: pytest.MonkeyPatch) -> None:
    """No types at run time: for what users see who give wrong ones, and for many short calls."""
    import jaxtyping

    monkeypatch.setattr(jaxtyping.config, "jaxtyping_disable", True)


@pytest.fixture(scope="session")
def kills(pytestconfig: pytest.Config) -> int:
    """How often a kill test kills: 500 times at full strength."""
    return 500 if pytestconfig.getoption("tier") == "all" else 60


@pytest.fixture(scope="session")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A tiny language model of each family, only to be read."""
    from trovato.testing.models.tiny_llm import FAMILIES, save_tiny_llm

    place = tmp_path_factory.mktemp("families")
    return {family: save_tiny_llm(place / family, family) for family in FAMILIES}
