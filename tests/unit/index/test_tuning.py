"""Choosing how a collection is stored and searched."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from trovato.core import InvalidInputError
from trovato.index import Collection, Frontier, Option, tuning
from trovato.testing.store import make_file

_DIM = 16


@pytest.fixture
def collection(tmp_path: Path) -> Collection:
    made = Collection.create(tmp_path / "made", fingerprint="made", dim=_DIM)
    with made.writer(most_tokens=300) as writer:
        for number in range(60):
            make_file(f"{number}.pdf", number, 5, _DIM).write(writer)
        writer.remove("7.pdf")
    return made


def test_options_are_measured_and_one_is_applied(collection: Collection) -> None:
    with collection.writer() as writer:
        frontier = writer.frontier()
        assert [option.bits for option in frontier.options[::5]] == [0, 4, 2, 1]
        assert frontier.pages == collection.stats().pages
        assert frontier.tokens == collection.stats().tokens
        sizes = [option.bytes_per_token for option in frontier.options[::5]]
        assert sizes == sorted(sizes, reverse=True)
        # All pages are candidates at the end: what int8 loses then is nothing.
        assert frontier.options[4].recall == 1
        assert frontier.options[4].recall >= frontier.options[9].recall
        card = writer.apply(frontier.options[6])
    assert card.chosen == 256
    assert card.default.candidates == 256
    with collection.reader() as reader:
        assert reader.card() == card
        assert {bits for (bits,) in reader._connection.execute("SELECT bits FROM segments")} == {4}
    with collection.writer() as writer:
        again = writer.frontier()
    assert {option.bits for option in again.options} == {4, 2, 1}  # finer is gone


def test_a_part_of_the_pages_is_enough(
    collection: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tuning, "_MOST_TOKENS", 200)
    with collection.writer() as writer:
        frontier = writer.frontier()
    assert 40 <= frontier.pages < 200  # the questions' own pages are among them
    assert frontier.options[4].recall == 1


def test_the_fastest_of_the_finest_that_are_good_enough_is_chosen() -> None:
    options = (
        Option(0, 128, 0.97, 3.0, 134.0),
        Option(0, 256, 0.99, 4.0, 134.0),
        Option(4, 256, 0.96, 5.0, 68.0),
        Option(4, 512, 0.96, 6.0, 68.0),
        Option(2, 512, 0.9, 2.0, 36.0),
    )
    frontier = Frontier(10, 100, 40, options)
    assert frontier.choose(0.99) == options[1]
    assert frontier.choose(0.95) == options[0]
    assert frontier.choose(0.95, 100.0) == options[2]
    assert frontier.choose(0.5) == options[0]
    assert frontier.choose(0.5, 36.0) == options[4]
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
