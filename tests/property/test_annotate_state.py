"""Whatever happens in whatever order: the state is what a replay gives, and what a list gives."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from trovato.annotate import (
    Document,
    Event,
    Judged,
    Project,
    SettingsSet,
    SpanMarked,
    SpanRemoved,
    Undone,
    next_assignment,
)
from trovato.core import TrovatoError

_PEOPLE = ("ada", "bob", "eve")


class Judging(RuleBasedStateMachine):
    """Three people on a small project, beside a list of what stands."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        self.place = Path(self.folder.name) / "made.judged"
        self.project = Project.create(self.place, "ada", SettingsSet(overlap=0.5))
        self.project.add_documents(Document(f"d{at}", "some text") for at in range(6))
        self.project.add_queries({"q": "query", "r": "other"}, "ada")
        self.project.add_run({"q": [f"d{at}" for at in range(4)], "r": ["d1"]}, "one", "ada")
        for name in _PEOPLE[1:]:
            self.project.add_member(name, "annotator", "ada")
        self.said: list[tuple[str, str, Event]] = []

    def teardown(self) -> None:
        self.project.close()
        self.folder.cleanup()

    def send(self, actor: str, event: Event) -> None:
        try:
            self.said.append((self.project.record(actor, event).id, actor, event))
        except TrovatoError:
            return

    @rule(
        actor=st.sampled_from(_PEOPLE),
        query=st.sampled_from("qr"),
        document=st.integers(0, 5),
        grade=st.one_of(st.none(), st.integers(0, 3)),
    )
    def judge(self, actor: str, query: str, document: int, grade: int | None) -> None:
        self.send(actor, Judged(query, f"d{document}", grade))

    @rule(actor=st.sampled_from(_PEOPLE), start=st.integers(0, 8))
    def mark(self, actor: str, start: int) -> None:
        self.send(actor, SpanMarked("q", "d1", start, 9, "some text"[start:]))

    @rule(actor=st.sampled_from(_PEOPLE), data=st.data())
    def remove(self, actor: str, data: st.DataObject) -> None:
        marks = [name for name, _, event in self.said if isinstance(event, SpanMarked)]
        if marks:
            self.send(actor, SpanRemoved("q", "d1", data.draw(st.sampled_from(marks))))

    @rule(actor=st.sampled_from(_PEOPLE), data=st.data())
    def undo(self, actor: str, data: st.DataObject) -> None:
        if self.said:
            self.send(actor, Undone(data.draw(st.sampled_from([one[0] for one in self.said]))))

    @rule(actor=st.sampled_from(_PEOPLE))
    def take(self, actor: str) -> None:
        next_assignment(self.project, actor)

    @rule(documents=st.permutations([f"d{at}" for at in range(6)]), name=st.sampled_from("ab"))
    def pool(self, documents: list[str], name: str) -> None:
        self.project.add_run({"q": documents[:3]}, name, "ada")

    @rule()
    def reopen(self) -> None:
        self.project.close()
        self.project = Project.open(self.place)

    @invariant()
    def a_replay_gives_the_state(self) -> None:
        assert self.project.verify() == []

    @invariant()
    def a_list_gives_the_state(self) -> None:
        undone = {event.event for _, _, event in self.said if isinstance(event, Undone)}
        judged: dict[tuple[str, str, str], int | None] = {}
        marks: dict[str, bool] = {}
        for name, actor, event in self.said:
            if name in undone:
                continue
            if isinstance(event, Judged):
                judged[actor, event.query, event.document] = event.grade
            if isinstance(event, SpanMarked):
                marks[name] = True
            if isinstance(event, SpanRemoved):
                marks[event.span] = False
        found = {
            (one.judge, one.query, one.document): one.grade for one in self.project.judgements()
        }
        assert found == judged
        assert set(self.project.spans("q")) == {name for name, there in marks.items() if there}

    @invariant()
    def no_document_has_more_grades_than_are_wanted_but_those_that_were_undone_and_given_again(
        self,
    ) -> None:
        for item in self.project.store.pool():
            given = {
                one.judge
                for one in self.project.judgements()
                if (one.query, one.document) == (item.query, item.document)
                and one.grade is not None
            }
            assert item.judged == len(given)


TestJudging = pytest.mark.slow(Judging.TestCase)
Judging.TestCase.settings = settings(max_examples=12, stateful_step_count=25, deadline=None)
