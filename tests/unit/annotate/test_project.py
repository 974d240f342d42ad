"""One write path: roles, versions, places, undo."""

import sqlite3
from pathlib import Path

import pytest

from trovato.annotate import (
    Adjudicated,
    Answered,
    Document,
    Event,
    Judged,
    MemberSet,
    Pooled,
    Project,
    QuerySet,
    Role,
    SettingsSet,
    SpanMarked,
    SpanRemoved,
    Undone,
)
from trovato.core import ConflictError, InvalidInputError, NotAllowedError, UnreadableFileError

HARBOUR = SpanMarked("q1", "d1", 4, 11, "harbour")


def test_what_was_recorded_is_there_when_opened_again(project: Project, tmp_path: Path) -> None:
    project.record("bob", Judged("q1", "d1", 3))
    with Project.open(tmp_path / "made.judged") as again:
        assert [(one.judge, one.grade) for one in again.judgements()] == [("bob", 3)]
        assert again.labels().qrels == {"q1": {"d1": 3}}
        assert again.verify() == []


def test_the_same_id_is_stored_once(project: Project) -> None:
    first = project.record("bob", Judged("q1", "d1", 3), event_id="one")
    assert project.record("bob", Judged("q1", "d1", 3), event_id="one") == first
    assert len(list(project.judgements())) == 1
    for actor, event in (("bob", Judged("q1", "d1", 2)), ("eve", Judged("q1", "d1", 3))):
        with pytest.raises(ConflictError, match="another event"):
            project.record(actor, event, event_id="one")


# Who may do what: each kind of event by each role.
EVENTS: list[tuple[Event, Role]] = [
    (Judged("q1", "d1", 1), "annotator"),
    (HARBOUR, "annotator"),
    (Answered("q1", "1871"), "annotator"),
    (Adjudicated("q1", "d1", 1), "adjudicator"),
    (QuerySet("q3", "new"), "manager"),
    (Pooled("q1", "third", ("d1",)), "manager"),
    (SettingsSet(), "manager"),
    (MemberSet("new", "owner"), "owner"),
]


@pytest.mark.parametrize("role", ["viewer", "annotator", "adjudicator", "manager", "owner"])
@pytest.mark.parametrize(("event", "needed"), EVENTS)
def test_every_role_does_what_it_may(
    project: Project, role: Role, event: Event, needed: Role
) -> None:
    order = ["viewer", "annotator", "adjudicator", "manager", "owner"]
    project.add_member("someone", role, "ada")
    if order.index(role) >= order.index(needed):
        project.record("someone", event)
    else:
        with pytest.raises(NotAllowedError, match=f"takes the role '{needed}'"):
            project.record("someone", event)


def test_strangers_may_nothing(project: Project) -> None:
    with pytest.raises(NotAllowedError, match="'stranger' is no member"):
        project.record("stranger", Judged("q1", "d1", 1))


@pytest.mark.parametrize(
    ("event", "said"),
    [
        (Judged("q9", "d1", 1), "no query 'q9'"),
        (Judged("q1", "d9", 1), "no document 'd9'"),
        (SpanMarked("q1", "d1", 4, 11, "HARBOUR"), "has 'harbour' at 4-11"),
        (SpanMarked("q1", "d4", 18, 25, "1234567"), "inside the text of 20"),
        (SpanRemoved("q1", "d1", "none"), "no event 'none'"),
        (Answered("q1", "x", ("none",)), "no event 'none'"),
        (Undone("none"), "no event 'none'"),
    ],
)
def test_what_is_not_there_is_refused(project: Project, event: Event, said: str) -> None:
    before = list(project.store.events())
    with pytest.raises(InvalidInputError, match=said):
        project.record("ada", event)
    assert list(project.store.events()) == before


def test_an_edit_over_an_older_version_is_refused(project: Project) -> None:
    seen = project.store.current("query", query="q1")[-1].seq
    project.record("ada", QuerySet("q1", "first edit"), base=seen)
    with pytest.raises(ConflictError, match=f"over version {seen}"):
        project.record("ada", QuerySet("q1", "second edit"), base=seen)
    assert project.queries()["q1"] == "first edit"
    with pytest.raises(ConflictError, match="over version 0"):
        project.record("ada", QuerySet("q1", "as if new"), base=0)


