"""The laws of a store of events."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from trovato.annotate import (
    Document,
    EventStore,
    Judged,
    Look,
    MemberSet,
    Pooled,
    QuerySet,
    Slot,
    Undone,
)


class _StopError(Exception):
    """Ends a transaction from within."""


def check_event_store(create: Callable[[], EventStore], reopen: Callable[[], EventStore]) -> None:
    """Assert that a store keeps its laws; that it survives kills has tests of its own.

    Parameters
    ----------
    create
        Makes an empty store.
    reopen
        Opens the same one again, once it was closed.
    """
    store = create()
    with store.transaction():
        assert store.add_documents([Document("d1", "one 😀"), Document("d2", "two\0\r\n")]) == 2
        assert store.add_documents([Document("d1", "one 😀")]) == 0
        store.add("m", "ada", MemberSet("ada", "owner"), 1.0)
        store.add("q", "ada", QuerySet("q1", "which?"), 2.0)
        store.add("p", "ada", Pooled("q1", "run", ("d1", "d2")), 3.0)
    assert [one.text for one in store.documents()] == ["one 😀", "two\0\r\n"]
    assert store.open_items() == len(list(store.pool())) == 2

    # All of a transaction, or nothing.
    with suppress(_StopError), store.transaction():
        store.add("lost", "ada", Judged("q1", "d1", 3), 4.0)
        raise _StopError
    assert store.find("lost") is None
    assert store.current("judgement") == []

    # The last event that was not undone stands.
    with store.transaction():
        first = store.add("j1", "ada", Judged("q1", "d1", 1), 5.0)
        second = store.add("j2", "ada", Judged("q1", "d1", 2), 6.0)
    assert first.seq < second.seq
    assert store.current("judgement", owner="ada") == [second]
    with store.transaction():
        store.add("u", "ada", Undone("j2"), 7.0)
    assert store.is_undone(second.seq)
    assert not store.is_undone(first.seq)
    assert store.current("judgement", query="q1", document="d1") == [first]
    assert [item.judged for item in store.pool("q1")] == [1, 0]

    # One look is what several questions say.
    asked = [Slot("judgement", "q1", "d1", "ada"), Slot("query", "q1"), Slot("query", "none")]
    query, undone = store.find("q"), store.find("u")
    assert query is not None
    assert store.look(asked, "u") == Look({asked[0]: first, asked[1]: query}, undone)
    assert store.look([], like=Slot("judgement", "q1", "d1", "ada")) == Look({asked[0]: first})
    there = store.document("d2")
    assert store.look(asked[:1], document="d2") == Look({asked[0]: first}, None, there)
    assert store.look(asked[2:], "none", document="none") == Look({})
    assert store.missing(["d2", "none", "d1", ""]) == ["none", ""]

    # What is leased to one is not given to another, until the lease ends.
    with store.transaction():
        store.add("b", "ada", MemberSet("bob", "annotator"), 8.0)
        wanted = {item.document: item.wanted for item in store.pool()}
        (taken,) = store.lease("bob", 10.0, 20.0)
        assert store.lease("bob", 11.0, 21.0) == [taken]
        assert store.lease("bob", 11.0, 21.0, count=9)[0] == taken
    room = wanted[taken[1]] - (1 if taken[1] == "d1" else 0)
    for judge, now, left in (("eve", 12.0, room - 1), ("bob", 12.0, room), ("eve", 22.0, room)):
        assert store.look([], document=taken[1], judge=(judge, taken[0], now)).room == left
    assert store.look([], document=taken[1], judge=("eve", "none", 12.0)).room is None

    events = list(store.events())
    assert [one.seq for one in events] == sorted({one.seq for one in events})
    assert list(store.events(after=events[3].seq)) == events[4:]
    assert store.problems() == []
    secret = store.secret()
    store.close()
    again = reopen()
    assert list(again.events()) == events
    assert again.current("judgement") == [first]
    assert again.secret() == secret
    assert again.search("two", 5) == ["d2"]
    assert again.problems() == []
    again.close()
