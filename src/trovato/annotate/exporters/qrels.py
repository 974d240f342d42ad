"""Judgements and runs in columns: BEIR's and TREC's files."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from trovato.annotate.exporters.folder import write_lines
from trovato.annotate.project import Project
from trovato.core import InvalidInputError

Qrels = Mapping[str, Mapping[str, int]]


def write_beir(project: Project, folder: Path, qrels: Mapping[str, Qrels]) -> None:
    """`corpus.jsonl`, `queries.jsonl` and `qrels/<split>.tsv`.

    Raises
    ------
    InvalidInputError
        If an id has a tab or the end of a line, or a space at either end.
    """
    documents = (
        {"_id": one.id, "title": one.title, "text": one.text} for one in project.store.documents()
    )
    write_lines(folder / "corpus.jsonl", documents)
    texts = project.queries()
    write_lines(
        folder / "queries.jsonl", ({"_id": query, "text": text} for query, text in texts.items())
    )
    for split, grades in qrels.items():
        rows = (f"{query}\t{document}\t{grade}" for query, document, grade in _sorted(grades))
        _check_ids(grades, r"[\t\n\r\v\f\x1c-\x1e\x85\u2028\u2029]|^\s|\s$", "a BEIR file")
        _write(folder / "qrels" / f"{split}.tsv", ["query-id\tcorpus-id\tscore", *rows])


def write_trec(project: Project, folder: Path, qrels: Mapping[str, Qrels]) -> None:
    """`qrels.<split>.txt`, `queries.tsv`, `documents.jsonl`, and pooled runs in `runs/`.

    Raises
    ------
    InvalidInputError
        If an id has white space, or a run's name is no name of a file.
    """
    documents = (
        {"id": one.id, "title": one.title, "text": one.text} for one in project.store.documents()
    )
    write_lines(folder / "documents.jsonl", documents)
    for split, grades in qrels.items():
        _check_ids(grades, r"\s", "a TREC file")
        rows = (f"{query} 0 {document} {grade}" for query, document, grade in _sorted(grades))
        _write(folder / f"qrels.{split}.txt", rows)
    texts = project.queries()
    _write(
        folder / "queries.tsv",
        (f"{query}\t{' '.join(text.split())}" for query, text in sorted(texts.items())),
    )
    for name, run in project.runs().items():
        if not re.fullmatch(r"[\w.+-]+", name):
            raise InvalidInputError(f"run {name!r} cannot name a file: pool it under a plain name")
        _check_ids(
            {query: dict.fromkeys(ranked, 0) for query, ranked in run.items()}, r"\s", "TREC"
        )
        _write(
            folder / "runs" / f"{name}.run",
            (
                f"{query} Q0 {document} {rank} {1 / rank:.6f} {name}"
                for query, ranked in sorted(run.items())
                for rank, document in enumerate(ranked, start=1)
            ),
        )


def _sorted(grades: Qrels) -> Iterator[tuple[str, str, int]]:
    for query, judged in sorted(grades.items()):
        for document, grade in sorted(judged.items()):
            yield query, document, grade


def _check_ids(grades: Qrels, wrong: str, form: str) -> None:
    for query, judged in grades.items():
        for name in (query, *judged):
            if re.search(wrong, name):
                raise InvalidInputError(
                    f"the id {name!r} cannot stand in {form}, whose columns it would break: export "
                    "as jsonl or parquet"
                )


def _write(path: Path, lines: Iterable[str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for line in lines:
            file.write(f"{line}\n")
