"""Recall."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from trovato.evaluate.measures.base import CutMeasure
from trovato.evaluate.measures.relevance import relevant_count, relevant_hits


@dataclass(frozen=True)
class Recall(CutMeasure):
    """Share of the relevant items that are among the best `k`; 0 where nothing is relevant.

    Examples
    --------
    >>> (Recall @ 2)(["b", "a"], {"a": 1})
    1.0
    """

    name: ClassVar[str] = "R"
    needs_cutoff: ClassVar[bool] = True

    def _value(self, best: Sequence[str], grades: Mapping[str, int]) -> float:
        wanted = relevant_count(grades)
        return sum(relevant_hits(best, grades)) / wanted if wanted else 0.0
