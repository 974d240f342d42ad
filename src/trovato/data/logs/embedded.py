"""The engine that needs no other: pyarrow and compiled code, in this process."""

from __future__ import annotations

from trovato.data.logs.check import check
from trovato.data.logs.counting import count_rows, weekly_counts
from trovato.data.logs.histories import histories
from trovato.data.logs.stats import stats
from trovato.data.logs.writing import write_split, write_subset

__all__ = [
    "check",
    "count_rows",
    "histories",
    "stats",
    "weekly_counts",
    "write_split",
    "write_subset",
]
