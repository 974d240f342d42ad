"""What can happen in a project: typed events, which are only ever added.

Each event fills a *slot*: someone's judgement of a document, the text of a query, a span. The
state is, for each slot, the last event that was not undone; nothing is stored that does not follow
from events.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

from trovato.annotate.roles import ROLES, Role
from trovato.core import InvalidInputError

GRADES = (0, 1, 2, 3)
Origin = Literal["human", "model", "import"]
Decision = Literal["accepted", "edited", "rejected"]
Task = Literal["grade", "evidence", "query", "answer", "hard_negative"]


@dataclass(frozen=True, slots=True)
class Slot:
    """What an event is about; a later event with the same slot takes its place.

    Parameters
    ----------
    kind
        Such as "judgement".
    query, document
        Their ids, empty where there is none.
    owner
        Whose it is; empty for what all share.
    key
        Tells apart what the other parts do not, such as two spans.
    """

    kind: str
    query: str = ""
    document: str = ""
    owner: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class QuerySet:
    """A query is added, or its text changed."""

    kind: ClassVar[str] = "query"
    needs: ClassVar[Role] = "manager"
    query: str
    text: str
    narrative: str = ""
    origin: Origin = "human"

    def slot(self, _actor: str, _id: str) -> Slot:
        """The query's own."""
        return Slot("query", self.query)


@dataclass(frozen=True, slots=True)
class Pooled:
    """A run's best documents join the pool of a query.

    Parameters
    ----------
    query
        Its id.
    run
        Name of the run.
    documents
        Ids from best to worst.
    """

    kind: ClassVar[str] = "pooled"
    needs: ClassVar[Role] = "manager"
    query: str
    run: str
    documents: tuple[str, ...]

    def slot(self, _actor: str, _id: str) -> Slot:
        """One for each query and run."""
        return Slot("pooled", self.query, key=self.run)


@dataclass(frozen=True, slots=True)
class MemberSet:
    """Someone gets a role."""

    kind: ClassVar[str] = "member"
    needs: ClassVar[Role] = "owner"
    name: str
    role: Role

    def __post_init__(self) -> None:
        if self.role not in ROLES:
            raise InvalidInputError(f"a role is one of {', '.join(ROLES)}, got {self.role!r}")
        if not self.name or not self.name.isprintable():
            raise InvalidInputError(f"a member's name is printable text, got {self.name!r}")

    def slot(self, _actor: str, _id: str) -> Slot:
        """The member's own."""
        return Slot("member", key=self.name)


@dataclass(frozen=True, slots=True)
class SettingsSet:
    """How the project is judged.

    Parameters
    ----------
    guideline
        Text that annotators see beside the document.
    grade_labels
        What each grade means, from 0 on.
    blind
        Other people's grades and models' suggestions are shown only after one's own grade.
    overlap
        Share of the pool that two people judge.
    lease_s
        Seconds for which a document is kept for whoever opened it.
    order
        "random" judges a random part of the pool first, "active" what matters most for the
        differences between runs.
    depth
        Cutoff of nDCG that "active" is about.
    seed
        Of the order.
    """

    kind: ClassVar[str] = "settings"
    needs: ClassVar[Role] = "manager"
    guideline: str = ""
    grade_labels: tuple[str, ...] = ("not relevant", "related", "partly answers", "answers")
    blind: bool = True
    overlap: float = 0.15
    lease_s: float = 1800.0
    order: Literal["random", "active"] = "active"
    depth: int = 10
    seed: int = 0

    def __post_init__(self) -> None:
        if not 0 <= self.overlap <= 1:
            raise InvalidInputError(f"overlap is a share between 0 and 1, got {self.overlap}")
        if not 0 < self.lease_s < math.inf:
            raise InvalidInputError(f"a lease lasts some seconds, got {self.lease_s}")
        if self.depth < 1 or self.seed < 0:
            raise InvalidInputError(
                f"depth is at least 1 and seed at least 0, got {self.depth} and {self.seed}"
            )
        if len(self.grade_labels) != len(GRADES):
            raise InvalidInputError(
                f"there are {len(GRADES)} grades, got {len(self.grade_labels)} labels"
            )

    def slot(self, _actor: str, _id: str) -> Slot:
        """The project's."""
        return Slot("settings")


