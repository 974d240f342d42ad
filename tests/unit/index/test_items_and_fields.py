"""Items of any kind: trees, links, and vectors in several fields."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from trovato.core import (
    Box,
    IncompatibleCollectionError,
    InvalidInputError,
    Item,
    Link,
    Location,
    Page,
    TextLayout,
    generator,
)
from trovato.index import Collection, VectorField, VectorFormat, repair, verify
from trovato.testing.conformance.storage.store import unit_vectors

_DIM = 8
_IMAGE = VectorField("image", "pictures 1", 16, single=True)
_TEXT = VectorField("text", "words 1", 32)


def vectors(name: str, count: int, dim: int) -> np.ndarray:
    """The same for the same name."""
    return unit_vectors(generator(0, name), count, dim)


@pytest.fixture
def collection(tmp_path: Path) -> Iterator[Collection]:
    """A document of two pages, with a table and a picture on the second; a note about it."""
    made = Collection.create(tmp_path / "made", fingerprint="made", dim=_DIM)
    made.add_field(_IMAGE, lambda items: iter(()))
    made.add_field(_TEXT, lambda items: iter(()))
    with made.writer() as writer:
        draft = writer.stage("a.pdf", "1", "pdf", 2, {"year": 2020})
        for number in (1, 2):
            page = Page(number, f"page {number}", TextLayout.empty(1.0, 1.0))
            draft.add(page, vectors(f"a{number}", 3, _DIM), None)
        draft.add_item(TABLE, {"text": vectors("table", 4, 32)})
        draft.add_item(PICTURE, {"image": vectors("picture", 1, 16)})
        draft.finish()
        put(made, NOTE, writer=writer, tokens=vectors("note", 2, _DIM))
    yield made
    made.close()


TABLE = Item(
    "a.pdf/table 1",
    "table",
    "sums of salt",
    Location("a.pdf", 2, Box(1.0, 2.0, 3.0, 4.0)),
    {"rows": 3},
    parent="a.pdf#2",
    order=1,
    links=(Link("a.pdf#1", "salt", (8, 12)), Link("b.pdf", "elsewhere")),
)
PICTURE = Item("a.pdf/picture", "picture", parent="a.pdf/table 1", image="pictures/a.png")
NOTE = Item("note #1 é", "note", "see a.pdf", parent="a.pdf", order=7, links=(Link("a.pdf"),))


def put(collection: Collection, item: Item, writer=None, **fields: np.ndarray) -> None:  # type: ignore[no-untyped-def]
    """Write one item."""
    if writer is None:
        with collection.writer() as writer:
            put(collection, item, writer, **fields)
        return
    draft = writer.stage(item.id, "1", item.kind, 1, {}, whole=True)
    draft.add_item(item, fields)
    draft.finish()


def ids(collection: Collection, filter: str) -> set[str]:
    """What meets a condition, by every field: all items in one of them have vectors."""
    found = set()
    with collection.reader() as reader:
        for name, field in reader.fields.items():
            query = vectors("question", 2, field.dim)
            found |= {item for item, _ in reader.search(query, 99, filter, field=name)}
    return found


def test_items_come_back_as_they_went_in(collection: Collection) -> None:
    table = collection.get(TABLE.id)
    assert table == replace(TABLE, attributes={"year": 2020, "rows": 3})
    assert collection.get(NOTE.id) == NOTE
    assert collection.get(PICTURE.id).image == "pictures/a.png"
    page, document = collection.get("a.pdf#2"), collection.get("a.pdf")
    assert (page.parent, page.order, page.kind) == ("a.pdf", 1, "pdf")
    assert (document.kind, document.text, document.attributes) == ("pdf", "", {"year": 2020})
    assert len(collection) == 5
    assert [item.id for item in collection] == [
        *("a.pdf#1", "a.pdf#2", TABLE.id, PICTURE.id, NOTE.id)
    ]
    assert TABLE.id in collection
    assert "a.pdf/" not in collection
    with pytest.raises(InvalidInputError, match=r"has no page or item 'a\.pdf#3'"):
        collection.get("a.pdf#3")
    assert verify(collection.path) == []


def test_trees_can_be_walked_and_filtered(collection: Collection) -> None:
    with collection.reader() as reader:
        assert [item.id for item in reader.children("a.pdf")] == ["a.pdf#1", "a.pdf#2", NOTE.id]
        assert [item.id for item in reader.children("a.pdf#2")] == [TABLE.id]
        assert reader.children(NOTE.id) == []
    everything = {"a.pdf#1", "a.pdf#2", TABLE.id, PICTURE.id, NOTE.id}
    assert ids(collection, "") == everything
    assert ids(collection, "parent:a.pdf") == everything
    assert ids(collection, "parent=a.pdf") == {"a.pdf#1", "a.pdf#2", NOTE.id}
    assert ids(collection, "parent:a.pdf#2") == {TABLE.id, PICTURE.id}
    assert ids(collection, 'parent="a.pdf/table 1"') == {PICTURE.id}
    assert ids(collection, "parent!=a.pdf") == {TABLE.id, PICTURE.id}
    assert ids(collection, "kind:table") == {TABLE.id}
    assert ids(collection, "kind!=pdf parent:a.pdf year=2020") == {TABLE.id, PICTURE.id}
    assert ids(collection, "page=2") == {"a.pdf#2", TABLE.id}
    assert ids(collection, "rows>=3") == {TABLE.id}
    with pytest.raises(InvalidInputError, match="parent takes one of"):
        ids(collection, "parent>a")


def test_links_dangle_and_heal(collection: Collection) -> None:
    with collection.reader() as reader:
        assert list(reader.dangling_links()) == ["b.pdf"]
        assert reader.links_to("a.pdf") == [(NOTE.id, Link("a.pdf"))]
        assert reader.links_to("b.pdf") == [(TABLE.id, Link("b.pdf", "elsewhere"))]
    put(collection, Item("b.pdf", "note", "here"))
    with collection.reader() as reader:
        assert list(reader.dangling_links()) == []
    put(collection, Item("other", "note", "", links=(Link("a.pdf/picture"), Link("a.pdf#2"))))
    with collection.writer() as writer:
        assert writer.remove("a.pdf")
    assert {item.id for item in collection} == {"b.pdf", "other"}
    assert collection.get("other").links == (Link("a.pdf/picture"), Link("a.pdf#2"))
    with collection.reader() as reader:
        assert list(reader.dangling_links()) == ["a.pdf#2", "a.pdf/picture"]
        assert reader.links_to("a.pdf") == [], "a link of what is gone is left"
    with collection.writer() as writer:
        draft = writer.stage("a.pdf", "2", "pdf", 2, {})
        for number in (1, 2):
            page = Page(number, "again", TextLayout.empty(1.0, 1.0))
            draft.add(page, vectors("again", 1, _DIM), None)
        draft.finish()
    with collection.reader() as reader:
        assert list(reader.dangling_links()) == ["a.pdf/picture"]
    assert verify(collection.path) == []


def test_a_new_version_of_a_document_takes_the_old_tree_away(collection: Collection) -> None:
    put(collection, Item("below the note", "note", "", parent=NOTE.id))
    assert len(collection) == 6
    with collection.writer() as writer:
        draft = writer.stage("a.pdf", "2", "pdf", 2, {})
        draft.add(Page(1, "again", TextLayout.empty(1.0, 1.0)), vectors("b", 1, _DIM), None)
        draft.add_item(Item(TABLE.id, "table", "new"))
        assert (draft.pages_done, draft.parts_done) == (1, 1)
        draft.finish()
    assert {item.id for item in collection} == {"a.pdf#1", TABLE.id}
    assert collection.get(TABLE.id).parent == "a.pdf"
    assert verify(collection.path) == []


@pytest.mark.parametrize(
    ("item", "problem"),
    [
        (Item(NOTE.id, "x"), "has the id"),
        (Item("b.pdf", "x"), "has the id"),
        (Item("b.pdf#1", "x"), "has the id"),
        (Item("b.pdf#2", "x"), "has the id"),
        (Item("twice", "x"), "has the id"),
        (Item("a.pdf", "x"), "has the id"),
        (Item("c", "x", parent="nothing"), "is not in this draft"),
        (Item("c", "x", parent=NOTE.id), "is not in this draft"),
        (Item("c", "x", "ab", links=(Link("y", "", (1, 3)),)), "point into the text"),
        (Item("c", "x\ud800"), "no character"),
        (Item("c", "x", links=(Link("\ud800"),)), "no character"),
        (Item("c\ud800", "x"), "no character"),
    ],
)
def test_a_part_that_does_not_fit_changes_nothing(
    collection: Collection, item: Item, problem: str
) -> None:
    with collection.writer() as writer:
        draft = writer.stage("b.pdf", "1", "pdf", 2, {})
        draft.add(Page(1, "x", TextLayout.empty(1.0, 1.0)), vectors("b", 1, _DIM), None)
        draft.add_item(Item("twice", "x"))
        with pytest.raises(InvalidInputError, match=problem):
            draft.add_item(item)
        assert draft.parts_done == 1
        draft.finish()
    assert len(collection) == 7


def test_an_id_is_taken_once(collection: Collection) -> None:
    with pytest.raises(InvalidInputError, match="is a file's name or a page's id"):
        put(collection, Item(TABLE.id, "note"))
    with collection.writer() as writer:
        first, second = (writer.stage(n, "1", "pdf", 1, {}) for n in ("x.pdf", "y.pdf"))
        first.add_item(Item("same", "note"))
        second.add_item(Item("same", "note"))
        third = writer.stage("same", "1", "note", 1, {}, whole=True)
        third.add_item(Item("same", "note"))
        first.finish()
        for draft in (second, third):
            with pytest.raises(InvalidInputError, match="took the id 'same'"):
                draft.finish()
    assert [item.id for item in collection].count("same") == 1
    assert verify(collection.path) == []


def test_vectors_that_do_not_fit_a_field_are_refused(collection: Collection) -> None:
    with collection.writer() as writer:
        draft = writer.stage("c", "1", "note", 1, {}, whole=True)
        for fields, problem in [
            ({"image": vectors("c", 2, 16)}, "one vector in 'image'"),
            ({"image": vectors("c", 1, 8)}, "vectors of 16 components"),
            ({"images": vectors("c", 1, 16)}, r"no vector field 'images'; it has tokens, image"),
            ({"text": np.full((1, 32), np.nan, np.float32)}, "must be finite"),
        ]:
            with pytest.raises(InvalidInputError, match=problem):
                draft.add_item(Item("c", "note"), fields)
        draft.add_item(Item("c", "note"), {"text": vectors("c", 1, 32)})
        draft.finish()
    assert "c" in collection


def test_an_item_needs_a_parent_that_stays(collection: Collection) -> None:
    with pytest.raises(InvalidInputError, match="parent 'nobody' of 'c' is not there"):
        put(collection, Item("c", "note", parent="nobody"))
    put(collection, Item("top", "note"))
    put(collection, Item("below", "note", parent="top"))
    with pytest.raises(InvalidInputError, match="is a part of what goes"):
        put(collection, Item("top", "note", parent="below"))
    assert collection.get("below").parent == "top"


def test_fields_are_searched_apart(collection: Collection) -> None:
    with collection.reader() as reader:
        assert list(reader.fields) == ["tokens", "image", "text"]
        for name, dim, item in [("image", 16, PICTURE.id), ("text", 32, TABLE.id)]:
            row = reader.row_of(item)
            kept = reader.vectors_of(row, field=name)
            (hit,) = reader.search_vectors(vectors("q", 3, dim), 9, field=name).best
            slow = (kept @ vectors("q", 3, dim).T).max(axis=0).sum()
            assert hit[0] == row
            assert hit[1] == pytest.approx(slow, abs=0.02 * 3)
            assert reader.score_vectors(vectors("q", 3, dim), [row], field=name) == [hit]
            assert len(reader.vectors_of(row)) == 0
        assert len(reader.search_vectors(vectors("q", 1, _DIM), 9).best) == 3
        with pytest.raises(InvalidInputError, match=r"vectors of 16 components, the query has 8"):
            reader.search_vectors(vectors("q", 1, _DIM), 9, field="image")
        with pytest.raises(InvalidInputError, match=r"no vector field 'sound'"):
            reader.search_vectors(vectors("q", 1, _DIM), 9, field="sound")


@pytest.mark.parametrize("dim", [16, 17, 384, 4096])
def test_a_field_has_any_dimension(tmp_path: Path, dim: int) -> None:
    made = Collection.create(tmp_path / "made", fingerprint="made", dim=16)
    with made.writer() as writer:
        for number in range(12):
            put(made, Item(str(number), "note"), writer, tokens=vectors(f"t{number}", 2, 16))
    field = VectorField("wide", "wide 1", dim, single=True)
    assert made.add_field(field, lambda items: (vectors(i.id, 1, dim) for i in items)) == 12
    with made.reader() as reader:
        for number in range(12):
            ((row, score),) = reader.search_vectors(
                vectors(str(number), 1, dim), 1, field="wide"
            ).best
            assert reader.item(row).id == str(number)
            assert score == pytest.approx(1, abs=0.02)
    assert verify(made.path) == []


def test_a_field_is_added_to_what_is_there_and_goes_on_where_it_stopped(
    collection: Collection,
) -> None:
    field = VectorField("late", "late 1", 16)
    told: list[tuple[str, int, int]] = []

    def encode(items: Iterator[Item], most: int = 99) -> Iterator[np.ndarray]:
        for number, item in enumerate(items):
            if number == most:
                raise KeyboardInterrupt
            yield vectors(item.id, 0 if item.kind == "picture" else 2, 16)

    with pytest.raises(KeyboardInterrupt), collection.writer(max_tokens=1) as writer:
        writer.add_field(field, lambda items: encode(items, 3))
    with collection.reader() as reader:
        first = [
            item.id
            for item in collection
            if len(reader.vectors_of(reader.row_of(item.id), field="late"))
        ]
    assert first == ["a.pdf#1", "a.pdf#2"]
    put(collection, Item("new", "note", "written meanwhile"), late=vectors("new", 1, 16))
    assert verify(collection.path) == []
    assert collection.add_field(field, encode, progress=lambda *all: told.append(all)) == 3
    assert told[0] == ("encoding items", 0, 3)
    assert told[-1][:2] != ("encoding items", 0)
    assert collection.add_field(field, encode) == 0
    with collection.reader() as reader:
        for item in collection:
            kept = reader.vectors_of(reader.row_of(item.id), field="late")
            count = {"picture": 0, "note": 1 if item.id == "new" else 2}.get(item.kind, 2)
            np.testing.assert_allclose(kept, vectors(item.id, count, 16), atol=0.01)
    with pytest.raises(IncompatibleCollectionError, match="made by encoder 'late 1'"):
        collection.add_field(VectorField("late", "late 2", 16), encode)
    assert verify(collection.path) == []


@pytest.mark.parametrize(("count", "problem"), [(0, "no vectors for"), (3, "more vectors")])
def test_an_encoder_gives_one_array_for_each_item(
    collection: Collection, count: int, problem: str
) -> None:
    field = VectorField("late", "late 1", 16)

    def encode(items: Iterator[Item]) -> Iterator[np.ndarray]:
        for item in items:
            for _ in range(count):
                yield vectors(item.id, 1, 16)

    with pytest.raises(InvalidInputError, match=problem):
        collection.add_field(field, encode)
    assert verify(collection.path) == []


def test_drafts_are_encoded_too(collection: Collection) -> None:
    with collection.writer() as writer:
        draft = writer.stage("half.pdf", "1", "pdf", 2, {})
        draft.add(Page(1, "half", TextLayout.empty(1.0, 1.0)), vectors("h", 1, _DIM), None)
    field = VectorField("late", "late 1", 16)
    encode = lambda items: (vectors(item.id, 1, 16) for item in items)  # noqa: E731
    assert collection.add_field(field, encode) == 6
    with collection.writer() as writer:
        writer.stage("half.pdf", "1", "pdf", 2, {}).finish()
    with collection.reader() as reader:
        kept = reader.vectors_of(reader.row_of("half.pdf#1"), field="late")
    np.testing.assert_allclose(kept, vectors("half.pdf#1", 1, 16), atol=0.01)
    assert verify(collection.path) == []


def test_fields_are_compacted_compressed_and_searched_through_centroids(tmp_path: Path) -> None:
    made = Collection.create(tmp_path / "made", fingerprint="made", dim=16)
    made.add_field(VectorField("text", "words", 32), lambda items: iter(()))
    with made.writer(max_tokens=40) as writer:
        for number in range(60):
            item = Item(str(number), "note")
            put(made, item, writer, text=vectors(str(number), 1 + number % 3, 32))
        for number in range(0, 60, 4):
            writer.remove(str(number))
        writer.flush()
        with made.reader() as reader:
            query = vectors("question", 4, 32)
            before = reader.search_vectors(query, 99, field="text").best
        assert writer.compact().merged > 2
        with made.reader() as reader:
            assert reader.search_vectors(query, 99, field="text").best == before
            cache = reader._caches.of(reader.fields["text"])
            assert len(cache.live(reader._connection)) <= 2, "a field was left out"
        assert writer.train_centroids(field="text") is not None
        assert writer.train_centroids() is None, "there are no vectors in that field"
        with made.reader() as reader:
            assert reader.search_vectors(query, 99, field="text", candidates=99).best == before
            assert len(reader.search_vectors(query, 5, field="text", candidates=5).best) == 5
            assert reader.card() is None
        writer.compress("4bit/16d/pool2", field="text")
        with made.reader() as reader:
            assert str(reader.vector_format("text")) == "4bit/16d/pool2"
            assert str(reader.vector_format()) == "int8"
            assert len(reader.search_vectors(query, 99, field="text").best) == len(before)
        assert writer.frontier(field="text").tokens > 0
        put(made, Item("late", "note"), writer, text=vectors("late", 5, 32))
    assert verify(made.path) == []


def test_a_damaged_segment_of_a_field_costs_no_item(collection: Collection) -> None:
    with collection.reader() as reader:
        cache = reader._caches.of(reader.fields["text"])
        (held,) = cache.live(reader._connection)
    path = collection.path / "segments" / held.record.file_name
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    collection.close()
    assert [(found.part, found.subject) for found in verify(collection.path)] == [
        ("field", "text"),
        ("count", "a.pdf"),
    ]
    assert repair(collection.path).withdrawn == ()
    assert verify(collection.path) == []
    assert len(collection) == 5
    encode = lambda items: (vectors(item.id, int(item.kind == "table"), 32) for item in items)  # noqa: E731
    assert collection.add_field(_TEXT, encode) == 5
    assert ids(collection, "kind:table") == {TABLE.id}
    assert verify(collection.path) == []


def test_only_what_is_lost_is_encoded_again(collection: Collection) -> None:
    field = VectorField("late", "late 1", 16)

    def encode(items: Iterator[Item]) -> Iterator[np.ndarray]:
        return (vectors(item.id, 2, 16) for item in items)

    with collection.writer(max_tokens=1) as writer:
        writer.add_field(field, encode)
    with collection.reader() as reader:
        cache = reader._caches.of(reader.fields["late"])
        names = [held.record.file_name for held in cache.live(reader._connection)]
    assert len(names) == 5
    for name in (names[1], names[3]):
        (collection.path / "segments" / name).unlink()
    collection.close()
    assert repair(collection.path).withdrawn == ()
    assert collection.add_field(field, encode) == 2
    assert verify(collection.path) == []
    with collection.reader() as reader:
        for item in collection:
            kept = reader.vectors_of(reader.row_of(item.id), field="late")
            np.testing.assert_allclose(kept, vectors(item.id, 2, 16), atol=0.01)


def test_a_copy_is_the_collection_of_that_moment(collection: Collection, tmp_path: Path) -> None:
    with collection.writer() as writer:
        put(collection, Item("later", "note"), writer, text=vectors("l", 1, 32))
        writer.remove("a.pdf")
        copy = collection.copy_to(tmp_path / "copy")
        writer.flush()
        writer.compact()
    assert [item.id for item in copy] == [*("a.pdf#1", "a.pdf#2", TABLE.id, PICTURE.id, NOTE.id)]
    assert verify(copy.path) == []
    assert ids(copy, "kind:picture") == {PICTURE.id}
    with copy.writer() as writer:
        writer.remove(NOTE.id)
    assert [item.id for item in collection] == ["later"]
    (tmp_path / "empty").mkdir()
    assert len(collection.copy_to(tmp_path / "empty")) == 1
    with pytest.raises(InvalidInputError, match="exists already"):
        collection.copy_to(copy.path)
    assert {path.name for path in tmp_path.iterdir()} == {"made", "copy", "empty"}


@pytest.mark.parametrize("name", ["", "a b", "é", "1st", "x" * 65])
def test_a_field_has_a_plain_name(name: str) -> None:
    with pytest.raises(InvalidInputError, match="letters, digits and _"):
        VectorField(name, "x", 4)


def test_a_field_that_is_removed_takes_its_vectors_alone(collection: Collection) -> None:
    with collection.reader() as reader:
        before = reader.search(vectors("a1", 3, _DIM), 5)
        held = len(list((collection.path / "segments").iterdir()))
    with collection.writer() as writer:
        with pytest.raises(InvalidInputError, match="keeps its field"):
            writer.remove_field("tokens")
        with pytest.raises(InvalidInputError, match="no vector field 'photos'"):
            writer.remove_field("photos")
        writer.remove_field("image")
    with collection.reader() as reader:
        assert list(reader.fields) == ["tokens", "text"]
        assert reader.search(vectors("a1", 3, _DIM), 5) == before
        assert reader.has(PICTURE.id)
        with pytest.raises(InvalidInputError, match="no vector field 'image'"):
            reader.search(vectors("picture", 1, 16), 1, field="image")
    assert len(list((collection.path / "segments").iterdir())) < held
    assert not verify(collection.path)
    # It may come back, with another encoder and another format.
    other = VectorField("image", "pictures 2", 4)
    collection.add_field(
        other,
        lambda items: (vectors(item.id, 1, 4) for item in items),
        vector_format=VectorFormat("fp16"),
    )
    with collection.reader() as reader:
        assert reader.vector_format("image") == VectorFormat("fp16")
        assert len(reader.search(vectors("x", 1, 4), 10, field="image")) == len(collection)


def test_rows_by_kind_and_by_attribute(collection: Collection) -> None:
    with collection.reader() as reader:
        (row,) = reader.rows_with("rows", 3)
        assert reader.item(row).id == TABLE.id
        assert reader.rows_with("rows", 4) == []
        assert [reader.item(one).id for one in reader.rows_of_kind("table")] == [TABLE.id]
