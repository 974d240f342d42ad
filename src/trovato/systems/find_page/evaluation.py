"""How well a collection answers questions whose pages are known."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from trovato.core import Measure, Query, unheard
from trovato.data.formats.questions import QuestionSet
from trovato.evaluate import Report, evaluate
from trovato.index import StoredFile
from trovato.retrieve import PageRetriever

# Deep enough for every cutoff that people quote for pages.
_DEPTH = 100


def judged_against(questions: QuestionSet, files: Sequence[StoredFile]) -> QuestionSet:
    """Restate judgements in the ids of a collection.

    A judgement may name a page (`report.pdf#3`) or a file (`report.pdf`), and may leave out the
    folders in front as long as one file only ends in that name. Judgements of pages that are not in
    the collection are dropped, and questions that are left without one are kept apart.
    """
    pages = {file.name: file.pages for file in files}
    ends: dict[str, list[str]] = {}
    for name in pages:
        parts = name.split("/")
        for first in range(len(parts)):
            ends.setdefault("/".join(parts[first:]), []).append(name)

    def named(item: str) -> str | None:
        file, mark, page = item.rpartition("#")
        if not (mark and page.isdecimal()):
            file, page = item, ""
        found = [file] if file in pages else ends.get(file, [])
        if len(found) != 1 or (page and not 1 <= int(page) <= pages[found[0]]):
            return None
        return f"{found[0]}#{int(page)}" if page else found[0]

    restated = [
        replace(
            question,
            grades={
                known: grade
                for item, grade in question.grades.items()
                if (known := named(item)) is not None
            },
        )
        for question in questions.questions
    ]
    return QuestionSet(
        tuple(question for question in restated if question.grades),
        (*questions.apart, *(question for question in restated if not question.grades)),
    )


def run_questions(
    retriever: PageRetriever,
    texts: Mapping[str, str],
    *,
    files: bool = False,
    listener: Callable[[int], None] = unheard,
) -> dict[str, Sequence[str]]:
    """Rank pages for each question.

    Parameters
    ----------
    retriever
        Answers the questions.
    texts
        Question by its id.
    files
        Rank files by their best page, instead of pages.
    listener
        Called with the number of questions done.

    Returns
    -------
    Ids from best to worst by question id: of pages, or names of files.
    """
    run: dict[str, Sequence[str]] = {}
    for done, (name, text) in enumerate(texts.items(), start=1):
        ids = retriever.rank(Query(text), _DEPTH)
        run[name] = tuple(dict.fromkeys(page.rpartition("#")[0] for page in ids)) if files else ids
        listener(done)
    return run


def evaluate_questions(
    retriever: PageRetriever,
    questions: QuestionSet,
    measures: Sequence[Measure],
    *,
    listener: Callable[[int], None] = unheard,
) -> Report:
    """Measure a retriever on questions, overall and by group.

    Where no judgement names a page (`report.pdf`, not `report.pdf#3`), files are ranked instead, by
    their best page.
    """
    judged = [item for question in questions.questions for item in question.grades]
    files = bool(judged) and not any("#" in item for item in judged)
    texts = {question.id: question.text for question in questions.questions}
    run = run_questions(retriever, texts, files=files, listener=listener)
    return evaluate(run, questions.truth, measures, groups=questions.groups)
