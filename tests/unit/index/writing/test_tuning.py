"""Choosing how a collection is stored and searched."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from trovato.core import InvalidInputError
from trovato.index import Collection, CompressionCandidate, ParetoFrontier, VectorFormat
from trovato.index.writing import train_centroids, tuning
from trovato.testing.conformance.storage.store import make_file

_DIM = 16


@pytest.fixture
def collection(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Collection:
    monkeypatch.setattr(train_centroids, "_QUESTIONS", 10)
    made = Collection.create(tmp_path / "made", fingerprint="made", dim=_DIM)
    with made.writer(max_tokens=300) as writer:
        for number in range(40):
            make_file(f"{number}.pdf", number, 5, _DIM).write(writer)
        writer.remove("7.pdf")
    return made


def made_pages(collection: Collection) -> list[int]:
    """For each file how many pages have vectors: two of three."""
    return [file.pages - file.pages // 3 for file in collection.files()]


@pytest.mark.slow
def test_options_are_measured_and_one_is_applied(collection: Collection) -> None:
    with collection.writer() as writer:
        frontier = writer.frontier()
        vector_formats = [str(option.vector_format) for option in frontier.options[::5]]
        assert vector_formats[:7] == [
            "int8",
            "4bit",
            "2bit",
            "1bit",
            "binary",
            "int8/pool2",
            "4bit/pool2",
        ]
        assert vector_formats[-1] == "binary/4d/pool2"
        assert len(vector_formats) == 5 * 3 * 2
        assert [vector_format for vector_format, _ in frontier.by_vector_format()] == [
            option.vector_format for option in frontier.options[::5]
        ]
        assert frontier.pages == sum(made_pages(collection))
        assert frontier.tokens == collection.stats().tokens
        sizes = [option.bytes_per_token for option in frontier.options[:20:5]]
        assert sizes == sorted(sizes, reverse=True)
        # All pages are candidates at the end: what int8 loses then is nothing.
        assert frontier.options[4].recall == 1
        assert frontier.options[4].recall >= frontier.options[9].recall
        card = writer.apply(frontier.options[6])
    assert str(collection.stats().vector_format) == "4bit"
    assert card.chosen == 256
    assert card.default is not None
    assert card.default.candidates == 256
    with collection.reader() as reader:
        assert reader.card() == card
    with collection.writer() as writer:
        again = writer.frontier()
        codecs = {option.vector_format.codec for option in again.options}
        assert codecs == {"4bit", "2bit", "1bit", "binary"}  # finer is gone
        composed = next(
            option for option in again.options if str(option.vector_format) == "2bit/8d/pool2"
        )
        card = writer.apply(composed)
        # What was foretold is what it takes, but for headers and offsets.
        files = len(list((collection.path / "segments").iterdir()))
        allowed = (files * 256 + 16 * again.pages) / again.tokens
        assert 0 <= card.bytes_per_token - composed.bytes_per_token <= allowed
        last = writer.frontier()
    assert {str(option.vector_format) for option in last.options} == {
        f"{codec}/{width}d/pool2" for codec in ("2bit", "1bit", "binary") for width in (8, 4)
    }
    assert last.tokens == again.tokens
    assert last.options[4].recall == 1


def test_a_part_of_the_pages_is_enough(
    collection: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tuning, "_MOST", 200 * _DIM)
    with collection.writer() as writer:
        frontier = writer.frontier()
    assert 10 <= frontier.pages < 200  # the questions' own pages are among them
    assert frontier.options[4].recall == 1


def test_the_fastest_of_the_finest_that_are_good_enough_is_chosen() -> None:
    int8, four, two = VectorFormat(), VectorFormat("4bit"), VectorFormat("2bit")
    half = VectorFormat("4bit", 64)
    options = (
        CompressionCandidate(int8, 128, 0.97, 3.0, 134.0),
        CompressionCandidate(int8, 256, 0.99, 4.0, 134.0),
        CompressionCandidate(four, 256, 0.96, 5.0, 68.0),
        CompressionCandidate(four, 512, 0.96, 6.0, 68.0),
        CompressionCandidate(two, 512, 0.9, 2.0, 36.0),
        CompressionCandidate(half, 256, 0.6, 1.0, 38.0),
        CompressionCandidate(half, 512, 0.8, 1.5, 38.0),
    )
    frontier = ParetoFrontier(10, 100, 40, options)
    assert frontier.choose(0.99) == options[1]
    assert frontier.choose(0.95) == options[0]
    assert frontier.choose(0.95, 100.0) == options[2]
    assert frontier.choose(0.5) == options[0]
    assert frontier.choose(0.5, 36.0) == options[4]
    # Two more bytes do not make up for what half of the dimensions lose.
    assert frontier.choose(0.5, 40.0) == options[4]
    assert frontier.best_vector_formats() == [two, four, int8]
    with pytest.raises(InvalidInputError, match=r"best there is 0.960.*takes 36.0 bytes"):
        frontier.choose(0.99, 70.0)
    with pytest.raises(InvalidInputError, match=r"takes 36.0 bytes"):
        frontier.choose(0.1, 7.0)


def test_ranges_are_laid_out() -> None:
    rows = tuning._ranges(np.array([4, 9, 2]), np.array([6, 9, 5]))
    assert rows.tolist() == [4, 5, 2, 3, 4]


def test_nothing_to_tune(tmp_path: Path) -> None:
    empty = Collection.create(tmp_path / "empty", fingerprint="made", dim=_DIM)
    with empty.writer() as writer, pytest.raises(InvalidInputError, match="nothing to tune"):
        writer.frontier()
