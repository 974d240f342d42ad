"""Normalised discounted cumulative gain."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from trovato.evaluate.measures.base import CutMeasure


@dataclass(frozen=True)
class NDCG(CutMeasure):
    """Gain found among the best `k`, as a share of the most that any ranking could gather.

    The gain of an item is its grade (a negative grade gains 0) and is divided by log2(rank + 1),
    as trec_eval does. 0 where nothing is relevant.

    Source: Järvelin and Kekäläinen, "Cumulated gain-based evaluation of IR techniques", 2002.

    Examples
    --------
    >>> round((nDCG @ 10)(["b", "a"], {"a": 1}), 4)
    0.6309
    """

    name: ClassVar[str] = "nDCG"

    def _value(self, best: Sequence[str], grades: Mapping[str, int]) -> float:
        most = _discounted(sorted(_gains(grades.values()), reverse=True)[: self.k])
        gathered = _discounted(_gains(grades.get(found, 0) for found in best))
        return gathered / most if most else 0.0


def _gains(grades: Iterable[int]) -> list[int]:
    return [max(grade, 0) for grade in grades]


def _discounted(gains: Sequence[int]) -> float:
    return math.fsum(gain / math.log2(rank + 1) for rank, gain in enumerate(gains, start=1))
