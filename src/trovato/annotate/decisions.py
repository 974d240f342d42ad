"""What people make of models' suggestions: taken, changed, or turned down, and never in silence."""

from __future__ import annotations

from collections.abc import Iterator

from trovato.annotate.cited_text import read_citations
from trovato.annotate.events import (
    Answered,
    Decision,
    Event,
    Judged,
    QuerySet,
    Slot,
    SpanMarked,
    Suggested,
    SuggestionDecided,
)
from trovato.annotate.project import Project
from trovato.annotate.roles import check_role, includes
from trovato.core import InvalidInputError, NotFoundError


def edit_distance(before: str, after: str) -> int:
    """Characters inserted, deleted and replaced from one text to another (Levenshtein 1966).

    Examples
    --------
    >>> edit_distance("When did it open?", "When did the harbour open?")
    11
    """
    while before and after and before[0] == after[0]:
        before, after = before[1:], after[1:]
    while before and after and before[-1] == after[-1]:
        before, after = before[:-1], after[:-1]
    row = list(range(len(after) + 1))
    for place, letter in enumerate(before, start=1):
        corner, row[0] = row[0], place
        for at, other in enumerate(after, start=1):
            changed = corner + (letter != other)
            corner = row[at]
            row[at] = min(row[at] + 1, row[at - 1] + 1, changed)
    return row[-1]


def open_suggestions(project: Project, actor: str) -> Iterator[tuple[str, Suggested]]:
    """Suggestions that someone may see and has not decided on, by event id, the oldest first.

    Drafts of queries are for managers. Of a document one sees what models say once one's own grade
    is stored, where the project is blind; of an answer the drafts that rest on one's own marks.

    Raises
    ------
    NotAllowedError
        If they may not judge.
    """
    role = project.role(actor)
    check_role(actor, role, "annotator")
    manages = role is not None and includes(role, "manager")
    store, blind = project.store, project.settings().blind
    decided = {
        one.event.suggestion
        for one in store.current("decision", owner=actor)
        if isinstance(one.event, SuggestionDecided)
    }
    graded = {
        (one.event.query, one.event.document)
        for one in store.current("judgement", owner=actor)
        if isinstance(one.event, Judged)
    }
    marked = {one.id for one in store.current("span", owner=actor)}
    for one in store.current("suggestion"):
        said = one.event
        if not isinstance(said, Suggested) or one.id in decided:
            continue
        if said.task == "query":
            seen = manages
        elif said.task == "answer":
            seen = set(said.output["citations"]) <= marked
        else:
            seen = not blind or (said.query, said.document) in graded
        if seen:
            yield one.id, said


def decide(
    project: Project, actor: str, suggestion: str, *, text: str | None = None, query: str = ""
) -> Decision:
    """Take a suggestion, or a text that was made of it, and keep that it was decided.

    Parameters
    ----------
    suggestion
        Id of its event.
    text
        What is taken in its place: the query or the answer, with its citations in brackets; None
        as it was suggested.
    query
        Id of the query that a drafted one becomes.

    Returns
    -------
    "accepted", or "edited" where the text is another one.

    Raises
    ------
    NotAllowedError, ConflictError
        As of `Project.record`.
    NotFoundError
        If there is no such suggestion that one may see, or it was decided before.
    InvalidInputError
        If the id of a query is missing or known, or a text is empty.
    """
    said = _open(project, actor, suggestion)
    drafted = str(said.output.get("text", ""))
    taken = drafted if text is None else text.strip()
    decision: Decision = "accepted" if taken == drafted else "edited"
    if said.task in ("query", "answer") and not taken:
        raise InvalidInputError("a text is wanted, got an empty one: turn the draft down instead")
    with project.store.transaction():
        for event in _events(project, actor, suggestion, said, taken, query):
            project.record(actor, event)
        decided = SuggestionDecided(suggestion, decision, edit_distance(drafted, taken))
        project.record(actor, decided)
    return decision


def turn_down(project: Project, actor: str, suggestion: str) -> None:
    """Keep that a suggestion was not wanted.

    Raises
    ------
    NotFoundError
        As of `decide`.
    """
    _open(project, actor, suggestion)
    project.record(actor, SuggestionDecided(suggestion, "rejected"))


def _open(project: Project, actor: str, suggestion: str) -> Suggested:
    found = dict(open_suggestions(project, actor)).get(suggestion)
    if found is None:
        raise NotFoundError(
            f"there is no suggestion {suggestion[:40]!r} that {actor!r} may see and has not decided"
        )
    return found


def _events(
    project: Project, actor: str, suggestion: str, said: Suggested, text: str, query: str
) -> list[Event]:
    """What a suggestion becomes."""
    if said.task == "query":
        if not query or query in project.queries():
            raise InvalidInputError(f"a new query wants an id of its own, got {query!r}")
        return [QuerySet(query, text, origin="model")]
    if said.task == "answer":
        cited = read_citations(text, said.output["citations"])
        return [Answered(said.query, cited.text, cited.citations, suggestion)]
    if said.task == "evidence":
        return [
            SpanMarked(said.query, said.document, start, end, quote)
            for start, end, quote in said.output["spans"]
        ]
    own = Slot("judgement", said.query, said.document, actor)
    stands = project.store.look([own]).standing.get(own)
    before = stands.event if stands else None
    if said.task == "grade":
        return [Judged(said.query, said.document, said.output["grade"], suggestion=suggestion)]
    grade = before.grade if isinstance(before, Judged) else 0
    reason = said.output["reason"]
    return [Judged(said.query, said.document, grade, True, reason, suggestion=suggestion)]
