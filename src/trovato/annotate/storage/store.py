"""What a project needs of the place where its events are kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from trovato.annotate.events import Event, Slot
from trovato.core import PathLike


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """An event and how it came.

    Parameters
    ----------
    seq
        Its place in the log; rising, never used twice.
    id
        Chosen by who sent it, so that sending it again adds nothing.
    actor
        Whose event it is.
    event
        What happened.
    client_time, server_time
        Seconds since 1970: when it was made, and when it was stored.
    hash
        SHA-256 over this event and the hash before it.
    """

    seq: int
    id: str
    actor: str
    event: Event
    client_time: float
    server_time: float
    hash: str


@dataclass(frozen=True, slots=True)
class Document:
    """A text to be judged; it never changes."""

    id: str
    text: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class PoolItem:
    """A document in the pool of a query.

    Parameters
    ----------
    place
        A number in (0, 1) that is drawn once for this query and document.
    size
        How much its grade matters.
    priority
        `place / size`: the pool is judged by rising priority.
    wanted, judged
        How many people should grade it, and how many have.
    """

    query: str
    document: str
    place: float
    size: float
    priority: float
    wanted: int
    judged: int


@dataclass(frozen=True, slots=True)
class Look:
    """What a store held at one moment.

    Parameters
    ----------
    standing
        The events that stand in the slots that were asked for; empty slots are left out.
    event
        The event with the id that was asked for.
    document
        The document that was asked for.
    room
        How many more grades are wanted of it, beside those that others are about to give; None
        where it is not pooled, or nobody asked.
    """

    standing: dict[Slot, StoredEvent]
    event: StoredEvent | None = None
    document: Document | None = None
    room: int | None = None


@runtime_checkable
class EventStore(Protocol):
    """An append-only log of events with the state that follows from it.

    Laws (`trovato.testing.check_event_store`): what a transaction added is there after a kill at
    any moment once it has ended, and nothing of it is before; replaying the events rebuilds the
    state; an id is stored once.
    """

    def transaction(self) -> AbstractContextManager[None]:
        """What is written inside is stored as a whole when the block ends, or not at all.

        Nobody else writes meanwhile. One inside another is part of it.
        """

    def add(self, event_id: str, actor: str, event: Event, client_time: float) -> StoredEvent:
        """Add an event, and bring the state up to it; inside a transaction."""

    def find(self, event_id: str) -> StoredEvent | None:
        """The event with that id."""

    def events(self, after: int = 0) -> Iterator[StoredEvent]:
        """All events with a `seq` above `after`, in order."""

    def current(
        self, kind: str, *, query: str = "", document: str = "", owner: str = "", key: str = ""
    ) -> list[StoredEvent]:
        """The events that stand in the slots of a kind, by rising `seq`; empty parts match all."""

    def look(
        self,
        slots: Sequence[Slot],
        event_id: str = "",
        *,
        document: str = "",
        like: Slot | None = None,
        judge: tuple[str, str, float] | None = None,
    ) -> Look:
        """What would else take `current`, `find` and `document`, each for itself.

        Parameters
        ----------
        slots
            All of whose parts count.
        event_id
            Of an event.
        document
            Its id.
        like
            A slot without a key: those that differ from it by a key alone are looked at as well.
        judge
            Who would grade the document, for which query, and when in seconds since 1970: gives
            the room that is left for it.
        """

    def is_undone(self, seq: int) -> bool:
        """Whether the event was taken back."""

    def pool(self, query: str = "") -> Iterator[PoolItem]:
        """The pool, or that of one query, by query and document."""

    def open_items(self) -> int:
        """How many documents of the pool still want someone's grade."""

    def lease(self, actor: str, now: float, until: float, count: int = 1) -> list[tuple[str, str]]:
        """The next queries and documents for someone, kept for them; inside a transaction.

        Fewer where no more is left that they may judge.
        """

    def release(self, actor: str, query: str, document: str) -> None:
        """Give a lease back; inside a transaction."""

    def add_documents(self, documents: Iterable[Document]) -> int:
        """Add those that are new, and say how many; inside a transaction."""

    def missing(self, document_ids: Iterable[str]) -> list[str]:
        """Those for which there is no document."""

    def document(self, document_id: str) -> Document | None:
        """The document with that id."""

    def documents(self) -> Iterator[Document]:
        """All documents, in the order in which they came."""

    def count_documents(self) -> int:
        """How many documents there are."""

    def search(self, words: str, k: int) -> list[str]:
        """Ids of the `k` documents that meet the words best."""

    def secret(self) -> str:
        """What addresses of this project are signed with."""

    def problems(self) -> list[str]:
        """What contradicts itself: the log, its hashes, and the state that it should give."""

    def backup(self, path: PathLike) -> None:
        """Write a whole copy, while others go on writing."""

    def close(self) -> None:
        """Let go of it."""
