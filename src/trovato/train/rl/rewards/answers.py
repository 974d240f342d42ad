"""Rewards of answers with a known truth, by name."""

from __future__ import annotations

from trovato.core import InvalidInputError, Trajectory
from trovato.ops import normalize_answer
from trovato.train.rl.protocol import Example


def exact_match(example: Example, trajectory: Trajectory) -> float:
    """1 if the normalised answer is that of the field `answer`, or one of several, else 0."""
    return float(normalize_answer(trajectory.text) in _truths(example))


def contains_answer(example: Example, trajectory: Trajectory) -> float:
    """1 if the normalised answer holds that of the field `answer`, or one of several, else 0."""
    said = normalize_answer(trajectory.text)
    return float(any(one in said for one in _truths(example)))


def _truths(example: Example) -> list[str]:
    found = example.fields.get("answer")
    truths = [normalize_answer(str(one)) for one in (found if isinstance(found, list) else [found])]
    if found is None or not all(truths):
        raise InvalidInputError(
            f"example {example.id!r} needs a field 'answer' with words, got {found!r}"
        )
    return truths
