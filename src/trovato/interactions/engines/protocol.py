"""What every engine can do with a log, to the same answers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol, runtime_checkable

from trovato.core import PathLike, ProgressCallback, fields, no_progress
from trovato.interactions.counts.counts import Counts
from trovato.interactions.counts.statistics import Stats
from trovato.interactions.features.sequences import BLOCK_BYTES, InteractionSequences
from trovato.interactions.splits.split import Split
from trovato.interactions.splits.subset import Subset
from trovato.interactions.storage.log import InteractionLog
from trovato.interactions.validation.violations import Violation


@runtime_checkable
class Engine(Protocol):
    """Does the work on a log; whole numbers and rows are the same whichever engine does it.

    A plan is a log (which files, users and items; nothing is read yet) and one of these
    operations with its parameters. The module `embedded` does it here, `SparkEngine` on a cluster.
    """

    def count_rows(
        self, log: InteractionLog, name: str, progress: ProgressCallback = no_progress
    ) -> Counts:
        """Count the rows of each user or item."""
        ...

    def weekly_counts(self, log: InteractionLog, name: str) -> Iterator[tuple[int, Counts]]:
        """Count the rows of each user or item in each week."""
        ...

    def stats(self, log: InteractionLog, progress: ProgressCallback = no_progress) -> Stats:
        """Count what is in a log."""
        ...

    def histories(
        self,
        log: InteractionLog,
        last: int = 200,
        names: Sequence[str] = (fields.ITEM,),
        *,
        block_bytes: int = BLOCK_BYTES,
        progress: ProgressCallback = no_progress,
    ) -> Iterator[InteractionSequences]:
        """The last rows of each user, by rising id, a block of users at a time."""
        ...

    def write_subset(
        self,
        log: InteractionLog,
        subset: Subset,
        folder: PathLike,
        progress: ProgressCallback = no_progress,
    ) -> InteractionLog:
        """Write the rows of a subset, with its tables."""
        ...

    def write_split(
        self,
        log: InteractionLog,
        split: Split,
        folder: PathLike,
        progress: ProgressCallback = no_progress,
    ) -> dict[str, InteractionLog]:
        """Write each part of a split as a log of its own, beside the tables."""
        ...

    def validate(
        self, folder: PathLike, *, progress: ProgressCallback = no_progress
    ) -> list[Violation]:
        """Look for all that a log must not be."""
        ...
