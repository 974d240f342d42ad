"""Items of one's own keep their ids, wherever they are named."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from trovato import Item, Library
from trovato.core import InvalidInputError, Link, Page, TextLayout
from trovato.index.export.rows import pages_of
from trovato.library import Progress
from trovato.testing import WordEncoder

ITEMS = [
    Item("42", "note", "The harbour opened in 1871.", attributes={"year": 1871}),
    Item("12#3", "note", "Ships unload timber."),
]


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    (tmp_path / "salt.txt").write_text("Salt is weighed at the gate.", "utf-8")
    with Library.create(tmp_path / "c", encoder=WordEncoder()) as library:
        library.add([tmp_path / "salt.txt"])
        library.add_items(ITEMS)
        yield library


def test_an_id_comes_out_as_it_went_in(library: Library) -> None:
    for mode in ("hybrid", "late", "lexical"):
        assert library.search("harbour", 1, mode=mode)[0].item.id == "42"
    assert library.search("timber", filter="path:12#3 page=1").ids == ("12#3",)
    found = library.get("42")
    assert (found.id, found.kind, found.text, found.attributes) == (
        *("42", "note", "The harbour opened in 1871."),
        {"year": 1871},
    )
    assert library.explain("harbour", "42").matches[0].found == "harbour"
    assert [item.id for item in library] == ["salt.txt#1", "42", "12#3"]
    assert len(library) == 3
    with library.collection.reader() as reader:
        assert [page.item.id for page in pages_of(reader)] == ["salt.txt#1", "42", "12#3"]


def test_progress_is_told_text_by_text(library: Library) -> None:
    told: list[tuple[str, int, int, int]] = []

    def progress(step: Progress) -> None:
        told.append((step.file, step.pages, step.done, step.total))

    new = [Item(f"n{number}", "note", "Oars.") for number in range(2)]
    library.add_items([*ITEMS[:1], *new], progress=progress)
    assert sorted(told[:3]) == [("42", 0, 1, 3), ("n0", 1, 2, 3), ("n1", 2, 3, 3)]
    told.clear()
    library.add_items(iter(ITEMS), progress=progress)  # nobody knows how many
    assert told[:2] == [("42", 0, 1, 0), ("12#3", 0, 2, 0)]


def test_items_keep_their_place_and_their_links(library: Library) -> None:
    part = Item("42/1", "note", "A lamp.", parent="42", order=2, links=(Link("12#3", "lamp"),))
    assert library.add_items([part]).added == ["42/1"]
    assert library.add_items([part]).unchanged == ["42/1"]
    found = library.get("42/1")
    assert (found.parent, found.order, found.links) == ("42", 2, part.links)
    assert library.search("lamp", filter="parent:42").ids == ("42/1",)
    assert library.add_items([replace(part, links=())]).replaced == ["42/1"]
    library.add_items([replace(ITEMS[0], text="Oars."), replace(part, links=())])
    assert "42/1" in library, "an unchanged part went with the old version of its parent"
    assert library.remove(["42"]) == ["42"]
    assert "42/1" not in library
    with pytest.raises(InvalidInputError, match="parent 'none' of"):
        library.add_items([Item("new", "note", "text", parent="none")])


def test_nothing_else_names_an_item(library: Library) -> None:
    assert "42" in library
    assert "12#3" in library
    for other in ("42#1", "42#0", "salt.txt", "salt.txt#0", "salt.txt#01", "12", "", 42):
        assert other not in library
    with pytest.raises(InvalidInputError, match=r"'42#1'.*an item which was added with an id"):
        library.get("42#1")


def test_an_item_is_replaced_and_removed_by_its_id(library: Library) -> None:
    assert library.add_items([ITEMS[0]]).unchanged == ["42"]
    assert library.add_items([Item("42", "note", "iron and coal")]).replaced == ["42"]
    assert library.search("coal", 1).ids == ("42",)
    assert library.remove(["42"]) == ["42"]
    assert "42" not in library
    assert library.verify() == []


def test_an_item_with_other_attributes_is_another(library: Library) -> None:
    other = Item("42", "note", ITEMS[0].text, attributes={"year": 1872})
    assert library.add_items([other]).replaced == ["42"]
    assert library.search("harbour", filter="year=1872").ids == ("42",)


@pytest.mark.parametrize("taken", ["salt.txt", "salt.txt#1"])
@pytest.mark.parametrize("text", ["iron", "Salt is weighed at the gate."])
def test_an_id_that_is_a_files_is_refused(library: Library, taken: str, text: str) -> None:
    with pytest.raises(InvalidInputError, match="give the item another id, or remove the file"):
        library.add_items([Item(taken, "text", text)])
    assert library.get("salt.txt#1").text == "Salt is weighed at the gate."
    assert len(library) == 3
    assert library.verify() == []


@pytest.mark.parametrize("name", ["42", "12"])
def test_a_file_whose_ids_are_an_items_is_a_failure(library: Library, name: str) -> None:
    with library.collection.writer() as writer:
        with pytest.raises(InvalidInputError, match="rename the file, or remove the item"):
            writer.stage(name, "digest", "text", 1, {})
        writer.stage("4", "digest", "text", 1, {})  # of which no item is a page
        writer.stage("salt.txt", "digest", "text", 1, {})
    assert library.get("42").text == ITEMS[0].text


def test_an_item_that_was_cut_short_is_begun_anew(library: Library) -> None:
    page = Page(1, "iron", TextLayout.empty(1.0, 1.0))
    vectors = library.encoder.encode_query("iron")
    with library.collection.writer() as writer:
        writer.stage("7", "digest", "note", 4, {}, whole=True).add(
            page, vectors.values, vectors.spans
        )
    with library.collection.writer() as writer:
        draft = writer.stage("7", "digest", "note", 4, {}, whole=True)
        draft.add(page, vectors.values, vectors.spans)
        with pytest.raises(InvalidInputError, match="the item '7' is one page, got page 2"):
            draft.add(Page(2, "", page.layout), vectors.values[:0], None)
        draft.finish()
    assert library.get("7").text == "iron"
    assert library.verify() == []


def test_what_was_stored_as_a_page_is_still_read(library: Library) -> None:
    vectors = library.encoder.encode_query("iron")
    with library.collection.writer() as writer:
        draft = writer.stage("old", "digest", "text", 4, {})
        draft.add(Page(1, "iron", TextLayout.empty(1.0, 1.0)), vectors.values, vectors.spans)
        draft.finish()
    assert library.search("iron", 1).ids == ("old#1",)
    with pytest.raises(InvalidInputError, match="remove the file first"):
        library.add_items([Item("old", "text", "iron")])
    library.remove(["old"])
    library.add_items([Item("old", "text", "iron")])
    assert library.search("iron", 1).ids == ("old",)


def test_what_is_no_item_is_refused(library: Library, unchecked: None) -> None:
    with pytest.raises(InvalidInputError, match="which is no character"):
        library.add_items([Item("half", "note", "half a \ud800 character")])
    with pytest.raises(InvalidInputError, match=r"got str: write Item\("):
        library.add_items(["a text"])  # type: ignore[list-item]
    with pytest.raises(InvalidInputError, match="items must be several"):
        library.add_items("a text")  # type: ignore[arg-type]
