"""What is wrong with a log, each violation with the file and the row where it is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, runtime_checkable

import numpy as np

from trovato.core import InvalidInputError, PathLike, UnreadableFileError, fields
from trovato.core.shapes import Int64
from trovato.interactions.counts.counts import known_ids
from trovato.interactions.storage.checksums import mismatched
from trovato.interactions.storage.layout import WEEKS, LogLayout
from trovato.interactions.storage.log import InteractionLog
from trovato.ops import SortedIdSet

_MISSING = "has no value"
ROW = (1 << fields.EVENT_ROW_BITS) - 1

# Rows of the training weeks of each user, and of each item.
InTraining = tuple[Int64[np.ndarray, " users"], Int64[np.ndarray, " items"]]


@dataclass(frozen=True, slots=True)
class Violation:
    """Something in a log that must not be.

    Parameters
    ----------
    path
        The file.
    row
        The first row of the file that shows it, counted from 0; `None` if it is not in a row.
    what
        What is wrong.
    """

    path: Path
    row: int | None
    what: str

    @staticmethod
    def missing(path: PathLike, row: int, name: str) -> Violation:
        """A row has no value in a column."""
        return Violation(Path(path), row, f"column {name!r} {_MISSING}")

    @staticmethod
    def unknown(path: PathLike, row: int, name: str, number: int) -> Violation:
        """A row has a user or an item that the tables do not know."""
        return Violation(Path(path), row, f"{name} {number} is not in the table")

    @staticmethod
    def repeated(log: InteractionLog, event: int) -> Violation:
        """The row at this place in the order of events repeats an earlier one."""
        week = event >> fields.EVENT_ROW_BITS
        path = log.weeks(week, week).files[0].path
        return Violation(path, event & ROW, "this user was shown this item before")

    @property
    def hides_others(self) -> bool:
        """Whether what cannot be read keeps other violations from being seen."""
        return self.row is None or self.what.endswith(_MISSING)


@runtime_checkable
class Scan(Protocol):
    """Looks for violations in the rows of one log; each engine has its own way."""

    def rows(self) -> list[Violation]:
        """Violations that show in a row alone."""
        ...

    def repeats(self) -> Iterable[Violation]:
        """The first row of each file that shows a user an item again."""
        ...

    def in_training(self) -> InTraining:
        """Rows of the training weeks of each user, and of each item."""
        ...


def find_faults(
    folder: Path, look: Callable[[InteractionLog, SortedIdSet, SortedIdSet], Scan]
) -> list[Violation]:
    """Look for violations in files, rows and tables, in this order, as far as they can be read.

    Files are held against the checksums of the folder, if it has any.

    Parameters
    ----------
    folder
        As for `InteractionLog.open`.
    look
        Begins to look at the rows of a log, given its known users and items.
    """
    try:
        log = InteractionLog.open(folder)
    except (InvalidInputError, UnreadableFileError) as error:
        return [Violation(folder, None, str(error))]
    try:
        users, items = known_ids(log, fields.USER), known_ids(log, fields.ITEM)
    except (InvalidInputError, UnreadableFileError) as error:
        return [Violation(log.metadata or folder, None, str(error))]
    looking = look(log, users, items)
    changed = [Violation(path, None, what) for path, what in mismatched(folder)]
    violations = looking.rows()
    if any(violation.hides_others for violation in violations):
        return changed + violations
    if not (log.metadata and LogLayout(log.metadata, log.metadata).calendar.exists()):
        violations += looking.repeats()  # in an imported log the same item may come again
    tables = log.has_table(fields.USER) and log.has_table(fields.ITEM)
    whole = (folder / "interactions").is_dir() and len(log.files) == WEEKS
    if log.metadata and tables and whole:
        violations += _check_ranks(log, log.metadata, looking.in_training())
    return changed + violations


def _check_ranks(
    log: InteractionLog, metadata: Path, in_training: InTraining
) -> Iterator[Violation]:
    layout = LogLayout(metadata, metadata)
    for path, table, counts in zip(
        (layout.users, layout.items),
        (log.users(), log.items([fields.RANK])),
        in_training,
        strict=True,
    ):
        ranks = table[fields.RANK].to_numpy()
        order = np.argsort(ranks, kind="stable")
        if not np.array_equal(ranks[order], np.arange(1, len(ranks) + 1)):
            wrong = int(order[np.argmax(ranks[order] != np.arange(1, len(ranks) + 1))])
            yield Violation(path, wrong, f"rank {ranks[wrong]} is there twice, or one is missing")
            continue
        rises = np.flatnonzero(np.diff(counts[order]) > 0)
        if len(rises):
            worse = int(order[rises[0] + 1])
            yield Violation(
                path,
                worse,
                f"rank {ranks[worse]} has {counts[worse]} rows in the training weeks, more than "
                f"the rank before it, which has {counts[order[rises[0]]]}",
            )
