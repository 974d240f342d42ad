"""Settings that every test shares."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# Tiny models lose time to threads, and no test asks a network.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("HF_HUB_OFFLINE", "1")

# A few examples at the desk, many where the environment asks for them; never a time limit per
# example: two busy cores make honest tests slow.
settings.register_profile(
    "desk", max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("ci", parent=settings.get_profile("desk"), max_examples=100)
settings.load_profile("ci" if os.environ.get("CI") else "desk")


@pytest.fixture(scope="session")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A tiny language model of each family, only to be read."""
    from trovato.testing.tiny_llm import FAMILIES, save_tiny_llm

    place = tmp_path_factory.mktemp("families")
    return {family: save_tiny_llm(place / family, family) for family in FAMILIES}
