"""Questions about documents with the pages that answer them, one JSON object per line.

Two forms are read. Our own: `{"question": "…", "relevant": ["file.pdf#3", …], "group": "table"}`,
where `id` may name the question, `group` may also be a list, and a page may carry a grade when
`relevant` is an object (`{"file.pdf#3": 2}`). And MMLongBench-Doc's: `doc_id`, `question`,
`evidence_pages`, `evidence_sources`.
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from trovato.core import PathLike
from trovato.core.system.text_lines import bad_line, json_lines

_WANTED = (
    'a JSON object with "question" (text) and either "relevant" (page ids, such as "file.pdf#3") '
    'or "doc_id" (text) and "evidence_pages" (page numbers from 1)'
)


@dataclass(frozen=True, slots=True)
class Question:
    """A question, the grades of the items that answer it, and the groups it counts in."""

    id: str
    text: str
    grades: Mapping[str, int]
    groups: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """Questions that can be scored, and those kept apart because nothing can answer them.

    Parameters
    ----------
    questions
        Questions with at least one relevant item.
    apart
        Questions without one.
    missing
        Relevant items that are known not to exist, by question id: they count as not found.
    """

    questions: tuple[Question, ...]
    apart: tuple[Question, ...] = ()
    missing: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def within(self, existing: Container[str]) -> QuestionSet:
        """The same questions, those with no relevant item among `existing` ids also kept apart.

        A question with some of its items among them keeps all its grades: what is absent counts as
        not found.
        """
        kept: list[Question] = []
        apart = list(self.apart)
        for question in self.questions:
            found = any(grade > 0 and item in existing for item, grade in question.grades.items())
            (kept if found else apart).append(question)
        return QuestionSet(tuple(kept), tuple(apart), self.missing)

    @property
    def unanswerable(self) -> tuple[str, ...]:
        """Ids of questions all of whose relevant items are missing: they can only score 0."""
        return tuple(
            question.id
            for question in self.questions
            if (missing := self.missing.get(question.id))
            and len(missing) == sum(grade > 0 for grade in question.grades.values())
        )

    @property
    def truth(self) -> dict[str, Mapping[str, int]]:
        """Grades by question id, as `trovato.evaluate.evaluate` takes them."""
        return {question.id: question.grades for question in self.questions}

    @property
    def groups(self) -> dict[str, tuple[str, ...]]:
        """Group names by question id."""
        return {question.id: question.groups for question in self.questions}


def read_questions(path: PathLike) -> QuestionSet:
    """Reads questions in either form; a question without an id is named after its line, `q12`.

    Raises
    ------
    UnreadableFileError
        If the file cannot be opened or is not UTF-8.
    InvalidInputError
        If a line is not JSON, lacks a field, or repeats an id; the message names the line.
    """
    path = Path(path)
    seen: dict[str, Question] = {}
    for number, record in json_lines(path, _WANTED):
        try:
            question = _question(record, number)
        except ValueError as error:
            raise bad_line(path, number, _WANTED, str(error)) from error
        if question.id in seen:
            raise bad_line(path, number, "each question id once", question.id)
        seen[question.id] = question
    every = QuestionSet(tuple(seen.values()))
    return every.within({item for question in seen.values() for item in question.grades})


def _question(record: dict[str, Any], number: int) -> Question:
    """The question in a line's object; a ValueError says what is wrong with it."""
    text = _text(record, "question")
    if "relevant" in record:
        grades, groups = _grades(record["relevant"]), record.get("group", [])
    else:
        file, pages = _text(record, "doc_id"), record.get("evidence_pages")
        if not isinstance(pages, list) or not all(_is_whole(page) for page in pages):
            raise ValueError(f'"evidence_pages" = {pages!r}')
        grades, groups = {f"{file}#{page}": 1 for page in pages}, record.get("evidence_sources", [])
    if isinstance(groups, str):
        groups = [groups]
    if not isinstance(groups, list) or not all(isinstance(group, str) for group in groups):
        raise ValueError(f"groups {groups!r}")
    return Question(str(record.get("id", f"q{number}")), text, grades, tuple(groups))


def _text(record: dict[str, Any], field: str) -> str:
    value = record.get(field)
    if isinstance(value, str) and value.strip():
        return value
    raise ValueError(f'"{field}" = {value!r}')


def _grades(relevant: object) -> dict[str, int]:
    if isinstance(relevant, list) and all(isinstance(item, str) for item in relevant):
        return dict.fromkeys(relevant, 1)
    if isinstance(relevant, dict) and all(_is_whole(grade) for grade in relevant.values()):
        return dict(relevant)
    raise ValueError(f'"relevant" = {relevant!r}')


def _is_whole(number: object) -> bool:
    return isinstance(number, int) and not isinstance(number, bool)
