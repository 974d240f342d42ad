"""Logs of behaviour: who saw what, in which order, and what they did."""

from typing import TYPE_CHECKING

from trovato.core.system.lazy import lazy_names

if TYPE_CHECKING:
    from trovato.interactions.counts.counts import Counts, count_rows
    from trovato.interactions.counts.counts_store import count_weeks, read_counts
    from trovato.interactions.counts.statistics import Stats, stats
    from trovato.interactions.imports import Imported, ImportOptions, import_log
    from trovato.interactions.relevance import RelevanceRule
    from trovato.interactions.splits.split import (
        EventSplit,
        LeaveLastOut,
        RandomSplit,
        Split,
        TemporalSplit,
    )
    from trovato.interactions.splits.subset import Cut, Subset
    from trovato.interactions.splits.write import open_parts, write_split, write_subset
    from trovato.interactions.storage.checksums import write_checksums
    from trovato.interactions.storage.log import InteractionLog
    from trovato.interactions.synthetic import Scale, synthesise
    from trovato.interactions.validation.validate import validate
    from trovato.interactions.validation.violations import Violation
else:  # Parquet is read by what needs it
    __getattr__ = lazy_names(
        __name__,
        **{
            "counts.counts": ["Counts", "count_rows"],
            "counts.counts_store": ["count_weeks", "read_counts"],
            "counts.statistics": ["Stats", "stats"],
            "imports": ["ImportOptions", "Imported", "import_log"],
            "relevance": ["RelevanceRule"],
            "splits.split": ["EventSplit", "LeaveLastOut", "RandomSplit", "Split", "TemporalSplit"],
            "splits.subset": ["Cut", "Subset"],
            "splits.write": ["open_parts", "write_split", "write_subset"],
            "storage.checksums": ["write_checksums"],
            "storage.log": ["InteractionLog"],
            "synthetic": ["Scale", "synthesise"],
            "validation.validate": ["validate"],
            "validation.violations": ["Violation"],
        },
    )

__all__ = [
    "Counts",
    "Cut",
    "EventSplit",
    "ImportOptions",
    "Imported",
    "InteractionLog",
    "LeaveLastOut",
    "RandomSplit",
    "RelevanceRule",
    "Scale",
    "Split",
    "Stats",
    "Subset",
    "TemporalSplit",
    "Violation",
    "count_rows",
    "count_weeks",
    "import_log",
    "open_parts",
    "read_counts",
    "stats",
    "synthesise",
    "validate",
    "write_checksums",
    "write_split",
    "write_subset",
]
