"""Precision."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, cast

from trovato.evaluate.measures.base import CutMeasure
from trovato.evaluate.measures.relevance import relevant_hits


@dataclass(frozen=True)
class Precision(CutMeasure):
    """Share of the best `k` that is relevant; a shorter ranking still divides by `k`.

    Examples
    --------
    >>> (Precision @ 2)(["b", "a"], {"a": 1})
    0.5
    """

    name: ClassVar[str] = "P"
    needs_cutoff: ClassVar[bool] = True

    def _value(self, best: Sequence[str], grades: Mapping[str, int]) -> float:
        return sum(relevant_hits(best, grades)) / cast("int", self.k)  # never None: needs_cutoff
