"""Put what was read from elsewhere into a project."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from trovato.annotate.events import Answered, Event, Judged, SpanMarked
from trovato.annotate.importers.collections import read_beir, read_jsonl, read_trec
from trovato.annotate.importers.imported import Imported, ImportedSpan
from trovato.annotate.importers.tools import read_aiano, read_argilla, read_label_studio
from trovato.annotate.project import Project
from trovato.annotate.spans import find_quote
from trovato.core import InvalidInputError, PathLike, ProgressCallback, TrovatoError, no_progress

ImportSource = Literal["beir", "trec", "jsonl", "label-studio", "argilla", "aiano"]
SOURCES: tuple[ImportSource, ...] = get_args(ImportSource)
_READERS: dict[ImportSource, Callable[[Path], Imported]] = {
    "beir": read_beir,
    "trec": read_trec,
    "jsonl": read_jsonl,
    "label-studio": read_label_studio,
    "argilla": read_argilla,
    "aiano": read_aiano,
}


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What was taken, and what was not and why."""

    documents: int
    queries: int
    judgements: int
    spans: int
    answers: int
    runs: int
    skipped: tuple[str, ...]


def read_source(source: ImportSource, path: PathLike) -> Imported:
    """Read a test collection or another tool's project.

    Raises
    ------
    InvalidInputError
        If there is no such source, or a line cannot be used.
    UnreadableFileError
        If a file cannot be opened or read.
    """
    if source not in SOURCES:
        raise InvalidInputError(f"a source is one of {', '.join(SOURCES)}, got {source!r}")
    return _READERS[source](Path(path))


def load(
    project: Project,
    imported: Imported,
    actor: str,
    *,
    depth: int = 20,
    progress: ProgressCallback = no_progress,
) -> ImportReport:
    """Add everything to a project; whoever judged there becomes an annotator.

    What one row has wrong costs that row alone, and is told.

    Parameters
    ----------
    actor
        Owns the project.
    depth
        Of the pool, from each run.
    """
    skipped = list(imported.skipped)
    documents = project.add_documents(imported.documents, progress)
    queries = project.add_queries(imported.queries, actor)
    with project.store.transaction():
        for name in sorted(_judges(imported) - project.members().keys()):
            project.add_member(name, "annotator", actor)
        judgements, spans, answers = _add_events(project, imported, skipped)
    # Last, so that no grade finds its place taken.
    for name, run in imported.runs.items():
        project.add_run(run, name, actor, depth=depth)
    return ImportReport(
        documents, queries, judgements, spans, answers, len(imported.runs), tuple(skipped)
    )


def _judges(imported: Imported) -> set[str]:
    return (
        {one.judge for one in imported.grades}
        | {one.judge for one in imported.spans}
        | {one.judge for one in imported.answers}
    )


def _add_events(project: Project, imported: Imported, skipped: list[str]) -> tuple[int, int, int]:
    """How many grades, spans and answers were taken."""

    def record(judge: str, event: Event, what: str) -> str:
        try:
            return project.record(judge, event).id
        except TrovatoError as error:
            skipped.append(f"{what}: {error}")
            return ""

    judgements = spans = answers = 0
    names: dict[str, str] = {}
    for one in imported.grades:
        details = (one.grade, one.hard_negative, one.reason, one.note)
        event = Judged(one.query, one.document, *details)
        judgements += bool(record(one.judge, event, f"{one.query} {one.document}"))
    for span in imported.spans:
        marked = _anchored(project, span)
        if marked is None:
            skipped.append(f"{span.query} {span.document}: {span.quote!r} does not stand there")
        elif made := record(span.judge, marked, f"{span.query} {span.document}"):
            names[span.id] = made
            spans += 1
    for answer in imported.answers:
        cited = tuple(names[name] for name in answer.citations if name in names)
        said = Answered(answer.query, answer.text, cited)
        answers += bool(record(answer.judge, said, answer.query))
    return judgements, spans, answers


def _anchored(project: Project, span: ImportedSpan) -> SpanMarked | None:
    document = project.store.document(span.document)
    if document is None or not span.quote:
        return None
    start, end = span.start, span.start + len(span.quote)
    if document.text[start:end] != span.quote:
        found = find_quote(document.text, span.quote)
        if found is None:
            return None
        start, end = found.start, found.end
    return SpanMarked(span.query, span.document, start, end, span.quote, span.level)
