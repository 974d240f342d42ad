"""A question that needs several items."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MultiHopQuestion:
    """A question, and what must be found to answer it.

    Parameters
    ----------
    id
        Of the question.
    text
        In words.
    gold
        What is needed: each set is met by any one of its items, and all sets must be met.
    answers
        Right answers.
    subqueries
        The questions that it is made of, as the data set gives them.
    groups
        Names that it is counted under, such as its kind, or the modalities that it needs.
    """

    id: str
    text: str
    gold: tuple[frozenset[str], ...]
    answers: tuple[str, ...] = ()
    subqueries: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
