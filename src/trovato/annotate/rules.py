"""What an event must keep to before it is stored."""

from __future__ import annotations

from trovato.annotate.events import (
    Adjudicated,
    Answered,
    Event,
    Judged,
    Pooled,
    QuerySet,
    Slot,
    SpanMarked,
    SpanRemoved,
    Suggested,
    SuggestionDecided,
    Undone,
)
from trovato.annotate.roles import Role, check_role
from trovato.annotate.spans import span_at
from trovato.annotate.storage.store import EventStore, Look, StoredEvent
from trovato.core import ConflictError, InvalidInputError, NotAllowedError, NotFoundError

# What people take back; a member, a setting or a pool is set anew instead.
_UNDOABLE = (Judged, SpanMarked, SpanRemoved, Answered, Adjudicated, SuggestionDecided)


def role_of(store: EventStore, name: str) -> Role | None:
    """Someone's role; None where they are no member."""
    slot = Slot("member", key=name)
    return role_in(store.look([slot]), name)


def role_in(seen: Look, name: str) -> Role | None:
    """Someone's role, where their slot was looked at."""
    found = seen.standing.get(Slot("member", key=name))
    return getattr(found.event, "role", None) if found else None


def look_before(store: EventStore, actor: str, event: Event, event_id: str, now: float) -> Look:
    """What `check` needs to see of a store, and the event of that id."""
    document = "" if isinstance(event, Pooled) else getattr(event, "document", "")
    judge = (actor, event.query, now) if isinstance(event, Judged) else None
    return store.look(_slots_of(actor, event), event_id, document=document, judge=judge)


def _slots_of(actor: str, event: Event) -> tuple[Slot, Slot, Slot]:
    """Who acts, what the event would take the place of, and its query."""
    query = Slot("query", getattr(event, "query", ""))
    return Slot("member", key=actor), event.slot(actor, ""), query


def check(store: EventStore, seen: Look, actor: str, event: Event, base: int | None) -> None:
    """Refuse an event that may not be stored; inside the transaction that would store it.

    Parameters
    ----------
    seen
        By `look_before`.
    base
        The `seq` of what the sender saw in the slot, 0 for an empty one; None where they do not
        care.

    Raises
    ------
    NotAllowedError
        If the actor's role does not allow it, or it is about what another person owns.
    ConflictError
        If someone changed the slot meanwhile, or the document has all the grades that are wanted.
    NotFoundError
        If it names something that is not there.
    InvalidInputError
        If a span's quote is not what stands there.
    """
    _, own, query = _slots_of(actor, event)
    standing = seen.standing
    check_role(actor, role_in(seen, actor), event.needs)
    stands = standing[own].seq if own in standing else 0
    if base is not None and stands != base:
        raise ConflictError(
            f"this was changed meanwhile: it was written over version {base}, and version {stands} "
            "stands now; look at both and send it again over that"
        )
    # A drafted query is about a document alone.
    asks = isinstance(event, (Judged, SpanMarked, Adjudicated, Pooled, Answered, Suggested))
    if asks and query not in standing and not (isinstance(event, Suggested) and not query.query):
        raise NotFoundError(f"there is no query {query.query!r}: add it first")
    _check_documents(store, seen, event)
    if isinstance(event, QuerySet) and not event.query:
        raise InvalidInputError("a query needs an id, got an empty one")
    # A first grade needs a place; a change of one's own never does.
    if isinstance(event, Judged) and own not in standing and event.grade is not None:
        _check_place(seen, event)
    if isinstance(event, SpanMarked) and seen.document is not None:
        there = span_at(seen.document.text, event.start, event.end).quote
        if there != event.quote:
            raise InvalidInputError(
                f"{event.document!r} has {there!r} at {event.start}-{event.end}, not "
                f"{event.quote!r}: count code points"
            )
    if isinstance(event, SpanRemoved):
        _check_own(store, actor, event.span, SpanMarked)
    if isinstance(event, Answered):
        for citation in event.citations:
            _check_own(store, actor, citation, SpanMarked)
    if isinstance(event, SuggestionDecided):
        found = store.find(event.suggestion)
        if found is None or not isinstance(found.event, Suggested):
            raise NotFoundError(f"there is no suggestion {event.suggestion!r}")
    if isinstance(event, Undone):
        target = _check_own(store, actor, event.event, _UNDOABLE)
        if store.is_undone(target.seq):
            raise ConflictError(f"event {event.event!r} was undone before")


def _check_documents(store: EventStore, seen: Look, event: Event) -> None:
    missing: list[str] = []
    if isinstance(event, Pooled):
        if len(set(event.documents)) < len(event.documents):
            raise InvalidInputError(f"run {event.run!r} has a document of {event.query!r} twice")
        missing = store.missing(event.documents)
    elif isinstance(event, (Judged, SpanMarked, Adjudicated, Suggested)) and not seen.document:
        missing = [event.document]
    if missing:
        raise NotFoundError(f"there is no document {missing[0]!r}: add it first")


def _check_place(seen: Look, event: Judged) -> None:
    if seen.room is not None and seen.room < 1:
        raise ConflictError(
            f"{event.document!r} has, or is about to get, all the grades that are wanted for "
            f"{event.query!r}: take the next one"
        )


def _check_own(
    store: EventStore, actor: str, event_id: str, kinds: type | tuple[type, ...]
) -> StoredEvent:
    found = store.find(event_id)
    if found is None or not isinstance(found.event, kinds):
        raise NotFoundError(f"there is no event {event_id!r} of that kind")
    if found.actor != actor:
        raise NotAllowedError(f"event {event_id!r} is {found.actor!r}'s, not {actor!r}'s")
    return found