def test_a_place_is_given_once(project: Project) -> None:
    project.record("bob", Judged("q1", "d1", 3))
    with pytest.raises(ConflictError, match="all the grades that are wanted"):
        project.record("eve", Judged("q1", "d1", 0))
    project.record("bob", Judged("q1", "d1", 2))  # a change of one's own
    project.record("eve", Judged("q1", "d2", None))  # who is not sure takes no place
    project.record("bob", Judged("q1", "d2", 1))


def test_undo_brings_back_what_stood_before(project: Project) -> None:
    project.record("bob", Judged("q1", "d1", 3))
    project.record("bob", Judged("q1", "d1", 0))
    project.undo("bob")
    assert project.labels().qrels == {"q1": {"d1": 3}}
    project.undo("bob")
    assert project.labels().qrels == {}
    with pytest.raises(InvalidInputError, match="nothing to undo"):
        project.undo("bob")
    assert project.verify() == []


def test_undo_of_a_removal_brings_the_mark_back(project: Project) -> None:
    mark = project.record("bob", HARBOUR)
    removal = project.record("bob", SpanRemoved("q1", "d1", mark.id))
    assert project.spans("q1") == {}
    project.undo("bob", removal.id)
    assert project.spans("q1") == {mark.id: HARBOUR}


def test_nobody_undoes_what_another_did(project: Project) -> None:
    mark = project.record("bob", HARBOUR)
    with pytest.raises(NotAllowedError, match="is 'bob''s, not 'ada''s"):
        project.undo("ada", mark.id)
    with pytest.raises(NotAllowedError, match="is 'bob''s"):
        project.record("eve", Answered("q1", "1871", (mark.id,)))
    project.undo("bob", mark.id)
    with pytest.raises(ConflictError, match="was undone before"):
        project.undo("bob", mark.id)


def test_documents_never_change(project: Project) -> None:
    assert (
        project.add_documents([Document("d1", "The harbour opened in 1871. Ships unload timber.")])
        == 0
    )
    with pytest.raises(InvalidInputError, match="documents never change"):
        project.add_documents([Document("d1", "other")])


def test_a_changed_event_is_found(project: Project, tmp_path: Path) -> None:
    project.record("bob", Judged("q1", "d1", 3))
    with sqlite3.connect(tmp_path / "made.judged") as connection:
        with pytest.raises(sqlite3.IntegrityError, match="only ever added"):
            connection.execute("UPDATE event SET payload = '{}'")
        connection.execute("DROP TRIGGER event_stays")
        connection.execute("UPDATE event SET payload = replace(payload, ':3,', ':2,')")
    assert any("is not what it was" in line for line in project.verify())


def test_a_changed_state_is_found(project: Project, tmp_path: Path) -> None:
    project.record("bob", Judged("q1", "d1", 3))
    with sqlite3.connect(tmp_path / "made.judged") as connection:
        connection.execute("UPDATE pool_item SET judged = 7 WHERE document = 'd2'")
    assert project.verify() == ["4 rows of pool_item do not follow from the events"]


def test_a_backup_is_whole_and_writes_over_nothing(project: Project, tmp_path: Path) -> None:
    project.record("bob", Judged("q1", "d1", 3))
    project.backup(tmp_path / "copy.judged")
    with Project.open(tmp_path / "copy.judged") as copy:
        assert list(copy.store.events()) == list(project.store.events())
        assert copy.verify() == []
    with pytest.raises(InvalidInputError, match="exists"):
        project.backup(tmp_path / "copy.judged")


def test_what_is_no_project_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError, match="there is no project"):
        Project.open(tmp_path / "none")
    (tmp_path / "text").write_text("a text that is long enough to be no database " * 40)
    with pytest.raises(UnreadableFileError, match="damaged or no project"):
        Project.open(tmp_path / "text")
    sqlite3.connect(tmp_path / "other").execute("CREATE TABLE t (x)").connection.close()
    with pytest.raises(UnreadableFileError, match="is no project"):
        Project.open(tmp_path / "other")


def test_a_closed_project_says_so(tmp_path: Path) -> None:
    project = Project.create(tmp_path / "p", "ada")
    project.close()
    with pytest.raises(InvalidInputError, match="is closed"):
        project.queries()
