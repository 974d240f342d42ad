"""How many pages a search scores exactly: what was chosen for the collection, and when all."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from trovato.core import Item, Query, generator
from trovato.index import CompressionCandidate, Reader, VectorFormat
from trovato.index.search import vector_search
from trovato.index.vectors import ivf_codec
from trovato.index.writing import train_centroids
from trovato.library import Library
from trovato.retrieve import HybridScorer, collection_retriever
from trovato.testing import WordEncoder

PAGES, CHOSEN = 120, 8
QUESTION = "w1 w2 w3"


@pytest.fixture
def library(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Library]:
    """A collection with centroids that takes itself for large."""
    monkeypatch.setattr(vector_search, "EXACT_UP_TO", 0)
    monkeypatch.setattr(train_centroids, "CANDIDATES", (CHOSEN, 2 * CHOSEN))
    random = generator(0, "depth")
    texts = (" ".join(f"w{word}" for word in random.integers(0, 60, 12)) for _ in range(PAGES))
    folder = tmp_path_factory.mktemp("depth")
    with Library.create(folder, encoder=WordEncoder(32)) as made:
        made.add_items(Item(f"page-{number}", "text", text) for number, text in enumerate(texts))
        with made.collection.writer() as writer:
            writer.train_centroids()
        yield made


def scored(library: Library, k: int, *, exact: bool = False) -> int:
    coverage = library.search(QUESTION, k, exact=exact).coverage
    assert coverage is not None
    assert coverage.exact == (coverage.scored == PAGES)
    return coverage.scored


@pytest.mark.parametrize("chosen", [CHOSEN, 2 * CHOSEN])
def test_a_search_scores_as_many_pages_as_were_chosen(library: Library, chosen: int) -> None:
    library.apply(CompressionCandidate(VectorFormat(), chosen, 1.0, 1.0, 36.0))
    assert chosen <= scored(library, 5) < chosen + CHOSEN  # ties at the border are scored too
    assert scored(library, 5, exact=True) == PAGES
    ranking = library.retriever().rank(Query(QUESTION), chosen)
    for k in range(1, chosen):
        assert library.retriever().rank(Query(QUESTION), k) == ranking[:k]


def test_more_hits_than_were_chosen_are_all_found(library: Library) -> None:
    library.apply(CompressionCandidate(VectorFormat(), CHOSEN, 1.0, 1.0, 36.0))
    late = library.retriever("late")
    assert len(late.rank(Query(QUESTION), CHOSEN)) == CHOSEN
    assert len(late.rank(Query(QUESTION), 3 * CHOSEN)) == 3 * CHOSEN


def test_every_page_is_scored_where_no_number_finds_enough(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ivf_codec, "GOAL", 1.1)
    with library.collection.reader() as reader:
        query = library.encoder.encode_query(QUESTION).values
        assert reader.search_vectors(query, 5).exact
        few = reader.search_vectors(query, 5, candidates=CHOSEN)
        assert not few.exact  # asked for
        assert few.scored < PAGES


def test_a_few_hits_take_as_many_candidates_as_the_card_says(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ivf_codec, "GOAL", 0.0)
    monkeypatch.setattr(ivf_codec, "_WORTH", 1e9)
    monkeypatch.setattr(collection_retriever, "_SHALLOWEST", CHOSEN // 2)
    assert CHOSEN <= scored(library, CHOSEN // 4) < 2 * CHOSEN
    assert scored(library, CHOSEN // 4 + 1) == PAGES
    asked: list[int] = []
    search = Reader.search_lexical

    def counted(self: Reader, text: str, k: int, filter: str = "") -> list[tuple[int, float]]:
        asked.append(k)
        return search(self, text, k, filter)

    monkeypatch.setattr(Reader, "search_lexical", counted)
    for k in (CHOSEN // 8, CHOSEN // 4, CHOSEN // 4 + 1):
        library.retriever("lexical").rank(Query(QUESTION), k)
    assert asked == [CHOSEN // 2, CHOSEN, collection_retriever.DEPTH]


def test_copies_and_conditions_do_not_use_up_the_candidates(library: Library) -> None:
    library.add_items(Item(f"copy-{number}", "text", QUESTION) for number in range(2 * CHOSEN))
    library.apply(CompressionCandidate(VectorFormat(), CHOSEN, 1.0, 1.0, 36.0))
    first, *others = library.search(QUESTION, 5)
    assert len(first.copies) == 2 * CHOSEN - 1
    assert len(others) == 4
    assert not any(hit.copies for hit in others)
    without = library.search("w1 -w2", 5)
    assert len(without) == 5
    assert not any("w2" in hit.item.text.split() for hit in without)


def test_where_few_pages_match_no_depth_is_asked_for_twice(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    library.apply(CompressionCandidate(VectorFormat(), CHOSEN, 1.0, 1.0, 36.0))
    best, depths = HybridScorer.best, list[int]()

    def counted(scorer: HybridScorer, query: Query, depth: int) -> dict[int, float]:
        depths.append(depth)
        return best(scorer, query, depth)

    monkeypatch.setattr(HybridScorer, "best", counted)
    assert len(library.search(QUESTION, 5, filter="path=page-7")) == 1
    assert depths == [CHOSEN, 1000]
    assert len(library.search(QUESTION, 5)) == 5
    assert depths[2:] == [CHOSEN]
