"""Everything in a project as records: for JSON lines and for Parquet.

What grows with the judgements is read query by query.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from trovato.annotate.event_codec import to_fields
from trovato.annotate.events import Answered, SpanMarked, Suggested
from trovato.annotate.exporters.folder import write_lines
from trovato.annotate.project import Project
from trovato.core import MissingExtraError

Records = Callable[[Project, Mapping[str, str]], Iterator[dict[str, Any]]]


def documents(project: Project, _names: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """Every document."""
    for one in project.store.documents():
        yield {"id": one.id, "title": one.title, "text": one.text}


def queries(project: Project, _names: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """Every query, as it reads now."""
    for one in project.store.current("query"):
        yield to_fields(one.event)


def pooled(project: Project, _names: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """The pooled part of every run, best first."""
    for query in project.queries():
        for one in project.store.current("pooled", query=query):
            yield to_fields(one.event)


def pool(project: Project, _names: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """The pool with what fixes its order: who reads it can tell each document's probability."""
    for query in sorted(project.queries()):
        for one in project.store.pool(query):
            yield {
                "query": one.query,
                "document": one.document,
                "place": one.place,
                "size": one.size,
                "wanted": one.wanted,
                "judged": one.judged,
            }


def judgements(project: Project, names: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """Every person's grade; −1 where they were not sure."""
    for query in project.queries():
        for one in project.judgements(query):
            yield {
                "query": one.query,
                "document": one.document,
                "judge": names[one.judge],
                "grade": -1 if one.grade is None else one.grade,
                "hard_negative": one.hard_negative,
                "reason": one.reason,
                "note": one.note,
                "suggestion": one.suggestion,
                "time": one.time,
                "event": one.event,
            }


def labels(project: Project, _names: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """The grades that count, and how each was found."""
    for query in project.queries():
        found = project.labels(query)
        for (_, document), rule in found.rules.items():
            grade = found.qrels[query][document]
            yield {"query": query, "document": document, "grade": grade, "rule": rule}


def spans(project: Project, names: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """Every mark: code points, the words, and whose it is."""
    for one in project.store.current("span"):
        if isinstance(one.event, SpanMarked):
            yield {**to_fields(one.event), "judge": names[one.actor], "event": one.id}


def answers(project: Project, names: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """Every answer, with the ids of the marks that it cites."""
    for one in project.store.current("answer"):
        if isinstance(one.event, Answered):
            told = {**to_fields(one.event), "citations": list(one.event.citations)}
            yield {**told, "judge": names[one.actor], "event": one.id}


def suggestions(project: Project, _names: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """Everything that models suggested."""
    for one in project.store.current("suggestion"):
        if isinstance(one.event, Suggested):
            yield {**to_fields(one.event), "event": one.id, "time": one.server_time}


def hard_negatives(project: Project, _names: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """For each query with some: its text, what answers it, and what only looks right."""
    for query, text in sorted(project.queries().items()):
        wrong = {one.document for one in project.judgements(query) if one.hard_negative}
        if not wrong:
            continue
        grades = project.labels(query).qrels.get(query, {})
        right = sorted(name for name, grade in grades.items() if grade >= 2)
        yield {
            "query_id": query,
            "query": text,
            "positive_ids": right,
            "negative_ids": sorted(wrong - set(right)),
        }


TABLES: dict[str, Records] = {
    "documents": documents,
    "queries": queries,
    "pooled": pooled,
    "pool": pool,
    "judgements": judgements,
    "labels": labels,
    "spans": spans,
    "answers": answers,
    "suggestions": suggestions,
    "hard_negatives": hard_negatives,
}


def write_jsonl(project: Project, folder: Path, names: Mapping[str, str]) -> None:
    """One file of JSON lines for each table."""
    for name, records in TABLES.items():
        write_lines(folder / f"{name}.jsonl", records(project, names))


def write_parquet(project: Project, folder: Path, names: Mapping[str, str]) -> None:
    """One Parquet file for each table that has rows.

    Raises
    ------
    MissingExtraError
        If pyarrow is not installed.
    """
    try:
        import pyarrow as pa
        from pyarrow import parquet
    except ImportError as error:
        raise MissingExtraError("pyarrow", "logs", "an export to Parquet") from error

    for name, records in TABLES.items():
        writer = None
        for batch in _batches(records(project, names)):
            # What a model said has no fixed form: as JSON.
            table = pa.Table.from_pylist([_flat(row) for row in batch])
            if writer is None:
                writer = parquet.ParquetWriter(folder / f"{name}.parquet", table.schema)
            writer.write_table(table.cast(writer.schema))
        if writer is not None:
            writer.close()


def _batches(records: Iterator[dict[str, Any]], size: int = 5000) -> Iterator[list[dict[str, Any]]]:
    batch = []
    for record in records:
        batch.append(record)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch


def _flat(row: dict[str, Any]) -> dict[str, Any]:
    import json

    return {
        name: json.dumps(value, ensure_ascii=False)
        if isinstance(value, dict)
        else [str(one) for one in value]
        if isinstance(value, (list, tuple))
        else value
        for name, value in row.items()
    }
