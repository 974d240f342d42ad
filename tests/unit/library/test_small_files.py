"""Files of one page are encoded together, and stay apart in everything else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import pytest

from trovato.core import Item, TokenVectors
from trovato.library import Library
from trovato.testing import WordEncoder


class Counting(WordEncoder):
    """Keeps how many texts it was given at a time."""

    def __init__(self) -> None:
        super().__init__()
        self.given: list[int] = []

    def encode(self, texts: Iterable[str]) -> Iterator[TokenVectors]:
        texts = list(texts)
        self.given.append(len(texts))
        return super().encode(texts)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for number in range(70):
        path = tmp_path / "notes" / f"n{number:02}.txt"
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"harbour {number} lamp" * (1 + number % 3), "utf-8")
    return tmp_path / "notes"


def test_an_encoder_is_given_many_files_at_once(folder: Path, tmp_path: Path) -> None:
    (folder / "n10.txt").write_text("first page\fsecond page", "utf-8")
    encoder = Counting()
    with Library.create(tmp_path / "c", encoder=encoder) as library:
        report = library.add([folder])
        assert report.added == [f"notes/n{number:02}.txt" for number in range(70)]
        assert (report.pages, report.failures) == (71, [])
        assert sum(encoder.given) == 71
        # Ten files, the two pages, and the other 59; more where reading is slow.
        assert encoder.given[0] <= 10
        assert max(encoder.given) <= 64
        for hit in library.search("harbour 42 lamp", k=3):
            text = library.get(hit.item.id).text
            with library.collection.reader() as reader:
                stored = reader.token_vectors_of(reader.row_of(hit.item.id))
            made = next(iter(WordEncoder().encode([text])))
            np.testing.assert_allclose(stored.values, made.values, atol=0.02)
            np.testing.assert_array_equal(np.array(stored.spans), np.array(made.spans))


def test_a_file_that_is_refused_costs_no_other(folder: Path, tmp_path: Path) -> None:
    with Library.create(tmp_path / "c", encoder=WordEncoder()) as library:
        library.add_items([Item("notes/n05.txt", "note", "A name that is taken.")])
        seen: list[int] = []
        report = library.add([folder], progress=lambda step: seen.append(step.done))
        assert [name for name, _ in report.failures] == ["notes/n05.txt"]
        assert len(report.added) == 69
        assert library.get("notes/n06.txt#1").text == "harbour 6 lamp"
        assert seen == sorted(seen)
        assert seen[-1] == sum(path.stat().st_size for path in folder.iterdir())
