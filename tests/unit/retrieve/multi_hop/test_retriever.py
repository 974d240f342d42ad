"""What no question names is found behind a link, with the path that led to it."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

import numpy as np
import pytest

from trovato.core import InvalidInputError, Item, Link, PathEvidence, Query, Ranking, generator
from trovato.data.components import Cell, paragraph_items, table_items
from trovato.index.graph import Direction
from trovato.retrieve.multi_hop import HopSettings, MemorySource, MultiHopRetriever
from trovato.testing import WordEncoder, check_retriever

QUESTION = "Which harbour town did the keeper of Lyn in 1911 later coach?"
CUPS = table_items(
    "cups",
    [Cell("Year"), Cell("Club"), Cell("Keeper")],
    [
        [Cell(str(1800 + n)), Cell("Lyn" if n == 111 else f"Club{n}"), Cell(f"K{n}", (f"k{n}",))]
        for n in range(200)
    ],
)
KEEPERS = [
    item
    for n in range(200)
    for item in (
        Item(f"k{n}", "document", f"K{n}"),
        *paragraph_items(
            f"k{n}.p",
            f"He had a farm and {n} sheep." if n != 111 else "Brann hired him as coach in a town.",
            parent=f"k{n}",
        ),
    )
]
# They share more words with the question than the answer does, and nothing leads to them.
NEAR = [
    Item(f"near{n}", "paragraph", f"The coach of harbour {n} came later, and the town cheered.")
    for n in range(25)
]
ITEMS = [*CUPS, *KEEPERS, *NEAR]


def ask(items: list[Item], settings: HopSettings = HopSettings(), k: int = 5) -> Ranking:
    return MultiHopRetriever(MemorySource(items, WordEncoder(64)), settings).retrieve(
        Query(QUESTION), k
    )


@pytest.fixture(scope="module")
def source() -> MemorySource:
    return MemorySource(ITEMS, WordEncoder(64))


def test_a_planted_hop_is_found_and_flat_search_misses_it(source: MemorySource) -> None:
    found = MultiHopRetriever(source).retrieve(Query(QUESTION), 5)
    assert found.ids[:2] == ("cups", "k111.p")
    flat = MultiHopRetriever(source, HopSettings(hops=0)).retrieve(Query(QUESTION), 5)
    assert "k111.p" not in flat.ids


def test_a_row_is_found_where_its_whole_table_is_lost_among_others() -> None:
    others = [
        item
        for n in range(20)
        for item in table_items(
            f"a{n}",
            [Cell("Club"), Cell("Keeper")],
            [[Cell("Lyn"), Cell(f"J{n}")], [Cell(f"Club{n}"), Cell("1911")]],
        )
    ]
    asked = Query("Lyn 1911 keeper")
    first = {}
    for rows in (True, False):
        kept = [item for item in [*CUPS, *others] if rows or item.kind == "table"]
        source = MemorySource(kept, WordEncoder(64))
        settings = HopSettings(hops=0, lexical_weight=0.0)
        found = MultiHopRetriever(source, settings).retrieve(asked, 25).ids
        first[rows] = found.index("cups") if "cups" in found else len(found)
    assert first == {True: 0, False: 20}  # all whole tables have all words: ties break by id


def test_a_way_of_two_hops_is_told_whole() -> None:
    chain = [
        Item("cup", "note", "Lyn won the cup of 1911.", links=(Link("lyn", "Lyn"),)),
        Item("lyn", "note", "A club with a keeper called Moe.", links=(Link("moe", "Moe"),)),
        Item("moe", "note", "Later he coached a team in a harbour town.", links=(Link("x"),)),
    ]
    asked = Query("Where did the keeper of the club that won the cup of 1911 coach later?")
    found = {
        hops: MultiHopRetriever(
            MemorySource([*chain, *NEAR], WordEncoder(64)),
            HopSettings(hops=hops, beam=3, direction="out"),
        ).retrieve(asked, 10)
        for hops in (1, 2)
    }
    paths = {
        hops: {
            hit.item.id: [step.item for step in hit.evidence.steps]
            for hit in ranking
            if isinstance(hit.evidence, PathEvidence)
        }
        for hops, ranking in found.items()
    }
    assert "moe" not in paths[1]
    assert paths[2]["moe"] == ["cup", "lyn", "moe"]


def test_without_the_link_it_is_missed() -> None:
    cut = [
        replace(item, links=tuple(link for link in item.links if link.target != "k111"))
        for item in ITEMS
    ]
    assert "k111.p" not in ask(cut).ids


def test_other_links_over_the_same_texts(source: MemorySource) -> None:
    cut = source.relinked(replace(item, links=()) for item in reversed(ITEMS))
    assert "k111.p" not in MultiHopRetriever(cut).retrieve(Query(QUESTION), 5).ids
    again = MultiHopRetriever(cut.relinked(ITEMS)).retrieve(Query(QUESTION), 5)
    assert again.ids == MultiHopRetriever(source).retrieve(Query(QUESTION), 5).ids
    with pytest.raises(InvalidInputError, match="only links may differ"):
        source.relinked(ITEMS[1:])


def test_a_link_is_followed_backwards_only_where_that_is_asked() -> None:
    turned = [
        replace(item, links=(Link("cups.r112"),))
        if item.id == "k111.p"
        else replace(item, links=())
        for item in [*CUPS, *KEEPERS]
    ]
    source = MemorySource(turned, WordEncoder(64))
    found = {
        direction: MultiHopRetriever(source, HopSettings(beam=1, direction=direction)).retrieve(
            Query("Lyn in 1911"), 5
        )
        for direction in get_args(Direction)
    }
    assert found["out"].ids == ("cups",)
    assert found["both"].ids == ("k111.p", "cups")  # the link stands in the paragraph


def test_the_path_says_which_row_led_there(source: MemorySource) -> None:
    hit = MultiHopRetriever(source).retrieve(Query(QUESTION), 5)[1]
    assert isinstance(hit.evidence, PathEvidence)
    first, second = hit.evidence.steps
    assert (first.item, first.component) == ("cups.r112", "cups")
    assert (second.item, second.link) == ("k111.p", "K111")
    assert {"lyn", "1911"} <= set(first.met)
    assert "coach" in second.met
    assert hit.evidence.parts["edge"] > hit.evidence.parts["alone"]


def test_subqueries_are_met_as_in_the_paper(source: MemorySource) -> None:
    asked = ["keeper of Lyn in 1911", "hired as coach of a town"]
    found = MultiHopRetriever(source).retrieve(Query(QUESTION), 5, subqueries=asked)
    assert set(found.ids[:2]) == {"cups", "k111.p"}
    evidence = found[0].evidence
    assert isinstance(evidence, PathEvidence)
    assert [step.met for step in evidence.steps] == [(asked[0],), (asked[1],)]


@pytest.mark.parametrize("level", ["part", "component"])
@pytest.mark.parametrize("seeds", ["coarse", "fine", "union"])
def test_the_laws_of_a_retriever(level: str, seeds: str) -> None:
    items = [*CUPS[:20], *KEEPERS[:40], *NEAR[:5]]
    source = MemorySource(items, WordEncoder(16), level)  # type: ignore[arg-type]
    retriever = MultiHopRetriever(source, HopSettings(beam=5, seeds=seeds))  # type: ignore[arg-type]
    check_retriever(
        retriever, [Query(QUESTION), Query("sheep"), Query("xyz")], {item.id for item in items}
    )


def test_the_order_of_items_changes_nothing(source: MemorySource) -> None:
    order = generator(0, "order").permutation(len(ITEMS)).tolist()
    again = ask([ITEMS[place] for place in order])
    found = MultiHopRetriever(source).retrieve(Query(QUESTION), 5)
    assert again.ids == found.ids
    assert [hit.score for hit in again] == pytest.approx([hit.score for hit in found])


def test_a_document_has_no_more_places_than_it_may() -> None:
    items = [Item("d", "document")]
    items += [replace(item, parent="d") for item in NEAR]
    assert len(ask(items, HopSettings(per_document=2), 9)) == 2
    assert len(ask(items, k=9)) == 9


def test_no_hops_is_a_flat_ranking_of_components(source: MemorySource) -> None:
    flat = MultiHopRetriever(source, HopSettings(hops=0)).retrieve(Query(QUESTION), 10)
    assert len(set(flat.ids)) == 10
    assert all(
        len(hit.evidence.steps) == 1 for hit in flat if isinstance(hit.evidence, PathEvidence)
    )
    assert np.all(np.diff([hit.score for hit in flat]) < 0)


@pytest.mark.parametrize(
    "wrong",
    [
        {"beam": 0},
        {"beam": 1000},
        {"seeds": "all"},
        {"direction": "in"},
        {"per_document": 0},
        {"hops": -1},
        {"bridges": -1},
        {"lexical_weight": 2.0},
    ],
)
def test_settings_out_of_range_are_refused(
    wrong: dict[str, object], source: MemorySource, unchecked: None
) -> None:
    def ask_so() -> Ranking:
        settings = HopSettings(**wrong)  # type: ignore[arg-type]
        return MultiHopRetriever(source, settings).retrieve(Query(QUESTION), 5)

    with pytest.raises(InvalidInputError, match="must be"):
        ask_so()


def test_what_cannot_be_asked_is_refused(source: MemorySource) -> None:
    retriever = MultiHopRetriever(source)
    for query, said in (
        (Query(" "), "blank"),
        (Query("?"), "no word"),
        (Query("a", "x:y"), "filter"),
    ):
        with pytest.raises(InvalidInputError, match=said):
            retriever.retrieve(query, 3)
    with pytest.raises(InvalidInputError, match="no item called"):
        source.items(["absent"])
    with pytest.raises(InvalidInputError, match="nothing to search"):
        MemorySource([], WordEncoder(8))
