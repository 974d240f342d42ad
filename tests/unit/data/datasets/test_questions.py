import json
from pathlib import Path

import pytest

from trovato.core import InvalidInputError
from trovato.data.datasets.questions import Question, read_questions

BENCHMARK = {
    "doc_id": "report.pdf",
    "question": "How many?",
    "answer": "3",
    "evidence_pages": [3, 5],
    "evidence_sources": ["Table", "Chart"],
    "answer_format": "Int",
}


def written(folder: Path, *lines: object) -> Path:
    path = folder / "questions.jsonl"
    path.write_text("\n".join(x if isinstance(x, str) else json.dumps(x) for x in lines))
    return path


def test_both_forms_are_read(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        BENCHMARK,
        {"question": "Where?", "relevant": ["a.pdf#1", "a.pdf#2"], "group": "text"},
        {"id": "mine", "question": "Who?", "relevant": {"b.pdf#1": 2}, "group": ["x", "y"]},
        {"question": "What?", "relevant": ["c.pdf#1"]},
    )
    found = read_questions(path)
    assert found.apart == ()
    assert found.questions == (
        Question("q1", "How many?", {"report.pdf#3": 1, "report.pdf#5": 1}, ("Table", "Chart")),
        Question("q2", "Where?", {"a.pdf#1": 1, "a.pdf#2": 1}, ("text",)),
        Question("mine", "Who?", {"b.pdf#1": 2}, ("x", "y")),
        Question("q4", "What?", {"c.pdf#1": 1}),
    )
    assert found.truth["mine"] == {"b.pdf#1": 2}
    assert found.groups["q1"] == ("Table", "Chart")


def test_questions_without_pages_are_kept_apart(tmp_path: Path) -> None:
    path = written(tmp_path, BENCHMARK | {"evidence_pages": []}, BENCHMARK)
    found = read_questions(path)
    assert [question.id for question in found.questions] == ["q2"]
    assert [question.id for question in found.apart] == ["q1"]


def test_questions_whose_pages_do_not_exist_are_kept_apart(tmp_path: Path) -> None:
    path = written(tmp_path, BENCHMARK, BENCHMARK | {"evidence_pages": [289]})
    found = read_questions(path).within({"report.pdf#3"})
    assert [question.id for question in found.questions] == ["q1"]
    assert found.questions[0].grades == {"report.pdf#3": 1, "report.pdf#5": 1}
    assert [question.id for question in found.apart] == ["q2"]


def test_every_sieve_adds_to_those_kept_apart(tmp_path: Path) -> None:
    graded = {"id": "graded", "question": "Who?", "relevant": {"a.pdf#1": 0, "b.pdf#1": 1}}
    path = written(tmp_path, BENCHMARK | {"evidence_pages": []}, BENCHMARK, graded)
    found = read_questions(path).within({"report.pdf#3", "a.pdf#1"})
    assert [question.id for question in found.questions] == ["q2"]
    assert [question.id for question in found.apart] == ["q1", "graded"]


@pytest.mark.parametrize(
    ("line", "got"),
    [
        ("{", "text that is not JSON"),
        ("[1]", r"got \[1\]"),
        ({"relevant": ["a#1"]}, 'got "question" = None'),
        ({"question": "  ", "relevant": ["a#1"]}, "got \"question\" = '  '"),
        ({"question": "?"}, 'got "doc_id" = None'),
        ({"question": "?", "doc_id": "a.pdf"}, 'got "evidence_pages" = None'),
        (BENCHMARK | {"evidence_pages": ["3"]}, r'got "evidence_pages" = \[\'3\'\]'),
        ({"question": "?", "relevant": "a#1"}, "got \"relevant\" = 'a#1'"),
        ({"question": "?", "relevant": {"a#1": "high"}}, 'got "relevant" = '),
        ({"question": "?", "relevant": ["a#1"], "group": 3}, "got groups 3"),
    ],
)
def test_a_line_that_lacks_something_is_named(tmp_path: Path, line: object, got: str) -> None:
    path = written(tmp_path, BENCHMARK, "", line)
    with pytest.raises(InvalidInputError, match=rf"questions\.jsonl, line 3: wanted .*{got}"):
        read_questions(path)


def test_an_id_twice_is_refused(tmp_path: Path) -> None:
    mine = {"id": "a", "question": "?", "relevant": ["a#1"]}
    with pytest.raises(InvalidInputError, match="line 2: wanted each question id once, got a"):
        read_questions(written(tmp_path, mine, mine))
