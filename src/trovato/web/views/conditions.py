"""Conditions of a search as chips that can be taken away one by one."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from trovato.core import InvalidInputError
from trovato.index import parse_filter


@dataclass(frozen=True, slots=True)
class Chip:
    """One condition.

    Parameters
    ----------
    text
        As it was written.
    others
        The conditions without it.
    """

    text: str
    others: str


def chips(filter: str) -> list[Chip]:
    """The conditions of a filter; none where it cannot be read."""
    try:
        found = parse_filter(filter).conditions
    except InvalidInputError:
        return []
    edges = [*(one.position for one in found), len(filter)]
    texts = [filter[start:end].strip() for start, end in pairwise(edges)]
    return [Chip(text, " ".join([*texts[:at], *texts[at + 1 :]])) for at, text in enumerate(texts)]
