"""Judgements in the ids of a collection."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from trovato.core import InvalidInputError
from trovato.data.datasets.questions import QuestionSet
from trovato.index import StoredFile


def judged_against(questions: QuestionSet, files: Sequence[StoredFile]) -> QuestionSet:
    """Restate judgements in the ids of a collection.

    A judgement names a page (`report.pdf#3`) or a file (`report.pdf`), and may leave out the
    folders in front as long as one file only ends in that name. One whose page or file is not in
    the collection stays as it is, is listed in `QuestionSet.missing`, and counts as not found.

    Raises
    ------
    InvalidInputError
        If a name fits several files, some judgements name pages and others files, or nothing that
        is judged relevant is in the collection.
    """
    known = {file.name: file.pages for file in files}
    fits: dict[str, list[str]] = {}
    for stored in known:
        for end in _ends(stored):
            fits.setdefault(end, []).append(stored)
    kinds: dict[bool, str] = {}
    missing: dict[str, tuple[str, ...]] = {}
    restated = []
    for question in questions.questions:
        grades, absent = {}, []
        for item, grade in question.grades.items():
            file, page = file_and_page(item)
            kinds.setdefault(page is None, item)
            name = _only(file, fits)
            if name is None or (page is not None and not 1 <= page <= known[name]):
                grades[item] = grade
                absent += [item] if grade > 0 else []
            else:
                grades[name if page is None else f"{name}#{page}"] = grade
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
