"""Words that are not in the collection, and what is asked for in their place."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from trovato.core import Page, TextLayout
from trovato.index import Collection, Reader
from trovato.ops import Int8Vectors

_NOTHING = Int8Vectors(np.zeros((0, 4), np.int8), np.zeros(0, np.float32))
_TEXTS = {
    "pump": "Spare impellers of the pump are in the cellar. Seal kit XJ-4471-b.",
    "fees": "Die Abfallgebühren und die Kündigungsfrist, nach Größe.",
    "gears": "Gear sets: part 05145-8841815 in the drawing of the year 2015.",
    "water": "供水管网改造期间限制通行",
}


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    folder: Path = tmp_path_factory.mktemp("vocabulary") / "made"
    collection = Collection.create(folder, fingerprint="made", dim=4)
    with collection.writer() as writer:
        for name, text in _TEXTS.items():
            draft = writer.stage(name, "x", "made", 1, {})
            draft.add(Page(1, text, TextLayout.empty(1.0, 1.0)), _NOTHING, None)
            draft.finish()
    with collection.reader() as opened:
        yield opened


@pytest.mark.parametrize(
    ("question", "corrections", "page"),
    [
        ("impallers", {"impallers": ("impel",)}, "pump"),
        ("cellra", {"cellra": ("cellar",)}, "pump"),
        ("Gebühren", {"gebuhren": ("abfallgebuhren",)}, "fees"),
        ("Kündigungsfristen", {"kundigungsfristen": ("kundigungsfrist",)}, "fees"),
        ("Groesse", {"groesse": ("grosse",)}, "fees"),
        ("41815", {"41815": ("8841815", "051458841815")}, "gears"),
    ],
)
def test_near_words_are_asked_for(
    reader: Reader, question: str, corrections: dict[str, tuple[str, ...]], page: str
) -> None:
    reading = reader.reading(question)
    assert {key: set(found) for key, found in reading.corrections.items()} == {
        key: set(found) for key, found in corrections.items()
    }
    assert reading.unmatched == ()
    ((row, _),) = reader.search_lexical(question, 5)
    assert reader.ids_of([row]) == {row: f"{page}#1"}


@pytest.mark.parametrize(
    ("question", "unmatched"),
    [
        ("zxqwv pump", ("zxqwv",)),
        ("pamp", ("pamp",)),  # short words are not guessed at: pump, pomp, ramp …
        ("2016", ("2016",)),
        ("年假", ("年假",)),
        ('"cellar pump"', ('"cellar pump"',)),
        ("the pump of the drawing", ()),
        ("", ()),
    ],
)
def test_what_is_not_understood_is_said(
    reader: Reader, question: str, unmatched: tuple[str, ...]
) -> None:
    assert reader.reading(question).unmatched == unmatched
    words = len(question.split()) if '"' not in question and "the" not in question else 0
    assert reader.reading(question).known == (1 - len(unmatched) / words if words else 1)


def test_part_of_a_number_is_known_and_a_near_word_is_not(reader: Reader) -> None:
    assert reader.reading("41815").known == 1
    assert reader.reading("cellra pump").known == 0.5


def test_a_phrase_that_is_nowhere_counts_as_words_beside_others(reader: Reader) -> None:
    assert [row for row, _ in reader.search_lexical('drawing "cellar pump"', 5)]
    assert not reader.search_lexical('"cellar pump"', 5)


def test_a_phrase_in_a_sentence_is_wanted_and_not_demanded(reader: Reader) -> None:
    asked = 'Which drawing of gear sets in the year names "seal kit" parts?'
    found = [row for row, _ in reader.search_lexical(asked, 5)]
    assert set(found) == {reader.row_of("gears#1"), reader.row_of("pump#1")}
    assert reader.meeting(asked, found) == set(found)
    (only,) = reader.search_lexical('drawing "seal kit"', 5)
    assert only[0] == reader.row_of("pump#1")


def test_rows_that_meet_the_conditions(reader: Reader) -> None:
    rows = {name: reader.row_of(f"{name}#1") for name in _TEXTS}
    every = list(rows.values())
    assert reader.meeting("anything", every) == set(every)
    assert reader.meeting('"the pump" kit', every) == {rows["pump"]}
    assert reader.meeting("anything -pump", every) == set(every) - {rows["pump"]}


@pytest.mark.parametrize(
    ("question", "known"), [("水管什么时候改造", 1.0), ("锅炉检修", 0.0), ("pump impulsa", 0.5)]
)
def test_bigrams_across_two_words_are_not_unknown_words(
    reader: Reader, question: str, known: float
) -> None:
    assert reader.reading(question).known == known
