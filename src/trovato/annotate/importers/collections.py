"""Test collections in the forms of BEIR, of TREC, and of our own export."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from trovato.annotate.importers.imported import (
    Imported,
    ImportedAnswer,
    ImportedGrade,
    ImportedSpan,
)
from trovato.annotate.storage.store import Document
from trovato.core import InvalidInputError, PathLike
from trovato.core.system.text_lines import bad_line, json_lines, numbered_lines
from trovato.data.datasets.beir import BeirFolder
from trovato.evaluate import read_qrels, read_run

_JUDGE = "import"
_DOCUMENT = 'a JSON object with "id" and "text", both text'


def read_beir(path: Path) -> Imported:
    """A BEIR folder: all splits together."""
    folder = BeirFolder(path)
    found = Imported(_beir_documents(folder), folder.queries())
    for split in folder.splits():
        _add_grades(found, folder.grades(split))
    return found


def _beir_documents(folder: BeirFolder) -> Iterator[Document]:
    for item in folder.items():
        title = str(item.attributes.get("title", ""))
        yield Document(item.id, item.text[len(title) + 1 :] if title else item.text, title)


def read_trec(path: Path) -> Imported:
    """A folder with `documents.jsonl`, `queries.tsv`, and perhaps `qrels*.txt` and `runs/*.run`."""
    found = Imported(_documents(path / "documents.jsonl"), read_queries(path / "queries.tsv"))
    for file in sorted(path.glob("qrels*.txt")):
        if not file.name.startswith("qrels.model"):
            _add_grades(found, read_qrels(file))
    for file in sorted((path / "runs").glob("*.run")):
        found.runs[file.stem] = read_run(file)
    return found


def read_queries(path: PathLike) -> dict[str, str]:
    """The text of each query by its id: a line has both, with a tab between them.

    Raises
    ------
    UnreadableFileError
        If the file cannot be opened or is not UTF-8.
    InvalidInputError
        If a line has no tab.
    """
    queries = {}
    for number, line in numbered_lines(Path(path)):
        query, tab, text = line.partition("\t")
        if not (query and tab):
            raise bad_line(Path(path), number, "an id, a tab and a text", line)
        queries[query] = text
    return queries


def read_jsonl(path: Path) -> Imported:
    """A folder that `trovato annotate export jsonl` wrote."""
    queries = {one["query"]: one["text"] for one in _lines(path / "queries.jsonl")}
    found = Imported(_documents(path / "documents.jsonl"), queries)
    for one in _lines(path / "judgements.jsonl"):
        grade = None if one["grade"] == -1 else one["grade"]
        found.grades.append(
            ImportedGrade(
                one["query"],
                one["document"],
                one["judge"],
                grade,
                one["hard_negative"],
                one["reason"],
                one["note"],
            )
        )
    for one in _lines(path / "spans.jsonl"):
        place = (one["query"], one["document"], one["judge"], one["start"], one["quote"])
        found.spans.append(ImportedSpan(*place, one["level"], one["event"]))
    for one in _lines(path / "answers.jsonl"):
        cited = tuple(one["citations"])
        found.answers.append(ImportedAnswer(one["query"], one["judge"], one["text"], cited))
    for one in _lines(path / "pooled.jsonl"):
        found.runs.setdefault(one["run"], {})[one["query"]] = list(one["documents"])
    return found


def _add_grades(found: Imported, qrels: Mapping[str, Mapping[str, int]]) -> None:
    """Grades of 0 to 3; others are told."""
    for query, judged in qrels.items():
        for document, grade in judged.items():
            if 0 <= grade <= 3:
                found.grades.append(ImportedGrade(query, document, _JUDGE, grade))
            else:
                found.skipped.append(f"{query} {document}: grade {grade} is not one of 0 to 3")


def _documents(path: Path) -> Iterator[Document]:
    for number, one in json_lines(path, _DOCUMENT):
        name, text, title = one.get("id"), one.get("text"), one.get("title", "")
        if not (isinstance(name, str) and isinstance(text, str) and isinstance(title, str)):
            raise bad_line(path, number, _DOCUMENT, str(one))
        yield Document(name, text, title)


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    if not path.exists():
        raise InvalidInputError(f"{path.parent} lacks {path.name}: it is no whole export")
    return (one for _, one in json_lines(path, "a JSON object"))
