"""Opening, refusing, and what goes wrong while writing."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from trovato.core import (
    CollectionBusyError,
    CollectionNotFoundError,
    CorruptCollectionError,
    IncompatibleCollectionError,
    InvalidInputError,
    Page,
    TextLayout,
)
from trovato.index import Collection, VectorFormat, Writer, verify
from trovato.ops import Int8Vectors
from trovato.testing.conformance.storage.store import MadeFile, check_holds, make_file

_DIM = 8


@pytest.fixture
def collection(tmp_path: Path) -> Collection:
    return Collection.create(tmp_path / "a ?#%é", fingerprint="made", dim=_DIM)


def test_what_is_no_collection_is_refused(tmp_path: Path, collection: Collection) -> None:
    for path in (tmp_path / "absent", tmp_path):
        assert not Collection.exists(path)
        with pytest.raises(CollectionNotFoundError, match="trovato index"):
            Collection.open(path)
    for path in (collection.path, tmp_path):
        with pytest.raises(InvalidInputError, match=r"already|not a collection"):
            Collection.create(path, fingerprint="made", dim=_DIM)
    assert Collection.exists(collection.path)
    assert not Collection.exists(tmp_path / "absent")


def test_an_interrupted_creation_is_no_collection_and_can_be_repeated(tmp_path: Path) -> None:
    (tmp_path / "segments").mkdir()
    (tmp_path / "trovato.db").touch()
    assert not Collection.exists(tmp_path)
    assert Collection.create(tmp_path, fingerprint="made", dim=_DIM).stats().files == 0


def test_another_encoder_or_a_newer_format_is_refused(collection: Collection) -> None:
    with pytest.raises(IncompatibleCollectionError, match="'made', this one is 'other'"):
        Collection.open(collection.path, fingerprint="other")
    connection = sqlite3.connect(collection.path / "trovato.db")
    connection.execute("UPDATE meta SET value = 99 WHERE key = 'format'")
    connection.commit()
    connection.close()
    with pytest.raises(IncompatibleCollectionError, match="newer trovato"):
        Collection.open(collection.path)


def test_a_database_of_noise_is_reported(tmp_path: Path) -> None:
    (tmp_path / "trovato.db").write_bytes(b"noise" * 1000)
    with pytest.raises(CorruptCollectionError, match=r"trovato\.db cannot be read"):
        Collection.open(tmp_path)


def test_a_cut_segment_is_reported_by_name(collection: Collection) -> None:
    with collection.writer() as writer:
        make_file("a", 0, 2, _DIM).write(writer)
    (segment,) = (collection.path / "segments").glob("*.seg")
    segment.write_bytes(segment.read_bytes()[:-1])
    with collection.reader() as reader, pytest.raises(CorruptCollectionError, match=segment.name):
        reader.search_vectors(np.ones((1, _DIM), np.float32), 1)


def test_a_page_in_no_segment_is_reported(collection: Collection) -> None:
    with collection.writer() as writer:
        make_file("a", 0, 2, _DIM).write(writer)
    connection = sqlite3.connect(collection.path / "trovato.db")
    connection.execute("UPDATE segments SET items = 1, live = 1")
    connection.commit()
    connection.close()
    with collection.reader() as reader, pytest.raises(CorruptCollectionError, match="no segment"):
        reader.vectors_of(reader.row_of("a#2"))


def test_a_second_writer_is_refused_and_the_first_goes_on(collection: Collection) -> None:
    with collection.writer() as writer:
        with pytest.raises(CollectionBusyError, match="another writer"):
            Collection.open(collection.path).writer()
        make_file("a", 0, 2, _DIM).write(writer)
    with collection.writer() as writer:
        assert writer.known("a") == "a@0"


def test_wide_vectors_wait_in_the_same_memory(tmp_path: Path) -> None:
    wide = Collection.create(tmp_path, fingerprint="made", dim=4096)

    def page(number: int, tokens: int) -> tuple[Page, Int8Vectors, np.ndarray]:
        vectors = Int8Vectors(np.ones((tokens, 4096), np.int8), np.ones(tokens, np.float32))
        return (
            Page(number, "", TextLayout.empty(1.0, 1.0)),
            vectors,
            np.zeros((tokens, 2), np.int32),
        )

    with wide.writer(time_budget_s=1e6) as writer:
        draft = writer.stage("wide", "0", "wide", 0, {})
        draft.add(*page(1, 4095))
        assert not list((tmp_path / "segments").glob("*"))
        draft.add(*page(2, 1))  # 4096 vectors of 4096 components are 16 MB
        assert list((tmp_path / "segments").glob("*"))


def test_a_group_is_committed_when_it_is_large_or_old(collection: Collection) -> None:
    with collection.writer(max_tokens=1, time_budget_s=1e6) as writer:
        make_file("large", 0, 1, _DIM).write(writer)
        assert [file.name for file in collection.files()] == []  # the page, not yet its finish
        writer.flush()
        assert [file.name for file in collection.files()] == ["large"]
    with collection.writer(max_tokens=10**6, time_budget_s=0.05) as writer:
        draft = make_file("old", 0, 1, _DIM)
        time.sleep(0.06)
        draft.write(writer)
        writer.remove("large")
        assert "old" not in [file.name for file in collection.files()]
        time.sleep(0.06)
        writer.remove("absent")
        assert [file.name for file in collection.files()] == ["old"]


def test_many_small_files_share_a_segment(collection: Collection) -> None:
    with collection.writer(time_budget_s=1e6) as writer:
        for number in range(50):
            make_file(str(number), 0, 1, _DIM).write(writer)
    assert len(list((collection.path / "segments").glob("*.seg"))) == 1


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt])
@pytest.mark.parametrize("commit", ["flush", "compress", "train_centroids", "compact"])
def test_an_error_in_the_block_leaves_the_last_commit(
    collection: Collection, commit: str, error: type[BaseException]
) -> None:
    first, second, third = (make_file(name, 0, 4, _DIM) for name in "abc")
    with collection.writer() as writer:
        first.write(writer)

    def interrupted() -> None:
        with collection.writer() as writer:
            second.write(writer)
            _draft(writer, third, 1)
            getattr(writer, commit)(*["fp16"] * (commit == "compress"))
            _draft(writer, third, 2)
            writer.remove("a")
            make_file("d", 0, 1, _DIM).write(writer)
            writer.record_failure("e", "torn", "it is torn")
            raise error

    with pytest.raises(error):
        interrupted()
    with collection.reader() as reader:
        check_holds(reader, [first, second])
        assert reader.vector_format() == VectorFormat("fp16" if commit == "compress" else "int8")
    assert collection.failures() == []
    assert verify(collection.path) == []
    with collection.writer() as writer:
        assert third.stage(writer).pages_done == 1


def _draft(writer: Writer, file: MadeFile, pages: int) -> None:
    """Stage a file, up to so many of its pages."""
    draft = file.stage(writer)
    for made in file.pages[draft.pages_done : pages]:
        draft.add(made.page, made.vectors, made.spans)


def test_a_writer_that_failed_is_left_without_another_error(collection: Collection) -> None:
    with pytest.raises(InvalidInputError, match="index some pages first"), collection.writer() as w:
        w.compress("4bit")
    assert collection.stats().vector_format == VectorFormat()


def test_a_reader_keeps_its_view_and_the_files_it_needs(collection: Collection) -> None:
    files = [make_file(str(number), 0, 4, _DIM) for number in range(3)]
    with collection.writer(max_tokens=5) as writer:
        for file in files:
            file.write(writer)
    before = set((collection.path / "segments").glob("*.seg"))
    with collection.reader() as reader:
        with Collection.open(collection.path).writer() as writer:
            writer.prune({"2"})
        assert set((collection.path / "segments").glob("*.seg")) == before
        check_holds(reader, files)
        with collection.reader() as after:
            check_holds(after, files[2:])
    with collection.writer():
        pass
    assert set((collection.path / "segments").glob("*.seg")) < before


def test_files_are_measured_while_they_cannot_go(
    collection: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []

    def glob(folder: Path, pattern: str) -> Iterator[Path]:
        for path in sorted(folder.iterdir()):
            if path.name.startswith(pattern.rstrip("*")):
                seen.append(path.name)
                yield path

    monkeypatch.setattr(Path, "glob", glob)
    assert collection.stats().bytes > 0
    assert seen == ["trovato.db", "trovato.db-shm", "trovato.db-wal"]


@pytest.mark.parametrize(
    "name", ["000007.seg", ".000007.seg.0badcafe.part", ".000007-000001.cells.0badcafe.part"]
)
def test_leftovers_of_a_killed_writer_are_removed(collection: Collection, name: str) -> None:
    (collection.path / "segments" / name).write_bytes(b"half")
    with collection.writer() as writer:
        make_file("a", 0, 1, _DIM).write(writer)
    assert [path.name for path in (collection.path / "segments").glob("*.seg")] == ["000001.seg"]


_TWO = Int8Vectors(np.ones((2, _DIM), np.int8), np.ones(2, np.float32))
_SPANS = np.array([[0, 1], [1, 2]], np.int32)
_EMPTY = TextLayout.empty(1.0, 1.0)


@pytest.mark.parametrize(
    ("page", "vectors", "spans", "problem"),
    [
        (Page(2, "ab", _EMPTY), _TWO, _SPANS, "page 1 of 'a' comes next, got 2"),
        (Page(1, "a", _EMPTY), _TWO, _SPANS, "spans must point into"),
        (Page(1, "ab", _EMPTY), _TWO, _SPANS[:1], "one of each per token"),
        (Page(1, "a\ud800", _EMPTY), _TWO, _SPANS, "no character"),
        (Page(1, "ab", _EMPTY, {"x": float("nan")}), _TWO, _SPANS, "text or a number"),
        (Page(1, "ab", _EMPTY, {"x": 2**63}), _TWO, _SPANS, "beyond 64 bits"),
        (
            Page(1, "ab", _EMPTY),
            Int8Vectors(np.ones((2, 3), np.int8), np.ones(2, np.float32)),
            _SPANS,
            "vectors of 8 components, page 1 of 'a' brings 3",
        ),
        (
            Page(1, "ab", _EMPTY),
            Int8Vectors(np.ones((2, _DIM), np.int8), np.array([1, np.inf], np.float32)),
            _SPANS,
            "page 1 of 'a' must be finite",
        ),
    ],
)
def test_a_page_that_does_not_fit_changes_nothing(
    collection: Collection, page: Page, vectors: Int8Vectors, spans: np.ndarray, problem: str
) -> None:
    with collection.writer() as writer:
        draft = writer.stage("a", "x", "made", 1, {})
        with pytest.raises(InvalidInputError, match=problem):
            draft.add(page, vectors, spans)
        assert draft.pages_done == 0
        draft.add(Page(1, "ab", _EMPTY), _TWO, _SPANS)
        draft.finish()
        with pytest.raises(InvalidInputError, match="finished or was given up"):
            draft.finish()
    assert collection.stats().tokens == 2


def test_a_query_of_another_dimension_is_refused(collection: Collection) -> None:
    with collection.reader() as reader, pytest.raises(InvalidInputError, match="the query has 3"):
        reader.search_vectors(np.ones((1, 3), np.float32), 1)


def test_ids_and_rows_belong_together(collection: Collection) -> None:
    with collection.writer() as writer:
        make_file("a#1", 0, 2, _DIM).write(writer)
    with collection.reader() as reader:
        row = reader.row_of("a#1#2")
        assert reader.ids_of([row, row + 100]) == {row: "a#1#2"}
        for absent in ("a#1", "a#1#3", "a#1#02", "a#1#x", "", "#"):
            assert not reader.has(absent)
            with pytest.raises(InvalidInputError, match="has no page"):
                reader.row_of(absent)
        with pytest.raises(InvalidInputError, match="no published item has row 999"):
            reader.item(999)


def test_pages_are_read_together_as_they_are_read_alone(collection: Collection) -> None:
    with collection.writer() as writer:
        for name in ("a", "b"):
            make_file(name, 0, 4, _DIM).write(writer)
    with collection.reader() as reader:
        rows = [*reader.rows()][::-1]
        pages = list(reader.pages(rows))
        assert [page.item.id for page in pages] == [reader.ids_of(rows)[row] for row in rows]
        for row, page in zip(rows, pages, strict=True):
            assert page.item == reader.item(row)
            assert page.item.attributes["title"] == f"Tale of {page.item.id[0]}"
            assert np.array_equal(page.layout.spans, reader.layout_of(row).spans)
            spans = reader.token_spans_of(row)
            assert spans is not None
            assert page.vectors.spans is not None
            assert np.array_equal(page.vectors.spans, spans)
            assert np.array_equal(page.vectors.values, reader.vectors_of(row))
        with pytest.raises(InvalidInputError, match="no published item has row 999"):
            reader.pages([rows[0], 999])


def test_rows_that_are_not_published_get_no_score(collection: Collection) -> None:
    with collection.writer() as writer:
        for name in ("a", "b"):
            make_file(name, 0, 2, _DIM).write(writer)
        writer.flush()
        gone = collection.reader().row_of("a#1")
        make_file("a", 1, 2, _DIM).write(writer)
        draft = make_file("draft", 0, 2, _DIM)
        staged = draft.stage(writer)
        first = draft.pages[0]
        staged.add(first.page, first.vectors, first.spans)
    query = np.ones((1, _DIM), np.float32)
    with collection.reader() as reader:
        published = list(reader.rows())
        assert gone not in published
        scored = [row for row, _ in reader.score_vectors(query, [*range(40)[::-1], 3, 3])]
        assert scored == [row for row in published if len(reader.vectors_of(row))]
