"""Segments dealt to shards answer as one machine does; without Ray, in this process."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trovato.core import Page, TextLayout, generator
from trovato.index import DEFAULT_FIELD, Collection, Reader
from trovato.index.search import vector_search
from trovato.index.search.shard_state import (
    Method,
    Shard,
    ShardedSearch,
    ShardState,
    assign_segments,
)
from trovato.index.search.snapshot import FieldCaches, LiveSegment
from trovato.index.search.vector_search import PageSearch, SegmentSearch
from trovato.index.store.fields import StoredField
from trovato.index.store.schema import DATABASE, SEGMENTS
from trovato.index.vectors.segment_file import SegmentRecord
from trovato.ops import Int8Vectors, int8_quantize
from trovato.testing.conformance.storage.store import unit_vectors

_DIM = 16
_LAYOUT = TextLayout(100.0, 100.0, np.zeros((0, 2), np.int32), np.zeros((0, 4), np.float32))


def page_vectors() -> list[Int8Vectors]:
    """A few pages' vectors, so that many pages are equal and tie."""
    random = generator(3, "pages of shards")
    return [int8_quantize(unit_vectors(random, count, _DIM)) for count in (0, 1, 3, 5, 9, 14, 20)]


SLOW = [pytest.param(one, marks=pytest.mark.slow) for one in ("4bit", "2bit/8d/pool2", "binary")]


@pytest.fixture(scope="module", params=["int8", "fp16/4d", *SLOW])
def collection(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Collection]:
    """Segments of different sizes, with removed pages, and some without cells."""
    patch = pytest.MonkeyPatch()
    patch.setattr("trovato.index.writer._MANY", 1000)  # nothing is merged by itself
    made = Collection.create(tmp_path_factory.mktemp("shard") / "c", fingerprint="made", dim=_DIM)
    pool = page_vectors()
    random = generator(4, "files of shards")
    with made.writer(max_tokens=150) as writer:
        for number in range(40):
            attributes = {"year": 2000 + number % 7}
            draft = writer.stage(f"{number % 10}/{number}.pdf", "made", "made", 1, attributes)
            for place in range(1, int(random.integers(2, 9))):
                vectors = pool[int(random.integers(len(pool)))]
                spans = np.zeros((len(vectors), 2), np.int32)
                draft.add(Page(place, "", _LAYOUT), vectors, spans)
            draft.finish()
        writer.train_centroids()
        writer.compress(request.param)
        for number in (3, 17, 18):
            assert writer.remove(f"{number % 10}/{number}.pdf")
    database = sqlite3.connect(made.path / DATABASE)
    with database:
        database.execute("DELETE FROM cells WHERE segment % 4 = 1")
        database.execute("UPDATE meta SET value = value + 1 WHERE key = 'generation'")
    database.close()
    patch.undo()
    yield made
    made.close()


class ShardedReader(Reader):
    """A reader whose shards are objects of this process."""

    def __init__(self, collection: Collection, shards: int) -> None:
        caches = FieldCaches(collection.path / SEGMENTS)
        super().__init__(collection.path / DATABASE, caches)
        self._cache = cache = caches.of(self.fields[DEFAULT_FIELD])
        hands = assign_segments(cache.live(self._connection), shards)
        assert sum(map(len, hands)) == len(cache.live(self._connection))
        self._parts = [
            ShardState(1, _DIM, 1, hand, self._books(hand), cache.codecs_of(hand), cache.projection)
            for hand in hands
        ]
        self._shards = [Shard(collection.path / SEGMENTS) for _ in hands]

    def _books(self, hand: Sequence[LiveSegment]) -> dict[int, Any]:
        numbers = {held.cells.codebook for held in hand if held.cells is not None}
        return {number: self._cache.codebook(self._connection, number) for number in numbers}

    def _search(self, field: StoredField, threads: int) -> PageSearch:
        return ShardedSearch(super()._search(field, threads), self._ask, threads)

    def _ask(self, method: Method, arguments: Sequence[Any]) -> list[Any]:
        return [
            getattr(shard, method)((1, 1), partial(self._parts.__getitem__, number), *arguments)
            for number, shard in enumerate(self._shards)
        ]


@given(
    seed=st.integers(0, 999),
    tokens=st.integers(1, 40),
    k=st.integers(1, 30),
    filter=st.sampled_from(["", "year>=2003", "year=2001 page<=2", "path:7/* page=1", "page>99"]),
    exact=st.booleans(),
    candidates=st.none() | st.integers(1, 200),
    shards=st.integers(1, 6),
    small=st.booleans(),
)
def test_shards_answer_as_one_machine(
    collection: Collection,
    seed: int,
    tokens: int,
    k: int,
    filter: str,
    exact: bool,
    candidates: int | None,
    shards: int,
    small: bool,
) -> None:
    query = unit_vectors(generator(seed, "asked"), tokens, _DIM)
    with (
        pytest.MonkeyPatch.context() as patch,
        collection.reader() as one,
        ShardedReader(collection, shards) as many,
    ):
        patch.setattr(vector_search, "EXACT_UP_TO", 1 << 19 if small else 0)
        wanted = one.search_vectors(query, k, filter, exact=exact, candidates=candidates)
        found = many.search_vectors(query, k, filter, exact=exact, candidates=candidates)
        assert found == wanted
        rows = [row for row, _ in one.search_vectors(query, 20).best][::-1]
        assert many.score_vectors(query, rows) == one.score_vectors(query, rows)


@pytest.mark.parametrize("candidates", [1, 10, 10_000])
@pytest.mark.parametrize("chosen", [None, 60])
@pytest.mark.parametrize("k", [1, 20])
@pytest.mark.parametrize("refine", [False, True])
def test_the_same_candidates_are_scored(
    collection: Collection,
    candidates: int,
    chosen: int | None,
    k: int,
    refine: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Not only the best: every page that one machine scores, in the same order, and no other."""
    monkeypatch.setattr(vector_search, "FEWEST_SCORED", 3)
    query = unit_vectors(generator(1, "asked"), 8, _DIM)
    with collection.reader() as one, ShardedReader(collection, 5) as many:
        items = None
        if chosen is not None:
            published = one.score_vectors(query, range(1000))
            picks = generator(2, "chosen").choice(len(published), chosen, replace=False)
            items = np.sort(np.array([published[pick][0] for pick in picks], np.int64))
        field = one.fields[DEFAULT_FIELD]
        wanted, found = (
            reader._search(field, 1).through_candidates(query, items, candidates, k, refine=refine)
            for reader in (one, many)
        )
        assert isinstance(one._search(field, 1), SegmentSearch)
        np.testing.assert_array_equal(found.rows, wanted.rows)
        np.testing.assert_array_equal(found.scores, wanted.scores)
        assert (found.eligible, found.exact) == (wanted.eligible, wanted.exact)


def test_segments_are_dealt_by_their_tokens() -> None:
    def segment(number: int, tokens: int) -> LiveSegment:
        return LiveSegment(SegmentRecord(number, number * 10, 10, 10, tokens, 0, 0), None, None)

    sizes = [900, 10, 20, 500, 30, 400, 40, 100]
    hands = assign_segments([segment(number, tokens) for number, tokens in enumerate(sizes)], 2)
    loads = [sum(held.record.rows for held in hand) for hand in hands]
    assert loads == [1000, 1000]
    for hand in hands:
        firsts = [held.record.first_item for held in hand]
        assert firsts == sorted(firsts)
    assert [len(hand) for hand in assign_segments([segment(0, 5)], 3)] == [1, 0, 0]
