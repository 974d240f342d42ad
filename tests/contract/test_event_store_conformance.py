"""Every store of events keeps the laws."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest

from trovato.annotate import (
    Document,
    Judged,
    MemberSet,
    PostgresEventStore,
    Project,
    SettingsSet,
    SQLiteEventStore,
    next_assignment,
)
from trovato.core import InvalidInputError, StorageError, UnreadableFileError
from trovato.testing import check_event_store


def test_sqlite(tmp_path: Path) -> None:
    place = tmp_path / "made.judged"
    check_event_store(lambda: SQLiteEventStore(place, create=True), lambda: SQLiteEventStore(place))


@pytest.mark.slow
@pytest.mark.needs("pg8000")
def test_postgres(postgres: str) -> None:
    check_event_store(
        lambda: PostgresEventStore(postgres, "laws", create=True),
        lambda: PostgresEventStore(postgres, "laws"),
    )


@pytest.mark.slow
@pytest.mark.needs("pg8000")
def test_postgres_says_what_is_wrong(postgres: str, tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError, match="no schema"):
        PostgresEventStore(postgres, "none")
    with pytest.raises(InvalidInputError, match="small letters"):
        PostgresEventStore(postgres, "no; drop")
    with pytest.raises(StorageError, match="cannot be used"):
        PostgresEventStore("postgresql://tester@127.0.0.1:1/postgres", "none")
    with pytest.raises(InvalidInputError, match="a database is named"):
        PostgresEventStore("sqlite://x", "none")
    store = PostgresEventStore(postgres, "once", create=True)
    with pytest.raises(InvalidInputError, match="exists"):
        PostgresEventStore(postgres, "once", create=True)
    with pytest.raises(InvalidInputError, match="pg_dump"):
        store.backup(tmp_path / "x")
    # Events are only ever added, whoever asks.
    with store.transaction():
        store.add("m", "ada", MemberSet("ada", "owner"), 1.0)
    with pytest.raises(StorageError, match="only ever added"), store.transaction():
        store._pg.execute("DELETE FROM event")
    store.close()


@pytest.mark.slow
@pytest.mark.needs("pg8000")
@pytest.mark.usefixtures("unchecked")
def test_people_on_many_connections_take_no_place_twice(postgres: str) -> None:
    """Eight connections, as of eight machines, over a pool that is judged to its end."""
    store = PostgresEventStore(postgres, "many", create=True)
    project = Project.create(store, "ada", SettingsSet(overlap=1.0))
    names = [f"d{at}" for at in range(40)]
    project.add_documents(Document(name, f"text {name}") for name in names)
    project.add_queries({"q": "which?"}, "ada")
    project.add_run({"q": names}, "run", "ada", depth=40)
    people = [f"p{at}" for at in range(8)]
    for person in people:
        project.add_member(person, "annotator", "ada")
    failures: list[Exception] = []

    def work(person: str) -> None:
        own = Project(PostgresEventStore(postgres, "many"))
        try:
            while task := next_assignment(own, person):
                own.record(person, Judged(task.query, task.document.id, 1))
        except Exception as error:
            failures.append(error)
        finally:
            own.close()

    threads = [threading.Thread(target=work, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert [item.judged for item in project.store.pool()] == [2] * 40
    assert project.store.open_items() == 0
    assert project.verify() == []
    project.close()


@pytest.fixture
def messages(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is sent to the server, one entry for each wait for its answer."""
    import pg8000.native

    sent: list[str] = []
    run = pg8000.native.Connection.run

    def counted(self: Any, sql: str, *others: Any, **named: Any) -> Any:
        sent.append(sql)
        return run(self, sql, *others, **named)

    monkeypatch.setattr(pg8000.native.Connection, "run", counted)
    return sent


@pytest.mark.slow
@pytest.mark.needs("pg8000")
@pytest.mark.usefixtures("unchecked")
def test_postgres_is_asked_little(postgres: str, messages: list[str]) -> None:
    """A grade takes two messages, an assignment four, a thousand documents three."""
    with Project.create(PostgresEventStore(postgres, "few", create=True), "ada") as project:
        messages.clear()
        project.add_documents(Document(f"d{at}", f"text {at}") for at in range(1000))
        assert len(messages) == 3
        project.add_queries({"q": "which?"}, "ada")
        project.add_run({"q": ["d1", "d2", "d3"]}, "run", "ada")
        messages.clear()
        task = next_assignment(project, "ada")
        assert task is not None
        assert len(messages) == 4
        messages.clear()
        project.record("ada", Judged("q", task.document.id, 1))
        assert len(messages) == 2
        assert project.verify() == []


@pytest.mark.slow
@pytest.mark.needs("pg8000")
def test_postgres_keeps_every_character(postgres: str) -> None:
    """What waits is sent inside its statement: no text may end it there, or mean something."""
    odd = "'; DROP TABLE event; -- \\' ? :v0 %s $1 \0 \x1a \x1a0 \n\t\u202e 😀 {}"
    with Project.create(PostgresEventStore(postgres, "order", create=True), "ada") as project:
        project.add_documents([Document(odd.replace("\0", ""), odd, odd)])
        project.add_queries({"q": odd}, "ada")
        assert project.queries() == {"q": odd}
        assert [(one.text, one.title) for one in project.store.documents()] == [(odd, odd)]
        assert project.verify() == []


@pytest.mark.slow
@pytest.mark.needs("pg8000")
def test_postgres_is_found_again_after_it_was_gone(postgres: str) -> None:
    """A server that ended the connection costs nothing; inside a transaction it costs that."""
    project = Project.create(PostgresEventStore(postgres, "gone", create=True), "ada")
    other = PostgresEventStore(postgres, "gone")

    def end_all_others() -> None:
        other._pg.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid != "
            "pg_backend_pid() AND backend_type = 'client backend'"
        )

    project.add_queries({"q": "before?"}, "ada")
    end_all_others()
    project.add_queries({"q": "after?"}, "ada")
    end_all_others()
    assert project.queries() == {"q": "after?"}

    def add_and_be_cut_off() -> None:
        with project.store.transaction():
            project.add_queries({"q": "never?"}, "ada")
            end_all_others()
            project.add_queries({"q": "nor this?"}, "ada")

    with pytest.raises(StorageError, match="cannot be used"):
        add_and_be_cut_off()
    assert project.queries() == {"q": "after?"}
    assert project.verify() == []
    project.close()
    other.close()
