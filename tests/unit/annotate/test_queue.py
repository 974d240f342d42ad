"""What comes next, for whom, and what they may see."""

import pytest

from trovato.annotate import (
    Judged,
    Project,
    SettingsSet,
    Suggested,
    next_assignment,
    visible_suggestions,
)
from trovato.core import InvalidInputError, NotAllowedError


def test_whoever_asks_again_gets_the_same(project: Project) -> None:
    first = next_assignment(project, "bob")
    assert first is not None
    assert next_assignment(project, "bob") == first


def test_two_people_get_different_documents(project: Project) -> None:
    taken = [next_assignment(project, name) for name in ("bob", "eve", "jo")]
    assert len({(one.query, one.document.id) for one in taken if one}) == 3


def test_a_lease_ends(project: Project) -> None:
    first = next_assignment(project, "bob", now=1000.0)
    assert first is not None
    kept = next_assignment(project, "eve", now=1000.0 + 1799)
    back = next_assignment(project, "jo", now=1000.0 + 1801)
    assert kept is not None
    assert back is not None
    assert (kept.query, kept.document) != (first.query, first.document)
    assert (back.query, back.document) == (first.query, first.document)


def test_everything_is_judged_once_by_someone(project: Project) -> None:
    people, seen = ["bob", "eve"], []
    while any(people):
        for name in list(people):
            task = next_assignment(project, name)
            if task is None:
                people.remove(name)
            else:
                project.record(name, Judged(task.query, task.document.id, 1))
                seen.append((task.query, task.document.id))
    assert sorted(seen) == sorted({(one.query, one.document) for one in project.store.pool()})
    assert project.store.open_items() == 0


def test_overlap_has_documents_judged_by_two(project: Project) -> None:
    project.record("ada", SettingsSet(overlap=1.0))
    counts = []
    for name in ("bob", "eve", "jo"):
        count = 0
        while task := next_assignment(project, name):
            project.record(name, Judged(task.query, task.document.id, 1))
            count += 1
        counts.append(count)
    assert counts == [7, 7, 0]
    assert project.verify() == []


def test_who_is_not_sure_does_not_see_it_again_and_another_does(project: Project) -> None:
    task = next_assignment(project, "bob")
    assert task is not None
    project.record("bob", Judged(task.query, task.document.id, None))
    other = next_assignment(project, "bob")
    assert other is not None
    assert (other.query, other.document) != (task.query, task.document)
    again = next_assignment(project, "eve")
    assert again is not None
    assert (again.query, again.document) == (task.query, task.document)


def test_viewers_judge_nothing(project: Project) -> None:
    with pytest.raises(NotAllowedError):
        next_assignment(project, "vi")


def suggest(project: Project) -> str:
    return project.record("ada", Suggested("grade", "q1", "d1", "model", "hash", {"grade": 3})).id


def test_a_suggestion_is_shown_only_after_ones_own_grade(project: Project) -> None:
    suggestion = suggest(project)
    for name in ("bob", "jo", "ada"):
        assert visible_suggestions(project, name, "q1", "d1") == {}
    project.record("bob", Judged("q1", "d1", 0))
    assert list(visible_suggestions(project, "bob", "q1", "d1")) == [suggestion]
    assert visible_suggestions(project, "eve", "q1", "d1") == {}
    assert list(visible_suggestions(project, "jo", "q1", "d1")) == [suggestion]


def test_where_nothing_is_blind_it_is_shown_at_once(project: Project) -> None:
    suggestion = suggest(project)
    project.record("ada", SettingsSet(blind=False))
    assert list(visible_suggestions(project, "bob", "q1", "d1")) == [suggestion]


def test_an_assignment_says_nothing_of_runs_or_others(project: Project) -> None:
    project.record("ada", SettingsSet(overlap=1.0))
    project.record("eve", Judged("q1", "d1", 3, note="eve was here"))
    suggest(project)
    while task := next_assignment(project, "bob"):
        shown = repr(task)
        assert not any(word in shown for word in ("good", "bad", "eve", "model"))
        project.record("bob", Judged(task.query, task.document.id, 1))


def test_the_order_depends_on_the_seed_alone(project: Project) -> None:
    def order(seed: int) -> list[tuple[str, str]]:
        project.record("ada", SettingsSet(overlap=0.0, seed=seed))
        items = sorted(project.store.pool(), key=lambda one: one.priority)
        return [(one.query, one.document) for one in items]

    assert order(1) == order(1)
    assert order(1) != order(2)


def test_a_query_that_is_not_there_is_refused(project: Project) -> None:
    from trovato.annotate import assignment

    with pytest.raises(InvalidInputError, match="no query"):
        assignment(project, "bob", "q9", "d1")
