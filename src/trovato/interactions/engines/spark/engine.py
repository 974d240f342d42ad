"""The operations of a log, done by Spark."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from trovato.core import PathLike, ProgressCallback, check_many, fields, no_progress
from trovato.interactions.counts.counts import Counts
from trovato.interactions.counts.statistics import Stats
from trovato.interactions.engines.spark.counts import count_rows, stats
from trovato.interactions.engines.spark.partitioning import split_rows
from trovato.interactions.engines.spark.sequences import gathered
from trovato.interactions.engines.spark.session import start
from trovato.interactions.engines.spark.validate import Scan
from trovato.interactions.engines.spark.write import write_weeks
from trovato.interactions.features.sequences import (
    BLOCK_BYTES,
    InteractionSequences,
    blocks,
    rows_of_block,
)
from trovato.interactions.splits.resumable_output import (
    resumable_output,
    split_recipe,
    subset_recipe,
)
from trovato.interactions.splits.split import PARTS, Split
from trovato.interactions.splits.subset import Subset
from trovato.interactions.splits.write import open_parts
from trovato.interactions.storage.layout import LogLayout
from trovato.interactions.storage.log import InteractionLog
from trovato.interactions.storage.side_tables import write_tables
from trovato.interactions.validation.violations import Violation, find_faults

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


@dataclass(frozen=True, slots=True)
class SparkEngine:
    """Does the work on a log with Spark, to the answers of the embedded engine.

    Driver and workers see the log, and the folders that are written, at the same paths, and run a
    Python that has trovato. The driver's memory follows the number of users and items.

    Parameters
    ----------
    session
        A session of Spark; `SparkEngine.started` makes one.
    """

    session: SparkSession

    @staticmethod
    @contextmanager
    def started(
        master: str = "local[*]", settings: Mapping[str, str] | None = None
    ) -> Iterator[SparkEngine]:
        """Start Spark, and stop it when the block is left.

        Parameters
        ----------
        master
            Where it works, as Spark writes it: `local[2]` for two threads of this machine.
        settings
            Of Spark, by name.

        Raises
        ------
        MissingExtraError
            If pyspark is not installed.
        EngineError
            If there is no Java, or Spark does not start.
        """
        session = start(master, settings or {})
        try:
            yield SparkEngine(session)
        finally:
            session.stop()

    def count_rows(
        self, log: InteractionLog, name: str, progress: ProgressCallback = no_progress
    ) -> Counts:
        """Count the rows of each user or item, as `counting.count_rows` does."""
        return count_rows(self.session, log, name, progress)

    def weekly_counts(self, log: InteractionLog, name: str) -> Iterator[tuple[int, Counts]]:
        """Count the rows of each user or item in each week, as `counting.weekly_counts` does."""
        for week in log.by_week():
            yield week.numbers[0], count_rows(self.session, week, name, no_progress)

    def stats(self, log: InteractionLog, progress: ProgressCallback = no_progress) -> Stats:
        """Count what is in a log, as `stats.stats` does."""
        return stats(self.session, log, progress)

    def histories(
        self,
        log: InteractionLog,
        last: int = 200,
        names: Sequence[str] = (fields.ITEM,),
        *,
        block_bytes: int = BLOCK_BYTES,
        progress: ProgressCallback = no_progress,
    ) -> Iterator[InteractionSequences]:
        """The last rows of each user, as `histories.histories` gives them."""
        check_many("names", names)
        most = rows_of_block(last, names, block_bytes)
        counts = self.count_rows(log, fields.USER, progress)
        for block in blocks(counts, last, most):
            yield gathered(self.session, log, block, names, last)

    def write_subset(
        self,
        log: InteractionLog,
        subset: Subset,
        folder: PathLike,
        progress: ProgressCallback = no_progress,
    ) -> InteractionLog:
        """Write the rows of a subset, as `writing.write_subset` does: the same, in the same order.

        What one engine has begun the other can finish; how a file packs its rows may differ.
        """
        folder = Path(folder)
        kept = subset.of(log)
        rows = split_rows(self.session, kept, None)
        with resumable_output(folder, subset_recipe(log, subset)):
            layout = LogLayout(folder, folder / "metadata")
            paths = {(number, 0): layout.week(number) for number in log.numbers}
            write_weeks(rows, paths, folder)
            progress("writing the subset", log.stored_rows, log.stored_rows)
            write_tables(kept, layout)
        return InteractionLog.open(folder)

    def write_split(
        self,
        log: InteractionLog,
        split: Split,
        folder: PathLike,
        progress: ProgressCallback = no_progress,
    ) -> dict[str, InteractionLog]:
        """Write each part of a split, as `writing.write_split` does: the same rows, in order.

        What one engine has begun the other can finish; how a file packs its rows may differ.

        Raises
        ------
        InvalidInputError
            Also if the split is not one of this package.
        """
        folder = Path(folder)
        rows = split_rows(self.session, log, split)
        with resumable_output(folder, split_recipe(log, split)):
            paths = {
                (file.number, part): folder / PARTS[part] / file.path.name
                for file in log.files
                for part in split.parts(file.number)
            }
            write_weeks(rows, paths, folder)
            progress("writing the parts", log.stored_rows, log.stored_rows)
            write_tables(log, LogLayout(folder, folder / "metadata"))
        return open_parts(folder)

    def validate(
        self, folder: PathLike, *, progress: ProgressCallback = no_progress
    ) -> list[Violation]:
        """Look for all that a log must not be, as `validate` does."""
        folder = Path(folder)
        return find_faults(
            folder, lambda log, users, items: Scan(self.session, log, users, items, progress)
        )
