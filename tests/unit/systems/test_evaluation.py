from collections.abc import Iterator
from pathlib import Path

import pytest

from trovato.core import Item
from trovato.data.formats.questions import Question, QuestionSet
from trovato.evaluate import parse_measure
from trovato.systems.find_page import Library, evaluate_questions, judged_against
from trovato.testing import WordEncoder


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library(tmp_path / "c", create=True, encoder=WordEncoder()) as library:
        library.add_items(
            [
                Item("reports/harbour.txt", "text", "ships unload salt"),
                Item("reports/orchard.txt", "text", "apples and cider"),
                Item("old/orchard.txt", "text", "pears"),
            ]
        )
        yield library


def asked(*grades: dict[str, int]) -> QuestionSet:
    return QuestionSet(
        tuple(Question(f"q{n}", "ships salt", grade) for n, grade in enumerate(grades))
    )


def test_a_judgement_may_leave_out_the_folder(library: Library) -> None:
    questions = judged_against(asked({"harbour.txt#1": 2}), library.collection.files())
    assert questions.questions[0].grades == {"reports/harbour.txt#1": 2}


def test_a_page_may_be_written_with_zeros_in_front(library: Library) -> None:
    questions = judged_against(asked({"harbour.txt#01": 2}), library.collection.files())
    assert questions.questions[0].grades == {"reports/harbour.txt#1": 2}


def test_a_name_that_fits_two_files_fits_none(library: Library) -> None:
    questions = judged_against(asked({"orchard.txt#1": 1}), library.collection.files())
    assert questions.questions == ()
    assert len(questions.apart) == 1


def test_a_page_that_does_not_exist_is_dropped(library: Library) -> None:
    questions = judged_against(
        asked({"harbour.txt#1": 1, "harbour.txt#9": 1}, {"harbour.txt#0": 1}),
        library.collection.files(),
    )
    assert [question.grades for question in questions.questions] == [{"reports/harbour.txt#1": 1}]
    assert [question.id for question in questions.apart] == ["q1"]


def test_pages_are_ranked_for_pages_and_files_for_files(library: Library) -> None:
    measure = [parse_measure("RR")]
    for grades in ({"reports/harbour.txt#1": 1}, {"reports/harbour.txt": 1}):
        questions = judged_against(asked(grades), library.collection.files())
        report = evaluate_questions(library.retriever(), questions, measure)
        assert report.overall.estimates["RR"].mean == 1.0
