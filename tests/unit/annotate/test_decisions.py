"""Suggestions are decided on, and what came of each is kept."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trovato.annotate import (
    Answered,
    Judged,
    Project,
    SpanMarked,
    SuggestionDecided,
    decide,
    edit_distance,
    open_suggestions,
    read_citations,
    turn_down,
)
from trovato.annotate.assistants import (
    suggest_answers,
    suggest_evidence,
    suggest_grades,
    suggest_hard_negatives,
    suggest_queries,
)
from trovato.core import InvalidInputError
from trovato.llm import ScriptedModel


def decisions(project: Project) -> list[SuggestionDecided]:
    found = [one.event for one in project.store.current("decision")]
    return [one for one in found if isinstance(one, SuggestionDecided)]


def only(project: Project, actor: str) -> str:
    ((name, _),) = open_suggestions(project, actor)
    return name


def test_a_drafted_query_becomes_one_with_its_changes_counted(project: Project) -> None:
    model = ScriptedModel(lambda *_: "What ripens in September?")
    assert suggest_queries(project, model, "ada", ["d2"]) == (1, 0)
    assert list(open_suggestions(project, "bob")) == []  # who may not write queries
    draft = only(project, "ada")
    for query in ("", "q1"):
        with pytest.raises(InvalidInputError, match="id of its own"):
            decide(project, "ada", draft, query=query)
    with pytest.raises(InvalidInputError, match="empty"):
        decide(project, "ada", draft, text=" ", query="q3")
    assert decisions(project) == []
    assert decide(project, "ada", draft, text="What ripens in autumn?", query="q3") == "edited"
    assert project.queries()["q3"] == "What ripens in autumn?"
    assert decisions(project) == [SuggestionDecided(draft, "edited", 7)]
    with pytest.raises(InvalidInputError, match="has not decided"):
        decide(project, "ada", draft, query="q4")
    assert project.verify() == []


def test_a_suggested_grade_is_seen_after_ones_own_and_then_taken_or_not(project: Project) -> None:
    suggest_grades(project, ScriptedModel(lambda *_: "3"), "ada")
    assert list(open_suggestions(project, "bob")) == []
    project.record("bob", Judged("q1", "d1", 1))
    draft = only(project, "bob")
    assert decide(project, "bob", draft) == "accepted"
    assert [(one.grade, one.suggestion) for one in project.judgements()] == [(3, draft)]
    project.record("bob", Judged("q1", "d2", 0))
    turn_down(project, "bob", only(project, "bob"))
    assert [one.grade for one in project.judgements()] == [3, 0]
    assert [one.decision for one in decisions(project)] == ["accepted", "rejected"]


def test_suggested_evidence_becomes_marks(project: Project) -> None:
    project.record("bob", Judged("q1", "d1", 3))
    suggest_evidence(project, ScriptedModel(lambda *_: "Ships unload timber."), "ada")
    decide(project, "bob", only(project, "bob"))
    assert [one.quote for one in project.spans("q1").values()] == ["Ships unload timber."]


def test_an_answer_is_drafted_from_ones_own_marks_alone(project: Project) -> None:
    for name, start, end, quote in (("bob", 22, 26, "1871"), ("bob", 0, 11, "The harbour")):
        project.record(name, SpanMarked("q1", "d1", start, end, quote))
    project.record("eve", SpanMarked("q1", "d1", 28, 33, "Ships"))
    model = ScriptedModel(
        lambda prompt, _: "In 1871 [2]. It is old." if "1871" in str(prompt) else "None."
    )
    assert suggest_answers(project, model, "ada") == (1, 1)
    assert suggest_answers(project, model, "ada")[0] == 0
    assert list(open_suggestions(project, "eve")) == []
    ((draft, said),) = open_suggestions(project, "bob")
    first, second = project.spans("q1", owner="bob")
    assert said.output == {
        "text": "In 1871 [1]. It is old.",
        "citations": [second],
        "uncited": ["It is old."],
    }
    assert decide(project, "bob", draft, text="In 1871 [1].") == "edited"
    (answered,) = project.store.current("answer")
    assert answered.event == Answered("q1", "In 1871 [1].", (second,), draft)
    assert first not in answered.event.citations
    assert decisions(project)[0].edit_distance == len(" It is old.")


def test_a_hard_negative_has_a_reason_of_four(project: Project) -> None:
    project.record("bob", Judged("q1", "d4", 0))
    project.record("bob", Judged("q1", "d1", 3))
    for said, kept in (("none", 0), ("stale or partial", 0), ("It is STALE.", 1)):
        model = ScriptedModel(lambda *_, said=said: said)
        assert suggest_hard_negatives(project, model, "ada", depth=1) == (kept, 1 - kept)
    decide(project, "bob", only(project, "bob"))
    (negative,) = (one for one in project.judgements() if one.hard_negative)
    assert (negative.document, negative.grade, negative.reason) == ("d4", 0, "stale")


@given(st.text("ab ", max_size=8), st.text("ab ", max_size=8))
def test_edit_distance_is_the_least_number_of_changes(one: str, other: str) -> None:
    def plain(before: str, after: str) -> int:
        if not (before and after):
            return len(before) + len(after)
        if before[0] == after[0]:
            return plain(before[1:], after[1:])
        ways = ((before[1:], after), (before, after[1:]), (before[1:], after[1:]))
        return 1 + min(plain(*way) for way in ways)

    if len(one) * len(other) <= 30:
        assert edit_distance(one, other) == plain(one, other)
    assert edit_distance(one, other) == edit_distance(other, one)


@given(st.lists(st.integers(1, 5), max_size=8))
def test_citations_keep_what_they_name(numbers: list[int]) -> None:
    evidence = [f"span {at}" for at in range(1, 6)]
    cited = read_citations(" ".join(f"Words [{number}]." for number in numbers), evidence)
    named = [int(part.partition("]")[0]) for part in cited.text.split("[")[1:]]
    assert [cited.citations[at - 1] for at in named] == [f"span {number}" for number in numbers]
    assert cited.uncited == ()
    assert read_citations(cited.text, cited.citations).text == cited.text


@pytest.mark.parametrize("text", ["So [0].", "So [6].", "So [999]."])
def test_evidence_that_is_not_there_cannot_be_cited(text: str) -> None:
    with pytest.raises(InvalidInputError, match="there are 5 pieces"):
        read_citations(text, ["a", "b", "c", "d", "e"])
