"""Reciprocal rank."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from trovato.evaluate.measures.base import CutMeasure
from trovato.evaluate.measures.relevance import relevant_hits


@dataclass(frozen=True)
class ReciprocalRank(CutMeasure):
    """One over the rank of the first relevant hit, 0 where there is none among the best `k`.

    Its mean over queries is known as MRR.

    Examples
    --------
    >>> (ReciprocalRank @ 2)(["b", "a"], {"a": 1})
    0.5
    """

    name: ClassVar[str] = "RR"

    def _value(self, best: Sequence[str], grades: Mapping[str, int]) -> float:
        hits = relevant_hits(best, grades)
        return 1 / (hits.index(True) + 1) if True in hits else 0.0
