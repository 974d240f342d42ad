"""Texts that nobody linked, found by a name that stands where the question is met."""

from __future__ import annotations

from pathlib import Path

import pytest

from trovato.core import Item, PathEvidence, Query
from trovato.index import Collection
from trovato.library import index_components
from trovato.retrieve.multi_hop import (
    CollectionSource,
    GraphSource,
    HopSettings,
    MemorySource,
    MultiHopRetriever,
)
from trovato.testing import WordEncoder

ENCODER = WordEncoder(64)
QUESTION = Query("Which harbour town is home of the club that won the cup in 1911?")
TEXTS = {
    "cup": "The cup of the year 1911 was won by Lyn Rangers.",
    "lyn": "In those days Lyn Rangers played at Bergen, by the sea.",
    **{f"n{n}": f"The harbour town {n} has a club at home, which won nothing." for n in range(20)},
}
ITEMS = [Item(name, "note", text) for name, text in TEXTS.items()]


@pytest.fixture(params=["memory", "collection"])
def source(request: pytest.FixtureRequest, tmp_path: Path) -> GraphSource:
    return held(ITEMS, tmp_path if request.param == "collection" else None)


def held(items: list[Item], place: Path | None = None) -> GraphSource:
    if place is None:
        return MemorySource(items, ENCODER)
    made = Collection.create(place / "c", fingerprint=ENCODER.fingerprint, dim=ENCODER.dim)
    index_components(made, ENCODER, items)
    return CollectionSource(made.reader(), ENCODER)


def test_a_name_that_the_question_leaves_open_leads_on(source: GraphSource) -> None:
    retriever = MultiHopRetriever(source, HopSettings(beam=3, bridges=3))
    found = retriever.retrieve(QUESTION, 2)
    assert set(found.ids) == {"cup", "lyn"}
    evidence = found[0].evidence
    assert isinstance(evidence, PathEvidence)
    assert {step.item for step in evidence.steps} == {"cup", "lyn"}
    assert evidence.steps[1].link == "Lyn Rangers"
    without = MultiHopRetriever(source, HopSettings(beam=3)).retrieve(QUESTION, 2)
    assert "lyn" not in without.ids


def test_what_the_question_names_itself_is_no_bridge(source: GraphSource) -> None:
    asked = Query("Which harbour town is home of Lyn Rangers, who won the cup in 1911?")
    settings = [HopSettings(beam=1, bridges=bridges) for bridges in (0, 3)]
    without, told = (MultiHopRetriever(source, one).retrieve(asked, 5) for one in settings)
    assert without.ids == told.ids


def test_a_name_that_many_share_leads_nowhere() -> None:
    many = [Item(f"m{n}", "note", f"Lyn Rangers met club {n}.") for n in range(20)]
    retriever = MultiHopRetriever(held([*ITEMS, *many]), HopSettings(beam=1, bridges=3))
    assert retriever.retrieve(QUESTION, 5).ids == ("cup",)


def test_conditions_hold_for_bridges(tmp_path: Path) -> None:
    items = [
        Item(name, "note", text, attributes={"year": 1911 if name == "cup" else 2000})
        for name, text in TEXTS.items()
    ]
    retriever = MultiHopRetriever(held(items, tmp_path), HopSettings(bridges=3))
    assert retriever.retrieve(Query(QUESTION.text, "year<1950"), 5).ids == ("cup",)


def test_an_open_slot_is_filled_with_a_name_that_was_found(source: GraphSource) -> None:
    parts = ["Who won the cup in 1911?", "Where did #1 play, by the sea or inland?"]
    found = MultiHopRetriever(source).retrieve(QUESTION, 3, subqueries=parts)
    assert found.ids[:2] == ("cup", "lyn")
    evidence = found[1].evidence
    assert isinstance(evidence, PathEvidence)
    assert evidence.subqueries == (parts[0], "Where did Lyn Rangers play, by the sea or inland?")
    assert [step.item for step in evidence.steps] == ["cup", "lyn"]
    assert evidence.steps[1].link == "Lyn Rangers"


def test_a_slot_that_nothing_fills_is_left_out(source: GraphSource) -> None:
    parts = ["Where did #2 play?", "xyzzy"]
    assert len(MultiHopRetriever(source).retrieve(QUESTION, 3, subqueries=parts))
