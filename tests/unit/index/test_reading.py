"""Views of which the connection is kept for the next one."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from trovato.core import InvalidInputError, Item, Query
from trovato.index import Collection, Reader
from trovato.library import Library
from trovato.testing import WordEncoder


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library.create(tmp_path / "c", encoder=WordEncoder(16)) as made:
        made.add_items([Item(f"t{number}", "note", f"harbour {number}") for number in range(4)])
        yield made


def test_the_next_block_opens_no_connection(library: Library) -> None:
    with library.collection.reading() as first:
        assert len(first) == 4
    with library.collection.reading() as second:
        assert second is first
        with library.collection.reading() as beside:
            assert beside is not first


def test_each_block_sees_what_was_committed_before_it(library: Library) -> None:
    def found() -> set[str]:
        fresh = library.retriever().retrieve(Query("harbour"), 10)
        kept = library.search("harbour")
        assert [(hit.item.id, hit.score) for hit in kept] == [
            (hit.item.id, hit.score) for hit in fresh
        ]
        return {hit.item.id for hit in kept}

    assert found() == {"t0", "t1", "t2", "t3"}
    library.add_items([Item("t9", "note", "the new harbour")])
    assert found() == {"t0", "t1", "t2", "t3", "t9"}
    library.remove(["t1", "t9"])
    assert found() == {"t0", "t2", "t3"}
    with library.collection.writer() as writer:
        writer.compact()
    assert found() == {"t0", "t2", "t3"}
    assert library.search("new").reading == library.retriever().retrieve(Query("new"), 1).reading


def test_a_block_sees_one_state(library: Library) -> None:
    with library.collection.reading() as reader:
        assert len(reader) == 4
        library.remove(["t0"])
        assert len(reader) == 4
        assert reader.item(reader.row_of("t0")).text == "harbour 0"
    with library.collection.reading() as reader:
        assert not reader.has("t0")


def test_a_reader_at_rest_holds_no_file_and_no_state(library: Library) -> None:
    library.search("harbour")
    segments = library.collection.path / "segments"
    before = set(segments.iterdir())
    library.remove([f"t{number}" for number in range(4)])
    with library.collection.writer() as writer:
        writer.compact()
        assert not before & set(segments.iterdir())
        # A whole checkpoint succeeds only where nobody reads an older state.
        assert library.collection.path.joinpath("trovato.db-wal").stat().st_size == 0


def test_a_collection_in_the_place_of_another_is_seen(library: Library, tmp_path: Path) -> None:
    library.search("harbour")
    other = Library.create(tmp_path / "other", encoder=WordEncoder(16))
    other.add_items([Item("new", "note", "harbour of another town")])
    other.close()
    shutil.rmtree(library.collection.path)
    shutil.move(other.collection.path, library.collection.path)
    with library.collection.reading() as reader:
        assert reader.has("new")
        assert not reader.has("t0")


def test_what_fails_is_not_kept(library: Library) -> None:
    failed: list[Reader] = []
    with pytest.raises(InvalidInputError), library.collection.reading() as reader:  # noqa: PT012
        failed.append(reader)
        reader.row_of("nobody")
    with library.collection.reading() as reader:
        assert reader is not failed[0]


def test_closing_lets_go_of_what_rests(tmp_path: Path) -> None:
    library = Library.create(tmp_path / "c", encoder=WordEncoder(16))
    library.add_items([Item("a", "note", "harbour")])
    library.search("harbour")
    library.close()
    # The last connection takes the log along.
    assert not (tmp_path / "c" / "trovato.db-wal").exists()
    assert len(Collection.open(tmp_path / "c")) == 1