@dataclass(frozen=True, slots=True)
class Judged:
    """Someone grades a document for a query.

    Parameters
    ----------
    query, document
        Their ids.
    grade
        0 to 3; None where they are not sure, which leaves the document to someone else.
    hard_negative
        It looks right and is wrong.
    reason
        Why: "stale", "wrong entity", "partial", "contradicts", or any other word.
    note
        For colleagues.
    suggestion
        Id of the model's grade that was seen before, if one was.
    """

    kind: ClassVar[str] = "judged"
    needs: ClassVar[Role] = "annotator"
    query: str
    document: str
    grade: int | None
    hard_negative: bool = False
    reason: str = ""
    note: str = ""
    suggestion: str = ""

    def __post_init__(self) -> None:
        _check_grade(self.grade)
        if self.hard_negative and (self.grade or 0) > 1:
            raise InvalidInputError(f"a hard negative has grade 0 or 1, got {self.grade}")

    def slot(self, actor: str, _id: str) -> Slot:
        """One for each person and document."""
        return Slot("judgement", self.query, self.document, actor)


@dataclass(frozen=True, slots=True)
class SpanMarked:
    """Someone marks words of a document as evidence; see `trovato.annotate.spans`."""

    kind: ClassVar[str] = "span"
    needs: ClassVar[Role] = "annotator"
    query: str
    document: str
    start: int
    end: int
    quote: str
    level: str = "evidence"

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end or len(self.quote) != self.end - self.start:
            raise InvalidInputError(
                f"a span is at least one character, and its quote as long as it is; got "
                f"{self.start}-{self.end} with {len(self.quote)} characters"
            )

    def slot(self, actor: str, event_id: str) -> Slot:
        """Each span its own."""
        return Slot("span", self.query, self.document, actor, event_id)


@dataclass(frozen=True, slots=True)
class SpanRemoved:
    """Someone takes their mark away."""

    kind: ClassVar[str] = "span removed"
    needs: ClassVar[Role] = "annotator"
    query: str
    document: str
    span: str

    def slot(self, actor: str, _id: str) -> Slot:
        """That of the span."""
        return Slot("span", self.query, self.document, actor, self.span)


@dataclass(frozen=True, slots=True)
class Answered:
    """Someone writes the answer to a query, from spans, which are named by their event ids."""

    kind: ClassVar[str] = "answered"
    needs: ClassVar[Role] = "annotator"
    query: str
    text: str
    citations: tuple[str, ...] = ()
    suggestion: str = ""

    def slot(self, actor: str, _id: str) -> Slot:
        """One for each person and query."""
        return Slot("answer", self.query, owner=actor)


@dataclass(frozen=True, slots=True)
class Adjudicated:
    """An adjudicator settles the grade of a document that people disagree on."""

    kind: ClassVar[str] = "adjudicated"
    needs: ClassVar[Role] = "adjudicator"
    query: str
    document: str
    grade: int
    note: str = ""

    def __post_init__(self) -> None:
        _check_grade(self.grade)

    def slot(self, _actor: str, _id: str) -> Slot:
        """One for each document of a query."""
        return Slot("adjudication", self.query, self.document)


@dataclass(frozen=True, slots=True)
class Suggested:
    """A model suggests something; it is nobody's judgement, and never changes.

    Parameters
    ----------
    task
        What the model was asked for.
    query, document
        About what.
    model
        Its fingerprint.
    prompt_hash
        SHA-256 of the prompt.
    output
        What it said, read: such as grade and probabilities, spans, or text.
    raw
        What it said, word for word.
    """

    kind: ClassVar[str] = "suggested"
    needs: ClassVar[Role] = "manager"
    task: Task
    query: str
    document: str
    model: str
    prompt_hash: str
    output: Mapping[str, Any] = field(default_factory=dict)
    raw: str = ""

    def slot(self, _actor: str, event_id: str) -> Slot:
        """Each suggestion its own."""
        return Slot("suggestion", self.query, self.document, key=event_id)


@dataclass(frozen=True, slots=True)
class SuggestionDecided:
    """Someone takes a suggestion, changes it, or turns it down.

    `edit_distance` counts the characters inserted, deleted and replaced.
    """

    kind: ClassVar[str] = "decided"
    needs: ClassVar[Role] = "annotator"
    suggestion: str
    decision: Decision
    edit_distance: int = 0

    def slot(self, actor: str, _id: str) -> Slot:
        """One for each person and suggestion."""
        return Slot("decision", owner=actor, key=self.suggestion)


@dataclass(frozen=True, slots=True)
class Undone:
    """Someone takes back an event of their own; what stood before it stands again."""

    kind: ClassVar[str] = "undone"
    needs: ClassVar[Role] = "annotator"
    event: str

    def slot(self, _actor: str, event_id: str) -> Slot:
        """None that anything else has."""
        return Slot("undone", key=event_id)


Event = (
    QuerySet
    | Pooled
    | MemberSet
    | SettingsSet
    | Judged
    | SpanMarked
    | SpanRemoved
    | Answered
    | Adjudicated
    | Suggested
    | SuggestionDecided
    | Undone
)


def _check_grade(grade: int | None) -> None:
    if grade is not None and grade not in GRADES:
        raise InvalidInputError(f"a grade is one of {GRADES}, got {grade!r}")
