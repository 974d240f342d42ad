"""TREC's run and qrels files: rankings and judgements in columns."""

from __future__ import annotations

import math
from pathlib import Path

from trovato.core import PathLike
from trovato.core.system.text_lines import bad_line, numbered_lines

_RUN = "6 columns: query, Q0, document, rank, score (a number), tag"
_QRELS = "4 columns: query, iteration, document, grade (a whole number)"


def read_run(path: PathLike) -> dict[str, list[str]]:
    """Document ids from best to worst, by query id.

    Documents are ordered by falling score, ties by rising id; the rank column is not used (as in
    trec_eval, which breaks ties by falling id).

    Raises
    ------
    UnreadableFileError
        If the file cannot be opened or is not UTF-8.
    InvalidInputError
        If a line lacks a column, has a score that is not a finite number, or repeats a document of
        the same query.
    """
    path = Path(path)
    scores: dict[str, dict[str, float]] = {}
    for number, line in numbered_lines(path):
        columns = line.split()
        if len(columns) != 6:
            raise bad_line(path, number, _RUN, line)
        query, _, document, _, score, _ = columns
        found = scores.setdefault(query, {})
        if document in found:
            raise bad_line(path, number, f"each document once per query ({query})", document)
        try:
            found[document] = float(score)
        except ValueError as error:
            raise bad_line(path, number, _RUN, line) from error
        if not math.isfinite(found[document]):
            raise bad_line(path, number, "a finite score", score)
    return {
        query: sorted(found, key=lambda document: (-found[document], document))
        for query, found in scores.items()
    }


def read_qrels(path: PathLike) -> dict[str, dict[str, int]]:
    """Grade by document id, by query id.

    Raises
    ------
    UnreadableFileError
        If the file cannot be opened or is not UTF-8.
    InvalidInputError
        If a line lacks a column, has a grade that is not a whole number, or judges a document of
        the same query twice.
    """
    path = Path(path)
    grades: dict[str, dict[str, int]] = {}
    for number, line in numbered_lines(path):
        columns = line.split()
        if len(columns) != 4:
            raise bad_line(path, number, _QRELS, line)
        query, _, document, grade = columns
        judged = grades.setdefault(query, {})
        if document in judged:
            raise bad_line(path, number, f"each document once per query ({query})", document)
        try:
            judged[document] = int(grade)
        except ValueError as error:
            raise bad_line(path, number, _QRELS, line) from error
    return grades
