"""Events as JSON and back."""

from typing import Any

import pytest

from trovato.annotate import (
    Answered,
    Judged,
    MemberSet,
    Pooled,
    SettingsSet,
    SpanMarked,
    Suggested,
)
from trovato.annotate.event_codec import from_fields, from_json, to_json
from trovato.core import InvalidInputError


@pytest.mark.parametrize(
    "event",
    [
        Judged("q", "d", 3, hard_negative=False, note='"quoted" 😀'),
        Judged("q", "d", None),
        Pooled("q", "run", ("a", "b")),
        Answered("q", "text", ("s1",)),
        SpanMarked("q", "d", 0, 2, "ab"),
        SettingsSet(grade_labels=("a", "b", "c", "d"), overlap=1.0),
        Suggested("grade", "q", "d", "m", "h", {"grade": 2, "probabilities": [0, 0, 1, 0]}),
    ],
)
def test_an_event_comes_back(event: Any) -> None:
    assert from_json(event.kind, to_json(event)) == event


@pytest.mark.parametrize(
    ("kind", "values", "said"),
    [
        ("laughed", {}, "no event is of kind 'laughed'"),
        ("judged", {"query": "q", "document": "d"}, "grade is missing"),
        ("judged", {"query": "q", "document": "d", "grade": 4}, "a grade is one of"),
        ("judged", {"query": "q", "document": "d", "grade": True}, "grade must be"),
        ("judged", {"query": "q", "document": "d", "grade": "3"}, "grade must be"),
        ("judged", {"query": 1, "document": "d", "grade": 3}, "query must be str"),
        ("judged", {"query": "q", "document": "d", "grade": 3, "x": 1}, "no field 'x'"),
        ("judged", {"query": "q", "document": "d", "grade": 3, "hard_negative": True}, "hard neg"),
        ("pooled", {"query": "q", "run": "r", "documents": ["a", 1]}, "documents must be"),
        ("pooled", {"query": "q", "run": "r", "documents": "ab"}, "documents must be"),
        ("span", {"query": "q", "document": "d", "start": 2, "end": 2, "quote": ""}, "a span is"),
        ("span", {"query": "q", "document": "d", "start": 0, "end": 2, "quote": "a"}, "a span is"),
        ("member", {"name": "x", "role": "king"}, "role must be"),
        ("settings", {"overlap": 2}, "overlap is a share"),
        ("settings", {"grade_labels": ["a"]}, "4 grades, got 1"),
    ],
)
def test_what_is_no_event_is_refused(kind: str, values: dict[str, Any], said: str) -> None:
    with pytest.raises(InvalidInputError, match=said):
        from_fields(kind, values)


def test_half_a_character_is_refused() -> None:
    with pytest.raises(InvalidInputError, match="cannot be stored"):
        to_json(Judged("q", "d", 1, note="\ud83d"))


def test_a_member_has_a_name_that_can_be_read() -> None:
    with pytest.raises(InvalidInputError, match="printable"):
        MemberSet("a\u202eb", "viewer")
