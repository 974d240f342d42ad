"""Centroids of a collection: made, used, outgrown, damaged."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from trovato.core import CorruptCollectionError, InvalidInputError, generator
from trovato.index import Collection, Reader, repair, verify
from trovato.index.search import vector_search
from trovato.index.search.snapshot import SegmentCache
from trovato.index.search.vector_search import FEWEST_SCORED
from trovato.index.store.schema import connect
from trovato.index.writing import train_centroids
from trovato.index.writing.train_centroids import cells_for, cells_of
from trovato.ops import CellLists, CentroidGroups, Postings, int8_quantize, nearest
from trovato.testing.conformance.storage.store import make_file, unit_vectors

_DIM = 16


@pytest.fixture
def collection(tmp_path: Path) -> Collection:
    made = Collection.create(tmp_path / "made", fingerprint="made", dim=_DIM)
    with made.writer(max_tokens=200) as writer:
        for number in range(40):
            make_file(f"{number}.pdf", number, 5, _DIM).write(writer)
    return made


def query() -> np.ndarray:
    return unit_vectors(generator(5, "asked"), 7, _DIM)


def cell_files(collection: Collection) -> list[Path]:
    return sorted((collection.path / "segments").glob("*.cells"))


def test_a_card_says_what_was_measured(collection: Collection) -> None:
    with collection.reader() as reader:
        assert reader.card() is None
        assert reader.search_vectors(query(), 3, candidates=5).exact
    with collection.writer() as writer:
        card = writer.train_centroids(seed=1)
    assert card is not None
    assert card.pages == collection.stats().pages
    assert card.tokens == collection.stats().tokens
    assert [setting.candidates for setting in card.settings] == [128, 256, 512, 1024, 2048]
    # More candidates than pages leave nothing out.
    assert card.settings[-1].recall == 1
    recalls = [setting.recall for setting in card.settings]
    assert recalls == sorted(recalls)
    assert card.bytes_per_token > _DIM + 4
    with Collection.open(collection.path).reader() as reader:
        assert reader.card() == card


def test_candidates_are_counted_and_their_recall_is_stated(
    collection: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    with collection.writer() as writer:
        card = writer.train_centroids()
    assert card is not None
    with collection.reader() as reader:
        monkeypatch.setattr(Reader, "card", lambda *_: replace(card, refined=False))
        all_of_them = reader.search_vectors(query(), 3, candidates=130)
        assert 130 <= all_of_them.scored < all_of_them.eligible
        monkeypatch.setattr(Reader, "card", lambda *_: replace(card, refined=True))
        few = reader.search_vectors(query(), 3, candidates=130)
        assert not few.exact
        # Of 130 candidates those that look best by their tokens are scored.
        assert FEWEST_SCORED <= few.scored < 130 < few.eligible == collection.stats().pages
        most = reader.search_vectors(query(), 120, candidates=130)
        assert 130 <= most.scored < most.eligible
        assert few.recall == card.settings[0].recall
        assert reader.search_vectors(query(), 3).exact  # small: everything is scored
        assert reader.search_vectors(query(), 3, candidates=999).recall == 1
        with pytest.raises(InvalidInputError, match="candidates"):
            reader.search_vectors(query(), 3, candidates=0)


@pytest.mark.parametrize(("scored", "refined"), [(1, False), (10_000, True)])
def test_candidates_are_looked_at_again_where_that_loses_nothing(
    collection: Collection, monkeypatch: pytest.MonkeyPatch, scored: int, refined: bool
) -> None:
    monkeypatch.setattr(vector_search, "FEWEST_SCORED", scored)
    with collection.writer() as writer:
        card = writer.train_centroids()
    assert card is not None
    assert card.refined == refined


def test_what_comes_after_the_centroids_is_found(collection: Collection) -> None:
    with collection.writer() as writer:
        writer.train_centroids()
        before = len(cell_files(collection))
        added = make_file("late.pdf", 77, 4, _DIM)
        added.write(writer)
    assert len(cell_files(collection)) == before + 1
    longest = max(added.pages, key=lambda page: len(page.vectors))
    wanted = longest.vectors.dequantise()
    with collection.reader() as reader:
        best = reader.search_vectors(wanted, 1, candidates=1).best
        assert reader.ids_of([best[0][0]])[best[0][0]] == f"late.pdf#{longest.page.number}"


def test_the_sample_is_bounded_in_bytes(
    collection: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(train_centroids, "SAMPLE_COMPONENTS", 30 * _DIM)
    with collection.writer() as writer:
        writer.train_centroids()
    connection = connect(collection.path / "trovato.db")
    assert connection.execute("SELECT max(cells) FROM codebooks").fetchone() == (30,)


def test_new_centroids_replace_the_old_ones(collection: Collection) -> None:
    with collection.writer() as writer:
        writer.train_centroids()
    first = cell_files(collection)
    with collection.writer() as writer:
        writer.train_centroids(seed=9)
    second = cell_files(collection)
    assert len(first) == len(second)
    assert not set(first) & set(second)


def test_a_large_collection_gets_centroids_when_the_writer_closes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (train_centroids, vector_search):
        monkeypatch.setattr(module, "EXACT_UP_TO", 500)
    made = Collection.create(tmp_path / "made", fingerprint="made", dim=_DIM)
    with made.writer() as writer:
        make_file("small.pdf", 0, 3, _DIM).write(writer)
    with made.reader() as reader:
        assert reader.card() is None
    with made.writer() as writer:
        for number in range(40):
            make_file(f"{number}.pdf", number, 5, _DIM).write(writer)
    with made.reader() as reader:
        card = reader.card()
    assert card is not None
    assert card.tokens == made.stats().tokens


def test_damaged_cells_are_refused_and_an_exact_search_does_without(
    collection: Collection,
) -> None:
    with collection.writer() as writer:
        writer.train_centroids()
    for damage in (b"", b"x" * 100, None):
        again = Collection.open(collection.path)
        path = cell_files(collection)[0]
        content = path.read_bytes()
        if damage is None:
            path.unlink()
        else:
            path.write_bytes(damage)
        with again.reader() as reader:
            with pytest.raises(CorruptCollectionError, match="trovato tune"):
                reader.search_vectors(query(), 3, candidates=5)
            assert reader.search_vectors(query(), 3, exact=True).exact
        path.write_bytes(content)


def test_an_empty_collection_has_nothing_to_centre(tmp_path: Path) -> None:
    empty = Collection.create(tmp_path / "empty", fingerprint="made", dim=_DIM)
    with empty.writer() as writer:
        assert writer.train_centroids() is None
    with empty.reader() as reader:
        assert reader.search_vectors(query(), 3, candidates=5).best == []


def test_the_number_of_cells_follows_the_root() -> None:
    assert [cells_for(tokens) for tokens in (0, 1000, 1_200_000, 5_000_000, 10**12)] == [
        256,
        256,
        8192,
        16384,
        16384,
    ]


def test_cells_do_not_depend_on_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    random = generator(2, "blocks")
    vectors = int8_quantize(unit_vectors(random, 90, _DIM))
    centroids = int8_quantize(unit_vectors(random, 11, _DIM))
    offsets = np.array([0, 0, 30, 31, 31, 80, 90, 90])
    whole = CellLists.of(nearest(vectors, centroids)[0], offsets, 11)
    for block in (1, 29, 30, 60, 1000):
        monkeypatch.setattr(train_centroids, "_BLOCK", block * _DIM)
        parts, tokens = cells_of(lambda a, b: vectors[a:b], offsets, CentroidGroups(centroids), 1)
        assert tokens.tolist() == nearest(vectors, centroids)[0].tolist()
        assert parts.cells.tolist() == whole.cells.tolist()
        assert parts.offsets.tolist() == whole.offsets.tolist()


def check_cells(collection: Collection) -> None:
    """Every segment has the cells that its vectors have."""
    folder = collection.path / "segments"
    connection = connect(collection.path / "trovato.db")
    cache = SegmentCache(folder, _DIM)
    segments = cache.live(connection)
    assert segments
    for held in segments:
        assert held.cells is not None
        book = cache.codebook(connection, held.cells.codebook)
        cells = cache.cells(held.cells, held.record.items, book)
        stored = cells.lists.lists() if isinstance(cells.lists, Postings) else cells.lists
        segment = cache.mapped(held.record)
        wanted, tokens = cells_of(
            segment.block, segment.offsets, CentroidGroups(book.centroids), threads=1
        )
        assert held.record.vector_format.codec == "int8"
        assert cells.tokens is not None
        assert cells.tokens.tolist() == tokens.tolist()
        assert stored.cells.tolist() == wanted.cells.tolist()
        assert stored.offsets.tolist() == wanted.offsets.tolist()
    connection.close()


def test_compaction_keeps_cells_and_makes_those_that_are_missing(collection: Collection) -> None:
    with collection.writer() as writer:
        writer.train_centroids()
        for name in ("3.pdf", "17.pdf"):
            writer.remove(name)
        make_file("late.pdf", 77, 9, _DIM).write(writer)
        before = len(cell_files(collection))
        assert writer.compact().merged
    assert len(cell_files(collection)) < before
    check_cells(collection)
    with collection.writer() as writer:
        writer._commits.connection.execute(
            "DELETE FROM cells WHERE segment = (SELECT segment FROM segments ORDER BY rows DESC)"
        )
        for number in range(0, 40, 2):
            writer.remove(f"{number}.pdf")
        assert writer.compact().merged
    check_cells(collection)


def test_damaged_cells_are_found_and_dropped(collection: Collection) -> None:
    with collection.writer() as writer:
        writer.train_centroids()
    assert verify(collection.path) == []
    path = cell_files(collection)[0]
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(bytes(content))
    assert [(finding.part, finding.subject) for finding in verify(collection.path)] == [
        ("cells", path.name)
    ]
    done = repair(collection.path)
    assert done.deleted == (path.name,)
    assert done.withdrawn == ()
    assert verify(collection.path) == []
    with Collection.open(collection.path).reader() as reader:
        exact = reader.search_vectors(query(), 3, exact=True).best
        assert reader.search_vectors(query(), 3, candidates=999).best == exact


@pytest.mark.slow
def test_long_work_says_how_far_it_has_come(collection: Collection) -> None:
    heard: list[tuple[str, int, int]] = []
    with collection.writer(progress=lambda *step: heard.append(step)) as writer:
        writer.train_centroids()
        writer.compress("4bit/8d")
        writer.compact()
        writer.frontier()
    for what in (
        "making centroids",
        "looking up cells",
        "measuring searches",
        "storing vectors",
        "merging vectors",
        "measuring forms",
    ):
        steps = [(done, total) for name, done, total in heard if name == what]
        assert steps, f"nothing was heard of {what}"
        assert all(0 <= done <= total for done, total in steps)
        assert steps[-1][0] == steps[-1][1]
