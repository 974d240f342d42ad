"""What was read from elsewhere, before it is in a project."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from trovato.annotate.storage.store import Document


@dataclass(frozen=True, slots=True)
class ImportedGrade:
    """Someone's grade; None where they were not sure."""

    query: str
    document: str
    judge: str
    grade: int | None
    hard_negative: bool = False
    reason: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class ImportedSpan:
    """Someone's mark, as its quote says and near to where it was; `id` is its name there."""

    query: str
    document: str
    judge: str
    start: int
    quote: str
    level: str = "evidence"
    id: str = ""


@dataclass(frozen=True, slots=True)
class ImportedAnswer:
    """Someone's answer, with the ids of the spans that it cites."""

    query: str
    judge: str
    text: str
    citations: tuple[str, ...] = ()


@dataclass
class Imported:
    """A test collection from elsewhere.

    Parameters
    ----------
    documents
        Read when they are stored, one at a time.
    skipped
        What could not be taken, and why: one line for each.
    """

    documents: Iterable[Document] = ()
    queries: dict[str, str] = field(default_factory=dict)
    grades: list[ImportedGrade] = field(default_factory=list)
    spans: list[ImportedSpan] = field(default_factory=list)
    answers: list[ImportedAnswer] = field(default_factory=list)
    runs: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    skipped: list[str] = field(default_factory=list)
