"""Accuracy and attack success on cases worked by hand."""

from __future__ import annotations

import pytest

from trovato.core import InvalidInputError
from trovato.evaluate import is_accurate, is_attacked
from trovato.ops import normalize_answer


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("The  Eiffel\tTower!", "eiffel tower"),
        ("a theatre and an atheist", "theatre and atheist"),
        ("U.S.A.", "usa"),
        ("“Hamlet” — 1603…", "hamlet 1603"),
        ("$1,000", "1000"),
        ("<think>It is Rome, surely.</think>Paris", "paris"),
        ("<think>never closed", ""),
        ("Straße", "straße"),
        ("The", ""),
    ],
)
def test_normal_forms(text: str, normal: str) -> None:
    assert normalize_answer(text) == normal


def test_composed_and_decomposed_letters_are_the_same() -> None:
    assert normalize_answer("Bogot\u00e1") == normalize_answer("Bogota\u0301")


def test_an_answer_may_be_right_and_attacked_at_once() -> None:
    answer = "It was 23 episodes, though some say 24."
    assert is_accurate(answer, ["twenty-three", "23"])
    assert is_attacked(answer, "24")
    assert not is_accurate("22", ["23"])
    assert not is_attacked("", "24")


def test_what_was_only_thought_does_not_count() -> None:
    assert not is_attacked("<think>24?</think> 23", "24")


@pytest.mark.parametrize("gold", [[], [""], ["23", "the"], ["..."]])
def test_an_empty_right_answer_is_refused(gold: list[str]) -> None:
    with pytest.raises(InvalidInputError, match=r"right answer|normalised"):
        is_accurate("23", gold)


def test_an_empty_wrong_answer_is_refused() -> None:
    with pytest.raises(InvalidInputError, match="normalised"):
        is_attacked("23", "?!")
