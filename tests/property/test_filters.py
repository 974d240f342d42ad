"""Conditions from nearly nothing to everything: never short, and exact where that is asked for."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from trovato.core import Page, TextLayout, generator
from trovato.index import Collection
from trovato.index.search import vector_search
from trovato.ops import Int8Vectors, int8_quantize, maxsim
from trovato.testing.conformance.storage.store import unit_vectors

_DIM, _FILES, _PAGES = 8, 100, 100
_ITEMS = _FILES * _PAGES
_SELECTIVITIES = (0.0, 1e-4, 1e-3, 1e-2, 0.1, 0.3, 0.5, 0.9, 1.0)
_LAYOUT = TextLayout.empty(1.0, 1.0)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, np.ndarray, np.ndarray]:
    """10,000 pages of up to three vectors; each has a place in a random order of all, `rank`."""
    random = generator(0, "filters")
    rank, counts = random.permutation(_ITEMS), random.integers(0, 4, _ITEMS)
    folder = tmp_path_factory.mktemp("filters") / "c"
    vectors = int8_quantize(unit_vectors(random, int(counts.sum()), _DIM))
    starts = np.concatenate([[0], np.cumsum(counts)])
    collection = Collection.create(folder, fingerprint="made", dim=_DIM)
    with collection.writer(max_tokens=9000, time_budget_s=1e6) as writer:
        for file in range(_FILES):
            draft = writer.stage(f"{file}", "made", "made", 1, {})
            for place in range(_PAGES):
                item = file * _PAGES + place
                own = vectors[int(starts[item]) : int(starts[item + 1])]
                page = Page(place + 1, "", _LAYOUT, {"rank": int(rank[item])})
                draft.add(page, own, np.zeros((len(own), 2), np.int32))
            draft.finish()
    with closing(sqlite3.connect(folder / "trovato.db")) as database:
        assert database.execute("SELECT min(item), max(item) FROM items").fetchone() == (1, _ITEMS)
    return folder, rank, counts


@pytest.fixture(
    scope="module",
    params=["int8", "centroids", pytest.param("4bit/4d/pool2", marks=pytest.mark.slow)],
)
def made(
    request: pytest.FixtureRequest,
    written: tuple[Path, np.ndarray, np.ndarray],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[Collection, np.ndarray, np.ndarray]]:
    """Those pages, stored and searched in several ways."""
    folder, rank, counts = written
    own = tmp_path_factory.mktemp("filters") / "c"
    collection = Collection.open(shutil.copytree(folder, own))
    with collection.writer() as writer:
        if request.param == "centroids":
            writer.train_centroids()
        elif request.param != "int8":
            writer.compress(request.param)
    yield collection, rank, counts
    collection.close()


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    selectivity=st.sampled_from(_SELECTIVITIES),
    k=st.sampled_from([1, 10, 300]),
    candidates=st.sampled_from([None, 1, 50, 5000]),
    seed=st.integers(0, 999),
)
def test_results_are_never_short_and_exact_ones_are_brute_force(
    made: tuple[Collection, np.ndarray, np.ndarray],
    selectivity: float,
    k: int,
    candidates: int | None,
    seed: int,
) -> None:
    collection, rank, counts = made
    most = round(selectivity * _ITEMS)
    matching = np.flatnonzero((rank < most) & (counts > 0))
    query = unit_vectors(generator(seed, "asked"), 3, _DIM)
    with pytest.MonkeyPatch.context() as patch, collection.reader() as reader:
        patch.setattr(vector_search, "EXACT_UP_TO", 0)
        exact = reader.search_vectors(query, k, f"rank<{most}", exact=True)
        found = reader.search_vectors(query, k, f"rank<{most}", candidates=candidates)
        everything = reader.search_vectors(query, _ITEMS, exact=True)
    assert len(found.best) == len(exact.best) == min(k, len(matching))
    assert exact.exact
    assert exact.eligible == found.eligible == most
    # Rows count pages from 1. Brute force: all pages, less those that do not match.
    assert len(everything.best) == (counts > 0).sum()
    rows = set((matching + 1).tolist())
    assert exact.best == [hit for hit in everything.best if hit[0] in rows][:k]
    scores = dict(everything.best)
    assert all(row in rows and scores[row] == score for row, score in found.best)
    if found.exact:
        assert found.best == exact.best


def test_brute_force_is_maxsim(made: tuple[Collection, np.ndarray, np.ndarray]) -> None:
    collection, _, counts = made
    query = unit_vectors(generator(1, "asked"), 3, _DIM)
    with collection.reader() as reader:
        best = reader.search_vectors(query, 20, exact=True).best
        for row, score in best:
            assert counts[row - 1] > 0
            vectors: Int8Vectors = int8_quantize(reader.vectors_of(row))
            slow = maxsim(query, vectors, np.array([0, len(vectors)]))[0]
            assert score == pytest.approx(slow, abs=0.03)
