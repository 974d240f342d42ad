"""Who is dominant, and who is heard."""

from __future__ import annotations

import pytest

from trovato.evaluate import Outcome, bearing, by_bearing, dominant_share

OUTCOMES = [
    Outcome(gold=3, adversarial=1, documents=5, accurate=True, attacked=False),
    Outcome(gold=3, adversarial=2, documents=5, accurate=False, attacked=True),
    Outcome(gold=1, adversarial=3, documents=5, accurate=True, attacked=True),
    Outcome(gold=2, adversarial=2, documents=4, accurate=True, attacked=False),
]


def test_dominant_is_more_than_half() -> None:
    assert [one.dominant for one in OUTCOMES] == ["gold", "gold", "adversarial", None]


def test_the_share_counts_questions_where_the_side_is_dominant() -> None:
    assert dominant_share(OUTCOMES, "gold") == pytest.approx(0.5)
    assert dominant_share(OUTCOMES, "adversarial") == 1
    assert dominant_share(OUTCOMES[3:], "gold") is None


def test_buckets_by_documents_that_hold_a_right_answer() -> None:
    assert {count: len(found) for count, found in by_bearing(OUTCOMES).items()} == {
        1: 1,
        2: 1,
        3: 2,
    }
    assert bearing(["It was 23.", "24", "Twenty-Three"], ["23", "twenty three", "twentythree"]) == 2
