"""What someone judges next, and nothing that would sway them."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from trovato.annotate.events import (
    Answered,
    Judged,
    QuerySet,
    SettingsSet,
    Slot,
    SpanMarked,
    Suggested,
)
from trovato.annotate.project import Project
from trovato.annotate.roles import check_role, includes
from trovato.annotate.rules import role_in
from trovato.annotate.storage.store import Document
from trovato.core import InvalidInputError, NotFoundError


@dataclass(frozen=True, slots=True)
class Assignment:
    """A document to be judged for a query, as the person who judges may see it.

    Parameters
    ----------
    query, text, narrative
        The query; `query_version` is the `seq` of its text.
    document
        Whose ranks, runs and other people's grades are not here.
    own
        One's own grade, if there is one.
    spans
        One's own marks in this document, by event id.
    answer
        One's own answer to the query.
    """

    query: str
    text: str
    narrative: str
    query_version: int
    document: Document
    own: Judged | None = None
    spans: dict[str, SpanMarked] = field(default_factory=dict)
    answer: Answered | None = None


def next_assignment(project: Project, actor: str, *, now: float | None = None) -> Assignment | None:
    """What someone judges next; it is kept for them until their lease ends.

    Whoever asks again gets the same, until they have judged it.

    Parameters
    ----------
    actor
        At least an annotator.
    now
        Seconds since 1970; by default the clock.

    Returns
    -------
    None where nothing is left for them.

    Raises
    ------
    NotAllowedError
        If they may not judge.
    """
    return next(iter(next_assignments(project, actor, 1, now=now)), None)


def next_assignments(
    project: Project, actor: str, count: int, *, now: float | None = None
) -> list[Assignment]:
    """The next few, as of `next_assignment`: enough to go on while the line is down.

    Raises
    ------
    NotAllowedError
        If they may not judge.
    InvalidInputError
        If `count` is below 1.
    """
    if count < 1:
        raise InvalidInputError(f"count must be at least 1, got {count}")
    now, settings = time.time() if now is None else now, Slot("settings")
    seen = project.store.look([Slot("member", key=actor), settings])
    check_role(actor, role_in(seen, actor), "annotator")
    said = seen.standing[settings].event
    assert isinstance(said, SettingsSet)  # noqa: S101 (only those fill that slot)
    with project.store.transaction():
        found = project.store.lease(actor, now, now + said.lease_s, count)
    return [assignment(project, actor, *one) for one in found]


def assignment(project: Project, actor: str, query: str, document: str) -> Assignment:
    """A query and a document with what someone has said about them.

    Raises
    ------
    NotFoundError
        If there is no such query or document.
    """
    asked, own, answer = (
        Slot("query", query),
        Slot("judgement", query, document, actor),
        Slot("answer", query, owner=actor),
    )
    marks = Slot("span", query, document, actor)
    seen = project.store.look([asked, own, answer], document=document, like=marks)
    standing = seen.standing
    if asked not in standing or seen.document is None:
        raise NotFoundError(f"there is no query {query!r} with a document {document!r}")
    text, judged, answered = (
        standing[slot].event if slot in standing else None for slot in (asked, own, answer)
    )
    assert isinstance(text, QuerySet)  # noqa: S101 (only those fill that slot)
    return Assignment(
        query,
        text.text,
        text.narrative,
        standing[asked].seq,
        seen.document,
        judged if isinstance(judged, Judged) else None,
        {
            one.id: one.event
            for one in sorted(standing.values(), key=lambda one: one.seq)
            if isinstance(one.event, SpanMarked)
        },
        answered if isinstance(answered, Answered) else None,
    )


def visible_suggestions(
    project: Project, actor: str, query: str, document: str
) -> dict[str, Suggested]:
    """What models suggest about a document, by event id.

    Where the project is blind, a person who judges sees none before their own grade is stored.
    """
    role = project.role(actor)
    check_role(actor, role, "annotator")
    oversees = role is not None and includes(role, "adjudicator")
    store = project.store
    graded = store.current("judgement", query=query, document=document, owner=actor)
    if (
        project.settings().blind
        and not graded
        and not (oversees and _is_settled(project, query, document))
    ):
        return {}
    found = store.current("suggestion", query=query, document=document)
    return {one.id: one.event for one in found if isinstance(one.event, Suggested)}


def _is_settled(project: Project, query: str, document: str) -> bool:
    """Whether all the grades that were wanted are there."""
    return any(
        item.document == document and item.judged >= item.wanted
        for item in project.store.pool(query)
    )
