"""Who is dominant, and who is heard."""

from __future__ import annotations

from dataclasses import replace

import pytest

from trovato.evaluate import AnswerOutcome, bearing, break_down

OUTCOMES = [
    AnswerOutcome(gold=3, adversarial=1, documents=5, accurate=True, attacked=False),
    AnswerOutcome(gold=3, adversarial=2, documents=5, accurate=False, attacked=True),
    AnswerOutcome(gold=1, adversarial=3, documents=5, accurate=True, attacked=True),
    AnswerOutcome(gold=2, adversarial=2, documents=4, accurate=True, attacked=False),
]


def test_dominant_is_more_than_half() -> None:
    assert [one.dominant for one in OUTCOMES] == ["gold", "gold", "adversarial", None]


def test_shares_of_questions_by_who_is_dominant() -> None:
    found = break_down(OUTCOMES, resamples=10)
    assert found.gold_dominant is not None
    assert found.gold_dominant.questions == 2
    assert found.gold_dominant.accuracy.mean == pytest.approx(0.5)
    assert found.poison_dominant is not None
    assert (found.poison_dominant.questions, found.poison_dominant.success.mean) == (1, 1)
    assert break_down(OUTCOMES[3:], resamples=10).gold_dominant is None


def test_shares_of_questions_by_where_the_poison_lies() -> None:
    away = (True, False, False, None)
    found = break_down(
        [replace(one, distant=distant) for one, distant in zip(OUTCOMES, away, strict=True)],
        resamples=10,
    )
    assert found.distant is not None
    assert (found.distant.questions, found.distant.accuracy.mean) == (1, 1)
    assert found.near is not None
    assert (found.near.questions, found.near.success.mean) == (2, 1)
    assert found.near.accuracy.mean == pytest.approx(0.5)
    unknown = break_down(OUTCOMES, resamples=10)
    assert unknown.near is unknown.distant is None


def test_parts_by_documents_that_hold_a_right_answer() -> None:
    found = break_down(OUTCOMES, resamples=10).bearing
    assert list(found) == [1, 2, 3]
    assert [part.questions for part in found.values()] == [1, 1, 2]
    assert [part.accuracy.mean for part in found.values()] == pytest.approx([1, 1, 0.5])
    assert [part.success.mean for part in found.values()] == pytest.approx([1, 0, 0.5])
    assert break_down([], resamples=10).bearing == {}
    assert bearing(["It was 23.", "24", "Twenty-Three"], ["23", "twenty three", "twentythree"]) == 2
