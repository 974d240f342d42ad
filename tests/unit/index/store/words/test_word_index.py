"""The word index: scripts, codes and operators in a collection."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from trovato.core import Page, TextLayout
from trovato.index import Collection, Reader, verify
from trovato.ops import Int8Vectors

_NOTHING = Int8Vectors(np.zeros((0, 4), np.int8), np.zeros(0, np.float32))
_TEXTS = {
    "zh": "员工连续工作满一年后，可享受五天带薪年假。",
    "zh2": "供水管网改造期间，老城区部分路段限制通行。",
    "ja": "時計職人の工房は駅前にあります。",
    "ko": "도서관은 월요일에 문을 닫습니다.",
    "th": "ห้องสมุดปิดวันจันทร์",
    "de": "Die Gro\u0308\u00dfe der Wert\u00adpapiere.",
    "a": "The seal kit is ordered as XJ-4471-b. 1,200 litres at 15kW.",
    "b": "The seal kit is ordered as XJ-4471-c, after filing; kit b of part 4471.",
    "c": "Part 05145-8841815, asked for by Mr O'Brien.",
}


@pytest.fixture(scope="module")
def collection(tmp_path_factory: pytest.TempPathFactory) -> Collection:
    folder: Path = tmp_path_factory.mktemp("words") / "made"
    collection = Collection.create(folder, fingerprint="made", dim=4)
    with collection.writer() as writer:
        for name, text in _TEXTS.items():
            draft = writer.stage(name, "x", "made", 1, {})
            draft.add(Page(1, text, TextLayout.empty(1.0, 1.0)), _NOTHING, None)
            draft.finish()
    return collection


@pytest.fixture
def reader(collection: Collection) -> Iterator[Reader]:
    with collection.reader() as opened:
        yield opened


def _found(reader: Reader, question: str) -> list[str]:
    rows = [row for row, _ in reader.search_lexical(question, 10)]
    ids = reader.ids_of(rows)
    return [ids[row].removesuffix("#1") for row in rows]


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("员工有几天年假？", "zh"),
        ("供水管网", "zh2"),
        ("假", "zh"),
        ("時計職人", "ja"),
        ("도서관", "ko"),
        ("วันจันทร์", "th"),
        ("Größe", "de"),
        ("wertpapiere", "de"),
        ("XJ-4471-b", "a"),
        ("xj4471b", "a"),
        ("XJ-4471-c", "b"),
        ("1200", "a"),
        ("15 kW", "a"),
        ("OBrien", "c"),
        ("051458841815", "c"),
        ("8841*", "c"),
        ('"filing litres" OR', None),
        ('"after filing"', "b"),
        ("kit -filing", "a"),
        ('kit -"seal kit"', None),
        ('"供水管"', "zh2"),
        ('"供管"', None),
    ],
)
def test_the_right_page_is_first(reader: Reader, question: str, first: str | None) -> None:
    assert _found(reader, question)[:1] == ([] if first is None else [first])


def test_a_page_that_goes_takes_its_words_along(collection: Collection, tmp_path: Path) -> None:
    copy = collection.copy_to(tmp_path / "copy")
    with copy.writer() as writer:
        writer.remove("zh2")
        writer.remove("a")
    assert verify(copy.path) == []
    with copy.reader() as reader:
        assert _found(reader, "供水管网") == []
        assert _found(reader, "xj4471b") == []
        assert _found(reader, "年假") == ["zh"]


def test_linked_words_are_words_and_linked_numbers_a_row(tmp_path: Path) -> None:
    collection = Collection.create(tmp_path / "made", fingerprint="made", dim=4)
    texts = {
        "row": "wind tunnel, XJ 4471",
        "apart": "tunnel wind, 4471 XJ",
        "one": "windtunnel",
        "other": "sea",
    }
    with collection.writer() as writer:
        for name, text in texts.items():
            draft = writer.stage(name, "x", "made", 1, {})
            draft.add(Page(1, text, TextLayout.empty(1.0, 1.0)), _NOTHING, None)
            draft.finish()
    with collection.reader() as reader:

        def scores(question: str) -> dict[str, float]:
            found = dict(reader.search_lexical(question, 10))
            ids = reader.ids_of(found)
            return {ids[row].removesuffix("#1"): score for row, score in found.items()}

        words, numbers = scores("wind-tunnel"), scores("XJ-4471")
    assert words["row"] == words["apart"]
    assert "one" in words
    assert set(numbers) == {"row"}
