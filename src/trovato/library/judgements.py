"""Judgements in the ids of a collection."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from trovato.core import InvalidInputError, PathLike
from trovato.data.datasets.beir import BeirFolder
from trovato.data.datasets.questions import Question, QuestionSet, read_questions
from trovato.index import StoredFile


def read_question_set(path: PathLike) -> QuestionSet:
    """Read questions and what answers them from a file, or from a BEIR folder.

    Raises
    ------
    UnreadableFileError
        If a file cannot be opened.
    InvalidInputError
        If one is not what was expected, or queries are judged that are not there.
    """
    path = Path(path)
    if not path.is_dir():
        return read_questions(path)
    folder = BeirFolder(path)
    grades, texts = folder.grades("test"), folder.queries()
    unknown = [name for name in grades if name not in texts]
    if unknown:
        raise InvalidInputError(
            f"{len(unknown)} queries are judged in {path} and not among its queries, such as "
            f"{unknown[0]!r}: take both files from the same release"
        )
    return QuestionSet(
        tuple(Question(name, text, grades[name]) for name, text in texts.items() if name in grades)
    )


def judged_against(questions: QuestionSet, files: Sequence[StoredFile]) -> QuestionSet:
    """Restate judgements in the ids of a collection.

    A judgement names a page (`report.pdf#3`), a file (`report.pdf`) or an item of its own by its
    id. It may leave out the folders in front of a file as long as one file only ends in that name.
    What is not in the collection stays as it is, is listed in `QuestionSet.missing`, and counts as
    not found.

    Raises
    ------
    InvalidInputError
        If a name fits several files, some judgements name pages and others files, or nothing that
        is judged relevant is in the collection.
    """
    known = {file.name: file for file in files}
    fits: dict[str, list[str]] = {}
    for stored in files:
        for end in [stored.name] if stored.whole else _ends(stored.name):
            fits.setdefault(end, []).append(stored.name)
    kinds: dict[bool, str] = {}
    missing: dict[str, tuple[str, ...]] = {}
    restated = []
    for question in questions.questions:
        grades, absent = {}, []
        for item, grade in question.grades.items():
            file, page = (item, None) if item in known else file_and_page(item)
            name = _only(file, fits)
            stored_file = None if name is None else known[name]
            whole = stored_file is not None and stored_file.whole
            if not whole:  # an item of its own goes with pages and with files
                kinds.setdefault(page is None, item)
            if stored_file is None or (
                page is not None and (whole or not 1 <= page <= stored_file.pages)
            ):
                grades[item] = grade
                absent += [item] if grade > 0 else []
            else:
                file = stored_file.name
                grades[file if page is None else f"{file}#{page}"] = grade
        restated.append(replace(question, grades=grades))
        if absent:
            missing[question.id] = tuple(absent)
    if len(kinds) == 2:
        raise InvalidInputError(
            f"{kinds[True]!r} names a file and {kinds[False]!r} a page, and a ranking is of one or "
            "the other: let all judgements name pages, or all of them files"
        )
    relevant = sum(grade > 0 for question in restated for grade in question.grades.values())
    if relevant and relevant == sum(map(len, missing.values())):
        raise InvalidInputError(
            "none of the pages that the questions name is in the collection, such as "
            f"{next(iter(missing.values()))[0]!r}: index their files"
        )
    return QuestionSet(tuple(restated), questions.apart, missing)


def file_and_page(item: str) -> tuple[str, int | None]:
    """File and page that a judgement names; None where it names a file."""
    file, mark, page = item.rpartition("#")
    return (file, int(page)) if mark and page.isdecimal() else (item, None)


def _ends(name: str) -> Iterator[str]:
    """The name, and what is left of it without the folders in front."""
    parts = name.split("/")
    return ("/".join(parts[first:]) for first in range(len(parts)))


def _only(file: str, fits: Mapping[str, Sequence[str]]) -> str | None:
    """The file of the collection that is meant."""
    found = fits.get(file, ())
    if len(found) > 1 and file not in found:
        raise InvalidInputError(
            f"{file!r} fits {len(found)} files, such as {found[0]} and {found[1]}: write more of "
            "the folders in front of it"
        )
    return file if file in found else next(iter(found), None)
