"""Collections with hardly anything in them: no page with vectors, or one page."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from trovato.core import InvalidInputError, Page, TextLayout, generator
from trovato.index import Collection, CompressionCandidate, VectorFormat
from trovato.testing.conformance.storage.store import make_file, unit_vectors

_DIM = 16


@pytest.fixture
def collection(tmp_path: Path) -> Collection:
    return Collection.create(tmp_path / "made", fingerprint="made", dim=_DIM)


def add_scan(collection: Collection, name: str, pages: int = 1) -> None:
    """A file of pages without a word."""
    with collection.writer() as writer:
        draft = writer.stage(name, "x", "pdf", 1, {})
        for number in range(1, pages + 1):
            page = Page(number, "", TextLayout.empty(1.0, 1.0))
            draft.add(page, np.zeros((0, _DIM), np.float32), np.zeros((0, 2), np.int32))
        draft.finish()


@pytest.mark.parametrize("gone", [False, True])
def test_pages_without_vectors_alone_are_nothing_to_tune(
    collection: Collection, gone: bool
) -> None:
    add_scan(collection, "scan.pdf")
    if gone:  # vectors of a deleted page lie beside
        with collection.writer() as writer:
            make_file("a.pdf", 0, 5, _DIM).write(writer)
            draft = writer.stage("b.pdf", "x", "pdf", 1, {})
            page = Page(1, "", TextLayout.empty(1.0, 1.0))
            draft.add(page, np.zeros((0, _DIM), np.float32), np.zeros((0, 2), np.int32))
            draft.finish()
        with collection.writer() as writer:
            writer.remove("a.pdf")
    with collection.writer() as writer:
        assert writer.train_centroids() is None
    for vector_format in ("4bit", "int8/8d"):
        with pytest.raises(InvalidInputError, match="index some pages first"):  # noqa: SIM117
            with collection.writer() as writer:
                writer.compress(vector_format)
    with pytest.raises(InvalidInputError, match="nothing to tune"), collection.writer() as writer:
        writer.frontier()
    with collection.reader() as reader:
        assert reader.search_vectors(unit_vectors(generator(5, "asked"), 7, _DIM), 3).best == []


def test_where_all_centred_vectors_went_there_is_nothing_to_fit(collection: Collection) -> None:
    add_scan(collection, "scan.pdf")
    with collection.writer() as writer:
        make_file("a.pdf", 0, 5, _DIM).write(writer)
        writer.flush()
        writer.train_centroids()
        writer.remove("a.pdf")
    with pytest.raises(InvalidInputError, match="index some pages"), collection.writer() as writer:
        writer.compress("2bit")
    with collection.writer() as writer:
        writer.compress("binary")
        make_file("b.pdf", 1, 5, _DIM).write(writer)
    with collection.reader() as reader:
        assert reader.vector_format() == VectorFormat("binary")
        assert reader.search_vectors(unit_vectors(generator(5, "asked"), 7, _DIM), 9).best


def test_many_pages_without_vectors_leave_questions_to_ask(collection: Collection) -> None:
    with collection.writer() as writer:
        make_file("a.pdf", 0, 2, _DIM).write(writer)
    with collection.writer() as writer:  # a segment with one vector among many empty pages
        draft = writer.stage("scan.pdf", "x", "pdf", 1, {})
        for number in range(1, 300):
            page = Page(number, "", TextLayout.empty(1.0, 1.0))
            draft.add(page, np.zeros((0, _DIM), np.float32), np.zeros((0, 2), np.int32))
        draft.finish()
        make_file("b.pdf", 1, 1, _DIM).write(writer)
        writer.flush()
        writer.remove("b.pdf")
    with collection.writer() as writer:
        card = writer.train_centroids()
    assert card is not None
    assert card.queries == 40


def test_one_page_is_found_whole(collection: Collection) -> None:
    with collection.writer() as writer:
        make_file("a.pdf", 0, 1, _DIM).write(writer)
        writer.flush()
        card = writer.train_centroids()
    assert card is not None
    assert [setting.recall for setting in card.settings] == [1.0] * 5


def test_only_measured_numbers_of_candidates_are_taken(collection: Collection) -> None:
    with collection.writer() as writer:
        make_file("a.pdf", 0, 3, _DIM).write(writer)
        writer.flush()
        writer.train_centroids()
    never = CompressionCandidate(VectorFormat(), 100, 1.0, 1.0, 1.0)
    with collection.writer() as writer, pytest.raises(InvalidInputError, match="not measured"):
        writer.apply(never)
    with collection.reader() as reader:
        assert reader.search_vectors(unit_vectors(generator(5, "asked"), 7, _DIM), 9).best
