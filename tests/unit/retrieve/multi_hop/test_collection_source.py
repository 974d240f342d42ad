"""Hops over what a collection holds: as over the same items in memory, also after changes."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from trovato.core import InvalidInputError, Item, Link, PathEvidence, Query
from trovato.data.components import Cell, paragraph_items, table_items
from trovato.index import Collection
from trovato.library import index_components
from trovato.retrieve.multi_hop import CollectionSource, MemorySource, MultiHopRetriever
from trovato.testing import WordEncoder, check_retriever

ENCODER = WordEncoder(32)
LYN = [
    Item("lyn", "document", "Lyn", attributes={"year": 1911}),
    *table_items(
        "lyn.c1",
        [Cell("Year"), Cell("Keeper")],
        [[Cell("1911"), Cell("Ole Moe", ("ole",))], [Cell("1912"), Cell("Per Bo", ("per",))]],
        parent="lyn",
        path=("Lyn",),
    ),
]
OLE = [
    Item("ole", "document", "Ole Moe", attributes={"year": 1950}),
    *paragraph_items("ole.c1", "He sold shoes. He then coached Brann.", parent="ole"),
]
OTHERS = [Item(f"n{n}", "note", f"Nobody keeps sheep number {n}.") for n in range(5)]
QUERY = Query("Whom did the keeper of Lyn in 1911 coach?")


def indexed(place: Path, *documents: list[Item]) -> Collection:
    collection = Collection.create(place, fingerprint=ENCODER.fingerprint, dim=ENCODER.dim)
    for items in documents:
        index_components(collection, ENCODER, items)
    return collection


def asked(collection: Collection, query: Query = QUERY) -> MultiHopRetriever:
    return MultiHopRetriever(CollectionSource(collection.reader(), ENCODER))


def test_a_row_leads_to_the_page_that_its_cell_links_to(tmp_path: Path) -> None:
    retriever = asked(indexed(tmp_path / "c", [*LYN, *OLE, *OTHERS]))
    found = retriever.retrieve(QUERY, 3)
    assert found.ids[:2] == ("lyn.c1", "ole.c1")
    evidence = found[1].evidence
    assert isinstance(evidence, PathEvidence)
    assert [step.item for step in evidence.steps] == ["lyn.c1.r1", "ole.c1"]
    assert evidence.steps[1].link == "Ole Moe"
    every = {item.id for item in [*LYN, *OLE, *OTHERS]}
    check_retriever(retriever, [QUERY, Query("sheep", filter="year>=1900")], every, 3)


def test_memory_and_collection_find_the_same(tmp_path: Path) -> None:
    items = [*LYN, *OLE, *OTHERS]
    stored = asked(indexed(tmp_path / "c", items)).retrieve(QUERY, 4)
    held = MultiHopRetriever(MemorySource(items, ENCODER)).retrieve(QUERY, 4)
    assert stored.ids[:2] == held.ids[:2]
    # int8 vectors, and the word index counts whole tables and titles as well.
    assert stored[0].score == pytest.approx(held[0].score, abs=0.05)


def test_a_link_heals_and_any_order_gives_the_same(tmp_path: Path) -> None:
    collection = indexed(tmp_path / "c", LYN, OTHERS)
    assert "ole.c1" not in asked(collection).retrieve(QUERY, 9).ids
    index_components(collection, ENCODER, OLE)
    other = indexed(tmp_path / "d", OTHERS, OLE, LYN)
    found, again = (asked(one).retrieve(QUERY, 9) for one in (collection, other))
    assert found.ids == again.ids
    assert [hit.score for hit in found] == pytest.approx([hit.score for hit in again])
    with collection.writer() as writer:
        writer.remove("ole")
    assert "ole.c1" not in asked(collection).retrieve(QUERY, 9).ids


def test_conditions_hold_for_seeds_and_for_what_they_lead_to(tmp_path: Path) -> None:
    collection = indexed(tmp_path / "c", [*LYN, *OLE, *OTHERS])
    assert asked(collection).retrieve(Query(QUERY.text, "year<1920"), 9).ids == ("lyn.c1",)
    with pytest.raises(InvalidInputError):
        asked(collection).retrieve(Query(QUERY.text, "year<"), 9)


def test_what_has_not_changed_is_left_alone(tmp_path: Path) -> None:
    collection = indexed(tmp_path / "c", LYN, OLE)
    report = index_components(collection, ENCODER, [*LYN, OTHERS[0]])
    assert (report.unchanged, report.added) == (["lyn"], ["n0"])
    linked = [OLE[0], *(paragraph_items("ole.c1", "He left.", parent="ole", links=[Link("lyn")]))]
    assert index_components(collection, ENCODER, linked).replaced == ["ole"]
    assert asked(collection).retrieve(Query("He left"), 1).ids == ("ole.c1",)


def test_what_cannot_be_a_collection_is_refused(tmp_path: Path) -> None:
    collection = indexed(tmp_path / "c")
    with pytest.raises(InvalidInputError, match="empty"):
        CollectionSource(collection.reader(), ENCODER)
    with pytest.raises(InvalidInputError, match="after its document"):
        index_components(collection, ENCODER, LYN[1:])


def test_an_encoder_that_fails_leaves_no_document_without_vectors(tmp_path: Path) -> None:
    class Fails(WordEncoder):
        def encode(self, texts):  # type: ignore[no-untyped-def]
            for made in super().encode(texts):
                yield made
                raise RuntimeError("out of memory")

    collection = indexed(tmp_path / "c", OTHERS)
    with pytest.raises(RuntimeError, match="out of memory"):
        index_components(collection, Fails(32), LYN)
    assert "lyn" not in collection
    assert set(collection.reader().links_to("ole")) == set()
    index_components(collection, ENCODER, LYN)  # the same call goes on
    assert asked(collection).retrieve(QUERY, 1).ids == ("lyn.c1",)


def test_a_component_without_parts_speaks_for_itself(tmp_path: Path) -> None:
    collection = indexed(tmp_path / "c", OTHERS)
    source = CollectionSource(collection.reader(), ENCODER, "component")
    nodes = source.candidates(["sheep"], ENCODER.encode_query("sheep").values, 3)
    assert source.graph.children_of(nodes) == [(name,) for name in source.graph.names_of(nodes)]


@pytest.mark.slow
def test_many_threads_ask_while_one_writes(tmp_path: Path) -> None:
    collection = indexed(tmp_path / "c", LYN, OTHERS)

    def answers() -> set[tuple[str, ...]]:
        return {asked(collection).retrieve(QUERY, 9).ids for _ in range(2)}

    before = answers()
    with ThreadPoolExecutor(2) as pool:
        waiting = [pool.submit(answers) for _ in range(2)]
        index_components(collection, ENCODER, OLE)
        seen = set().union(*(one.result() for one in waiting))
    after = answers()
    assert before != after
    assert seen <= before | after
