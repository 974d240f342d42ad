"""What a check of a collection finds."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

IssueKind = Literal["database", "words", "segment", "field", "cells", "file", "count", "leftover"]

_REMEDY: dict[IssueKind, str] = {
    "database": "restore the collection from a copy, or delete it and index again",
    "words": "`trovato repair` makes the word index anew from the pages",
    "segment": "`trovato repair` withdraws the files whose vectors it held; then index them again",
    "field": "`trovato repair`, then `Collection.add_field` encodes the items again",
    "cells": "`trovato repair` drops them, so that every search is exact; then run `trovato tune`",
    "file": "`trovato repair` withdraws it; then index it again",
    "count": "`trovato repair` counts again",
    "leftover": "harmless; `trovato repair` or the next writer deletes it",
}


@dataclass(frozen=True, slots=True)
class IntegrityIssue:
    """Something that is wrong with a collection.

    Parameters
    ----------
    part
        "database", "words" (the word index), "segment" (a file of vectors of the default field),
        "field" (vectors of another field), "cells" (in which cells vectors lie), "file" (a
        document), "count" (a number kept beside what it counts) or "leftover" (a file that nothing
        names).
    subject
        Which one.
    problem
        What is wrong with it.
    remedy
        What to do.
    """

    part: IssueKind
    subject: str
    problem: str
    remedy: str


@dataclass(slots=True)
class Inspection:
    """What `inspect` found: findings for people, and numbers for `repair`.

    Parameters
    ----------
    findings
        In the order they were found.
    segments
        Numbers of the segments that cannot stay.
    fields
        Numbers of the fields that have items to encode again.
    cells
        Numbers of the segments whose cells cannot stay.
    files
        Number of each file that cannot stay, and why.
    tokens
        The right number of tokens where it is wrong, by file and field.
    """

    findings: list[IntegrityIssue] = field(default_factory=list)
    segments: list[int] = field(default_factory=list)
    fields: set[int] = field(default_factory=set)
    cells: list[int] = field(default_factory=list)
    files: dict[int, str] = field(default_factory=dict)
    tokens: dict[tuple[int, int], int] = field(default_factory=dict)

    def add(self, part: IssueKind, subject: str, problem: str) -> None:
        """Note a finding."""
        self.findings.append(IntegrityIssue(part, subject, problem, _REMEDY[part]))

    def has(self, part: IssueKind) -> bool:
        """Whether something is wrong with that part."""
        return any(finding.part == part for finding in self.findings)
