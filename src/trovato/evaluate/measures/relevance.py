"""Which hits are relevant: those with a grade of 1 or more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence


def relevant_hits(best: Sequence[str], grades: Mapping[str, int]) -> list[bool]:
    """Whether each id is relevant, best first."""
    return [grades.get(found, 0) > 0 for found in best]


def relevant_count(grades: Mapping[str, int]) -> int:
    """How many items are relevant to the query."""
    return sum(grade > 0 for grade in grades.values())
