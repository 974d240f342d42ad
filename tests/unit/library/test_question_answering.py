"""A collection that answers while others write to it."""

from __future__ import annotations

from pathlib import Path

import pytest

from trovato.core import Box, Item, Link, Location
from trovato.library import Library, build_answerer, index_components
from trovato.testing import WordEncoder


@pytest.mark.parametrize("later", [None, "Pears."])
def test_an_answer_outlives_the_page_it_came_from(tmp_path: Path, later: str | None) -> None:
    note = tmp_path / "note.txt"
    note.write_text("The harbour opened in 1871. Ships came.", "utf-8")
    with Library.create(tmp_path / "c", encoder=WordEncoder()) as library:
        library.add([note])
        system = build_answerer(library)
        documents = system.documents("When did the harbour open?")
        answer = system.answer("When did the harbour open?", documents)
        assert system.located(answer).citations[0].regions
        if later is None:
            library.remove(["note.txt"])
        else:
            note.write_text(later, "utf-8")
            library.add([note])
        found = system.located(answer)
    assert found.text == "The harbour opened in 1871."
    assert found.citations[0].quote == found.text
    assert found.citations[0].regions == ()


def test_a_part_of_a_page_is_its_own_region(tmp_path: Path) -> None:
    place = Location("a.pdf", 3, Box(1.0, 2.0, 3.0, 4.0))
    with Library.create(tmp_path / "c", encoder=WordEncoder()) as library:
        items = [Item("a", "note", "Lyn was led by Ole Moe.", place)]
        index_components(library.collection, library.encoder, items)
        [citation] = library.ask("Who led Lyn?").citations
    assert citation.item.location == place
    assert [region.box for region in citation.regions] == [place.box]


def test_what_lies_on_a_path_is_read(tmp_path: Path) -> None:
    items = [
        Item("lyn", "note", "Lyn was led by Ole Moe.", links=(Link("ole", "Ole Moe"),)),
        Item("ole", "note", "Born in Bergen."),
        *(Item(f"n{n}", "note", f"Nobody led sheep number {n}.") for n in range(9)),
    ]
    with Library.create(tmp_path / "c", encoder=WordEncoder()) as library:
        index_components(library.collection, library.encoder, items)
        answer = library.ask("Who led Lyn, and where was he born?", mode="hops", k=2)
        assert [source.id for source in answer.sources] == ["lyn", "ole"]
        assert [step.item for step in answer.paths[0].steps] == ["lyn", "ole"]
        assert len({path.steps for path in answer.paths}) == len(answer.paths)
        assert library.ask("Who led Lyn?", k=2).paths == ()
        system = build_answerer(library, k=2)
        assert system.documents("Who led Lyn?", mode="hops")[0].id == "lyn"
