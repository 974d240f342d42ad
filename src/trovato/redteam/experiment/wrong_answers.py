"""Questions that nobody has chosen a wrong answer for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from trovato.core import InvalidInputError
from trovato.data.datasets.attack_targets import Target
from trovato.ops import normalize_answer


def with_wrong_answers(targets: Sequence[Target]) -> list[Target]:
    """Give each question that has none a wrong answer: the first one of the next question.

    Passed over are those that hold a right answer or are held by one, as neither measure could tell
    them apart.

    Raises
    ------
    InvalidInputError
        If no other question's answer will do.
    """
    return [
        target if target.wrong else replace(target, wrong=other_answer(targets, place))
        for place, target in enumerate(targets)
    ]


def other_answer(targets: Sequence[Target], place: int) -> str:
    """The right answer of the next question that will do as a wrong one for this.

    Raises
    ------
    InvalidInputError
        If there is none.
    """
    right = [normalize_answer(answer) for answer in targets[place].answers]
    for other in (*targets[place + 1 :], *targets[:place]):
        wrong = normalize_answer(other.answers[0])
        if wrong and not any(wrong in answer or answer in wrong for answer in right):
            return other.answers[0]
    raise InvalidInputError(
        f"question {targets[place].id!r} has no wrong answer, and no other question's answer is "
        'different enough: give it a "wrong"'
    )
