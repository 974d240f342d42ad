from collections.abc import Iterator
from pathlib import Path

import pytest

from trovato.core import InvalidInputError, Item
from trovato.data.datasets.questions import Question, QuestionSet
from trovato.evaluate import parse_measure
from trovato.library import Library, evaluate_questions, judged_against, run_questions
from trovato.testing import WordEncoder

LOOSE_ENDS = [Item("12#4", "text", "ships"), Item("12#5", "text", "ships")]


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library.create(tmp_path / "c", encoder=WordEncoder()) as library:
        for name, text in {
            "reports/harbour.txt": "ships unload salt",
            "reports/orchard.txt": "apples and cider",
            "old/orchard.txt": "pears",
        }.items():
            (tmp_path / name).parent.mkdir(exist_ok=True)
            (tmp_path / name).write_text(text, "utf-8")
        library.add([tmp_path / "reports", tmp_path / "old"])
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


def test_a_name_that_fits_two_files_is_refused(library: Library) -> None:
    with pytest.raises(InvalidInputError, match=r"'orchard\.txt' fits 2 files.*old/orchard\.txt"):
        judged_against(asked({"orchard.txt#1": 1}), library.collection.files())


def test_what_is_not_there_counts_as_not_found(library: Library) -> None:
    grades = {"harbour.txt#1": 1, "harbour.txt#9": 1, "gone.txt#1": 0}
    questions = judged_against(
        asked(grades, {"harbour.txt#0": 1}, {"gone.txt#2": 2, "harbour.txt#1": 0}),
        library.collection.files(),
    )
    assert questions.questions[0].grades == {
        "reports/harbour.txt#1": 1,
        "harbour.txt#9": 1,
        "gone.txt#1": 0,
    }
    assert questions.missing == {
        "q0": ("harbour.txt#9",),
        "q1": ("harbour.txt#0",),
        "q2": ("gone.txt#2",),
    }
    assert questions.unanswerable == ("q1", "q2")
    report = evaluate_questions(library.retriever(), questions, [parse_measure("R@10")])
    assert {query: found["R@10"] for query, found in report.per_query.items()} == {
        "q0": 0.5,
        "q1": 0.0,
        "q2": 0.0,
    }


def test_questions_without_a_page_are_listed(library: Library) -> None:
    nothing = Question("none", "who?", {})
    questions = judged_against(
        QuestionSet(asked({"harbour.txt#1": 1}).questions, (nothing,)), library.collection.files()
    )
    report = evaluate_questions(library.retriever(), questions, [parse_measure("RR")])
    assert report.without_truth == ("none",)
    assert report.overall.queries == 1


@pytest.mark.parametrize(
    "grades",
    [
        [{"harbour.txt#1": 1}, {"harbour.txt": 1}],
        [{"harbour.txt#1": 1, "old/orchard.txt": 1}],
        [{"harbour.txt": 1}, {"gone.txt#1": 1}],
    ],
)
def test_files_and_pages_are_not_mixed(library: Library, grades: list[dict[str, int]]) -> None:
    with pytest.raises(InvalidInputError, match=r"names a file and '.*#1' a page"):
        judged_against(asked(*grades), library.collection.files())


def test_questions_about_other_files_are_refused(library: Library) -> None:
    with pytest.raises(InvalidInputError, match=r"none of the pages .* such as 'gone\.txt#1'"):
        judged_against(asked({"gone.txt#1": 1}, {"harbour.txt#2": 1}), library.collection.files())


def test_pages_are_ranked_for_pages_and_files_for_files(library: Library) -> None:
    measure = [parse_measure("RR")]
    for grades in ({"reports/harbour.txt#1": 1}, {"reports/harbour.txt": 1}):
        questions = judged_against(asked(grades), library.collection.files())
        report = evaluate_questions(library.retriever(), questions, measure)
        assert report.overall.estimates["RR"].mean == 1.0


def test_items_of_ones_own_are_judged_by_their_ids(library: Library) -> None:
    library.add_items(
        [Item("42", "text", "salt of the ships"), Item("12#3", "text", "ships"), *LOOSE_ENDS]
    )
    measure = [parse_measure("RR@10")]
    for grades in ({"42": 1}, {"12#3": 1}, {"42": 1, "harbour.txt#1": 1}, {"42": 1, "12#3": 1}):
        questions = judged_against(asked(grades), library.collection.files())
        assert questions.missing == {}
        report = evaluate_questions(library.retriever("lexical"), questions, measure)
        assert report.overall.estimates["RR@10"].mean > 0, grades
    with_files = judged_against(asked({"12#3": 1, "harbour.txt": 1}), library.collection.files())
    found = run_questions(library.retriever("lexical"), {"q0": "ships salt"}, files=True)
    assert set(found["q0"]) == {"42", "12#3", "12#4", "12#5", "reports/harbour.txt"}
    report = evaluate_questions(library.retriever("lexical"), with_files, [parse_measure("R@10")])
    assert report.overall.estimates["R@10"].mean == 1.0


def test_an_item_of_ones_own_has_no_pages(library: Library) -> None:
    library.add_items([Item("42", "text", "salt")])
    questions = judged_against(asked({"42#1": 1, "harbour.txt#1": 1}), library.collection.files())
    assert questions.missing == {"q0": ("42#1",)}
