"""Nemotron ColEmbed V2: its settings and published figures."""

from __future__ import annotations

import numpy as np
import pytest

from trovato.systems.colembed import FULL_BATCH, SETTINGS, VECTOR_FORMAT, reproduce
from trovato.systems.colembed.published import DATASETS, PUBLISHED, STORAGE


@pytest.mark.parametrize(
    ("name", "average"), [("nemotron-8b-v2", 63.42), ("nemotron-4b-v2", 61.54)]
)
def test_averages_are_those_of_the_paper(name: str, average: float) -> None:
    assert np.mean(PUBLISHED[name]) == pytest.approx(average, abs=0.01)


def test_storage_follows_from_vectors_and_dimensions() -> None:
    for dim, vectors, gib, _ in STORAGE.values():
        assert 1e6 * dim * vectors * 2 / 2**30 == pytest.approx(gib, abs=0.06)


def test_ours_stand_beside_theirs() -> None:
    table = reproduce({"HR": 12.345})
    assert table.columns == ["system", *DATASETS]
    assert all(len(row) == len(table.columns) for row in table.rows())
    assert table.rows()[-1][1 + DATASETS.index("HR")] == "12.35"
    assert table.differences


def test_settings_are_those_of_the_paper() -> None:
    assert (SETTINGS.learning_rate, SETTINGS.weight_decay, SETTINGS.negatives) == (2e-6, 0.1, 2)
    assert (SETTINGS.batch, VECTOR_FORMAT) == (FULL_BATCH, "4bit/128d")
