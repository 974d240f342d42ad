"""How well a collection answers questions whose pages are known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from trovato.core import Measure, ProgressCallback, Query, no_progress
from trovato.data.datasets.questions import QuestionSet
from trovato.evaluate import Report, evaluate
from trovato.library.judgements import file_and_page
from trovato.retrieve import CollectionRetriever

# Deep enough for every cutoff that people quote for pages.
_DEPTH = 100


def run_questions(
    retriever: CollectionRetriever,
    texts: Mapping[str, str],
    *,
    files: bool = False,
    progress: ProgressCallback = no_progress,
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
    progress
        Told how many questions are done.

    Returns
    -------
    Ids from best to worst by question id: of pages, or names of files.
    """
    run: dict[str, Sequence[str]] = {}
    for done, (name, text) in enumerate(texts.items(), start=1):
        rank = retriever.rank_files if files else retriever.rank
        run[name] = rank(Query(text), _DEPTH)
        progress("questions", done, len(texts))
    return run


def evaluate_questions(
    retriever: CollectionRetriever,
    questions: QuestionSet,
    measures: Sequence[Measure],
    *,
    progress: ProgressCallback = no_progress,
) -> Report:
    """Measure a retriever on questions, overall and by group.

    Where judgements name files (`report.pdf`, not `report.pdf#3`), files are ranked instead, by
    their best page. What `QuestionSet.missing` lists is never found, and counts as such; questions
    that were kept apart are listed in `Report.without_truth`.
    """
    judged = [item for question in questions.questions for item in question.grades]
    others = [item for item in judged if not retriever.has(item)]
    files = bool(others) and all(file_and_page(item)[1] is None for item in others)
    texts = {question.id: question.text for question in questions.questions}
    run = run_questions(retriever, texts, files=files, progress=progress)
    apart: dict[str, Mapping[str, int]] = {question.id: {} for question in questions.apart}
    return evaluate(run, {**questions.truth, **apart}, measures, groups=questions.groups)
