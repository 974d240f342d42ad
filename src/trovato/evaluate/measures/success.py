"""Success: was anything found at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from trovato.evaluate.measures.base import CutMeasure
from trovato.evaluate.measures.relevance import relevant_hits


@dataclass(frozen=True)
class Success(CutMeasure):
    """1 where at least one of the best `k` is relevant, else 0.

    Examples
    --------
    >>> (Success @ 2)(["b", "a"], {"a": 1})
    1.0
    """

    name: ClassVar[str] = "Success"
    needs_cutoff: ClassVar[bool] = True

    def _value(self, best: Sequence[str], grades: Mapping[str, int]) -> float:
        return float(any(relevant_hits(best, grades)))
