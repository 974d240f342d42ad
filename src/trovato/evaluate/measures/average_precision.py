"""Average precision."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from trovato.evaluate.measures.base import CutMeasure
from trovato.evaluate.measures.relevance import relevant_count, relevant_hits


@dataclass(frozen=True)
class AveragePrecision(CutMeasure):
    """Mean, over all relevant items, of the precision at the rank where each was found.

    A relevant item beyond the best `k` adds 0. Its mean over queries is known as MAP.

    Examples
    --------
    >>> (AveragePrecision @ 2)(["b", "a"], {"a": 1})
    0.5
    """

    name: ClassVar[str] = "AP"

    def _value(self, best: Sequence[str], grades: Mapping[str, int]) -> float:
        wanted = relevant_count(grades)
        if not wanted:
            return 0.0
        found, total = 0, 0.0
        for rank, hit in enumerate(relevant_hits(best, grades), start=1):
            if hit:
                found += 1
                total += found / rank
        return total / wanted
