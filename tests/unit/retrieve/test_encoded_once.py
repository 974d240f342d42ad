"""A question is encoded once in a search, however many pages are explained."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from trovato.core import Query, TokenVectors
from trovato.library import MODES, Library, Mode
from trovato.testing import WordEncoder


class CountingEncoder(WordEncoder):
    """Remembers which questions it encoded."""

    def __init__(self) -> None:
        super().__init__(32)
        self.asked: list[str] = []

    def encode_query(self, text: str) -> TokenVectors:
        self.asked.append(text)
        return super().encode_query(text)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    folder = tmp_path_factory.mktemp("once")
    for number in range(12):
        (folder / f"{number}.txt").write_text(f"the old harbour of town {number}\fsalt", "utf-8")
    with Library.create(folder / "c", encoder=CountingEncoder()) as made:
        made.add([folder])
        yield made


@pytest.fixture
def asked(library: Library) -> list[str]:
    assert isinstance(library.encoder, CountingEncoder)
    library.encoder.asked.clear()
    return library.encoder.asked


@pytest.mark.parametrize("mode", MODES)
def test_a_search_encodes_once(library: Library, asked: list[str], mode: Mode) -> None:
    assert len(library.search("old harbour", 10, mode=mode)) == 10
    assert asked == ["old harbour"]


@pytest.mark.parametrize(("mode", "times"), [("hybrid", 1), ("late", 1), ("lexical", 0)])
def test_a_ranking_encodes_where_vectors_are_compared(
    library: Library, asked: list[str], mode: Mode, times: int
) -> None:
    assert len(library.retriever(mode).rank(Query("old harbour"), 10)) == 10
    assert asked == ["old harbour"] * times


def test_each_question_has_its_own_vectors(library: Library, asked: list[str]) -> None:
    retriever = library.retriever("late")
    questions = ["harbour", "salt", "harbour"]
    rankings = [retriever.rank(Query(question), 5) for question in questions]
    assert asked == questions
    assert rankings[0] == rankings[2] != rankings[1]
