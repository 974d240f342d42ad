"""Several questions to the tables as one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from trovato.annotate.event_codec import from_json
from trovato.annotate.events import Slot
from trovato.annotate.storage.store import Document, Look, StoredEvent

EVENT = "seq, id, actor, event.kind, payload, client_time, server_time, hash"
_SLOT = "slot.kind, slot.query, slot.document, slot.owner, slot.key"
_STANDS = f"SELECT {_SLOT}, {EVENT} FROM slot JOIN event ON seq = slot.event"  # noqa: S608
# Kinds of rows beside those of slots.
_BY_ID, _DOCUMENT, _ROOM = "@event", "@document", "@room"


class LookQuestion:
    """A statement whose rows have the columns of a slot and of an event, whatever they are."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self.values: list[Any] = []

    @property
    def sql(self) -> str:
        """All of it; the values stand where `?` does."""
        return " UNION ALL ".join(self._parts)

    def add_slots(self, slots: Sequence[Slot]) -> None:
        """What stands in those."""
        if slots:
            asked = ", ".join(["(?, ?, ?, ?, ?)"] * len(slots))
            values = [v for s in slots for v in (s.kind, s.query, s.document, s.owner, s.key)]
            self._add(f"{_STANDS} WHERE ({_SLOT}) IN (VALUES {asked})", values)

    def add_like(self, slot: Slot) -> None:
        """What stands in all that differ from one by a key alone."""
        self._add(
            f"{_STANDS} WHERE slot.kind = ? AND slot.query = ? AND slot.document = ? "
            "AND slot.owner = ?",
            [slot.kind, slot.query, slot.document, slot.owner],
        )

    def add_event(self, event_id: str) -> None:
        """The event with that id."""
        columns = f"'{_BY_ID}', '', '', '', '', {EVENT}"
        self._add(f"SELECT {columns} FROM event WHERE id = ?", [event_id])  # noqa: S608

    def add_document(self, name: str) -> None:
        """The document with that id."""
        columns = f"'{_DOCUMENT}', '', id, '', title, 0, '', '', '', text, 0, 0, ''"
        self._add(f"SELECT {columns} FROM document WHERE id = ?", [name])  # noqa: S608

    def add_room(self, document: str, actor: str, query: str, now: float) -> None:
        """How many grades of it are wanted beside those there are, or that others may give."""
        held = (
            "SELECT count(*) FROM lease WHERE query = ? AND document = ? AND actor != ? "
            "AND until > ?"
        )
        left = f"wanted - judged - ({held})"
        columns = f"'{_ROOM}', '', '', '', '', {left}, '', '', '', '', 0, 0, ''"
        self._add(
            f"SELECT {columns} FROM pool_item WHERE query = ? AND document = ?",  # noqa: S608
            [query, document, actor, now, query, document],
        )

    def answer(self, rows: Iterable[Sequence[Any]]) -> Look:
        """What the rows say."""
        standing, event, document, room = {}, None, None, None
        for row in rows:
            match row[0]:
                case "@event":
                    event = stored_event(row[5:])
                case "@document":
                    document = Document(row[2], row[9], row[4])
                case "@room":
                    room = row[5]
                case _:
                    standing[Slot(*row[:5])] = stored_event(row[5:])
        return Look(standing, event, document, room)

    def _add(self, part: str, values: Iterable[Any]) -> None:
        self._parts.append(part)
        self.values += values


def stored_event(row: Sequence[Any]) -> StoredEvent:
    """An event from the columns of `EVENT`."""
    seq, event_id, actor, kind, payload, *rest = row
    return StoredEvent(seq, event_id, actor, from_json(kind, payload), *rest)
