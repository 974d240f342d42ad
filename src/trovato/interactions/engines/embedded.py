"""The engine that needs no other: pyarrow and compiled code, in this process."""

from __future__ import annotations

from trovato.interactions.counts.counts import count_rows, weekly_counts
from trovato.interactions.counts.statistics import stats
from trovato.interactions.features.sequences import histories
from trovato.interactions.splits.write import write_split, write_subset
from trovato.interactions.validation.validate import validate

__all__ = [
    "count_rows",
    "histories",
    "stats",
    "validate",
    "weekly_counts",
    "write_split",
    "write_subset",
]
