"""A project: a test collection while people and models make it."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence

from trovato.annotate.events import (
    Adjudicated,
    Event,
    Judged,
    MemberSet,
    Pooled,
    QuerySet,
    SettingsSet,
    SpanMarked,
    Undone,
)
from trovato.annotate.labels import Judgement, Labels, final_labels
from trovato.annotate.roles import Role
from trovato.annotate.rules import check, look_before, role_of
from trovato.annotate.storage.place import open_store
from trovato.annotate.storage.store import Document, EventStore, StoredEvent
from trovato.core import (
    Closing,
    ConflictError,
    InvalidInputError,
    Item,
    PathLike,
    ProgressCallback,
    no_progress,
)
from trovato.evaluate import RunLike
from trovato.evaluate.inputs import as_run

# Documents stored at a time: what is done stays when the rest is interrupted.
_BATCH = 2000


class Project(Closing):
    """Documents, queries, a pool, and everything that people and models said about them.

    Parameters
    ----------
    store
        Where the events are kept; use `create` and `open` for a file.
    """

    def __init__(self, store: EventStore) -> None:
        self.store = store

    @staticmethod
    def create(
        place: PathLike | EventStore, owner: str, settings: SettingsSet | None = None
    ) -> Project:
        """Make a project whose first member owns it.

        Parameters
        ----------
        place
            A file that is to be made, `postgresql://user@host:5432/database/project`, or a store
            that is empty.
        owner
            Name of the first member.
        settings
            How it is judged; by default as `SettingsSet` says.

        Raises
        ------
        InvalidInputError
            If there is a project of that name.
        """
        if not isinstance(place, EventStore):
            place = open_store(place, create=True)
        project = Project(place)
        with project.store.transaction():
            # The first event of all: nobody is there yet who could allow it.
            project.store.add(_new_id(), owner, MemberSet(owner, "owner"), time.time())
            project.store.add(_new_id(), owner, settings or SettingsSet(), time.time())
        return project

    @staticmethod
    def open(place: PathLike) -> Project:
        """Open one that is there: a file, or `postgresql://user@host:5432/database/project`.

        A password that the address lacks is looked for in `PGPASSWORD`, then in the file that
        `PGPASSFILE` names, by default `~/.pgpass`.

        Raises
        ------
        UnreadableFileError
            If it is not there, is damaged or no project.
        StorageError
            If a database cannot be reached.
        """
        return Project(open_store(place))

    def close(self) -> None:
        """Let go of where it lies."""
        self.store.close()

    def record(
        self,
        actor: str,
        event: Event,
        *,
        event_id: str = "",
        client_time: float | None = None,
        base: int | None = None,
    ) -> StoredEvent:
        """Store an event; when this returns it is on the disk.

        Parameters
        ----------
        actor
            Whose it is.
        event
            What happened.
        event_id
            Chosen by the sender, so that sending it again adds nothing; by default a new one.
        client_time
            When it happened, in seconds since 1970; by default now.
        base
            The `seq` that the sender saw in the event's slot; see `rules.check`.

        Raises
        ------
        NotAllowedError, ConflictError, InvalidInputError
            See `rules.check`; also where the id is that of another event.
        StorageError
            If it could not be stored.
        """
        event_id, now = event_id or _new_id(), time.time()
        with self.store.transaction():
            seen = look_before(self.store, actor, event, event_id, now)
            if seen.event is not None:
                if (seen.event.actor, seen.event.event) != (actor, event):
                    raise ConflictError(f"the id {event_id!r} is that of another event")
                return seen.event
            check(self.store, seen, actor, event, base)
            if isinstance(event, Judged):
                self.store.release(actor, event.query, event.document)
            when = now if client_time is None else client_time
            return self.store.add(event_id, actor, event, when)

    def undo(self, actor: str, event_id: str = "") -> StoredEvent:
        """Take back an event, by default the actor's last that can be.

        Raises
        ------
        InvalidInputError
            If there is nothing to take back.
        """
        return self.record(actor, Undone(event_id or self._last_of(actor)))

    def _last_of(self, actor: str) -> str:
        kinds = ("judgement", "span", "answer", "adjudication")
        own = [one for kind in kinds for one in self.store.current(kind) if one.actor == actor]
        if not own:
            raise InvalidInputError(f"{actor!r} has nothing to undo")
        return max(own, key=lambda one: one.seq).id

    def add_member(self, name: str, role: Role, actor: str) -> StoredEvent:
        """Give someone a role, which an owner may."""
        return self.record(actor, MemberSet(name, role))

    def members(self) -> dict[str, Role]:
        """Everyone's role, by name."""
        found = (one.event for one in self.store.current("member"))
        return {one.name: one.role for one in found if isinstance(one, MemberSet)}

    def role(self, name: str) -> Role | None:
        """Someone's role; None where they are no member."""
        return role_of(self.store, name)

    def settings(self) -> SettingsSet:
        """How the project is judged."""
        found = self.store.current("settings")[-1].event
        assert isinstance(found, SettingsSet)  # noqa: S101 (only those fill that slot)
        return found

    def add_documents(
        self, documents: Iterable[Item | Document], progress: ProgressCallback = no_progress
    ) -> int:
        """Add texts, and say how many were new; run again after an interruption, it goes on.

        Raises
        ------
        InvalidInputError
            If one has the id of another text.
        """
        added, batch = 0, []
        for number, one in enumerate(documents, start=1):
            batch.append(_document(one))
            if len(batch) == _BATCH:
                added += self._add_batch(batch)
                batch = []
                progress("documents", number, 0)
        return added + self._add_batch(batch)

    def _add_batch(self, batch: Sequence[Document]) -> int:
        with self.store.transaction():
            return self.store.add_documents(batch)

    def add_queries(self, texts: Mapping[str, str], actor: str) -> int:
        """Add queries by id, or change their texts; say how many are new or changed."""
        known = self.queries()
        changed = {query: text for query, text in texts.items() if known.get(query) != text}
        with self.store.transaction():
            for query, text in changed.items():
                self.record(actor, QuerySet(query, text, origin="import"))
        return len(changed)

    def queries(self) -> dict[str, str]:
        """Text by id, in the order in which they were last changed."""
        found = (one.event for one in self.store.current("query"))
        return {one.query: one.text for one in found if isinstance(one, QuerySet)}

    def add_run(self, run: RunLike, name: str, actor: str, *, depth: int = 20) -> int:
        """Pool the best documents of a run; say for how many queries.

        Queries that the project does not have are left out. A run of a name that is there takes the
        place of that.

        Raises
        ------
        InvalidInputError
            If no query is known, or the project lacks a document.
        """
        if depth < 1:
            raise InvalidInputError(f"a depth is at least 1, got {depth}")
        known = self.queries()
        ranked = {query: found for query, found in as_run(run).items() if query in known}
        if not ranked:
            raise InvalidInputError(f"run {name!r} has none of the {len(known)} queries: add them")
        with self.store.transaction():
            for query, documents in ranked.items():
                self.record(actor, Pooled(query, name, tuple(documents[:depth])))
        return len(ranked)

    def runs(self) -> dict[str, dict[str, list[str]]]:
        """The pooled part of each run: documents by query, by the run's name."""
        runs: dict[str, dict[str, list[str]]] = {}
        for one in self.store.current("pooled"):
            if isinstance(one.event, Pooled):
                runs.setdefault(one.event.run, {})[one.event.query] = list(one.event.documents)
        return dict(sorted(runs.items()))

    def judgements(self, query: str = "") -> Iterator[Judgement]:
        """What stands, at most one for each person and document, oldest first; "" for all."""
        return judgements_of(self.store.current("judgement", query=query))

    def labels(self, query: str = "") -> Labels:
        """The grades that count: adjudicated, else of most people, else the only one."""
        names = [query] if query else self.queries()
        # Query by query: all judgements at once would take a kB each.
        given = (one for name in names for one in self.judgements(name))
        return final_labels(given, self.adjudicated(query))

    def adjudicated(self, query: str = "") -> dict[tuple[str, str], int]:
        """Grades that adjudicators gave, by query and document."""
        return {
            (one.event.query, one.event.document): one.event.grade
            for one in self.store.current("adjudication", query=query)
            if isinstance(one.event, Adjudicated)
        }

    def spans(self, query: str, document: str = "", owner: str = "") -> dict[str, SpanMarked]:
        """Marks that stand, by the id of their event."""
        found = self.store.current("span", query=query, document=document, owner=owner)
        return {one.id: one.event for one in found if isinstance(one.event, SpanMarked)}

    def search(self, words: str, k: int = 10) -> list[Document]:
        """The documents that meet the words best.

        Raises
        ------
        InvalidInputError
            If `k` is below 1.
        """
        if k < 1:
            raise InvalidInputError(f"k must be at least 1, got {k}")
        found = (self.store.document(name) for name in self.store.search(words, k))
        return [one for one in found if one is not None]

    def verify(self) -> list[str]:
        """What contradicts itself: replays all events and compares; empty where all is well."""
        return self.store.problems()

    def backup(self, path: PathLike) -> None:
        """Write a whole copy, while others go on working."""
        self.store.backup(path)


def judgements_of(events: Iterable[StoredEvent]) -> Iterator[Judgement]:
    """What those of them that are judgements say."""
    for one in events:
        if isinstance(one.event, Judged):
            said = one.event
            yield Judgement(
                said.query,
                said.document,
                one.actor,
                said.grade,
                said.hard_negative,
                said.reason,
                said.note,
                one.client_time,
                one.id,
                said.suggestion,
            )


def _new_id() -> str:
    return uuid.uuid4().hex


def _document(one: Item | Document) -> Document:
    if isinstance(one, Document):
        return one
    return Document(one.id, one.text, str(one.attributes.get("title", "")))
