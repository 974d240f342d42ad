"""How often each user or item comes in a log, and who comes most."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from trovato.core import ProgressCallback, UnreadableFileError, fields, no_progress
from trovato.core.shapes import Int64, UInt32
from trovato.interactions.storage.log import InteractionLog
from trovato.ops import SortedIdSet


@dataclass(frozen=True, slots=True, eq=False)
class Counts:
    """Rows of each id.

    Parameters
    ----------
    ids
        Rising; also those that have no row.
    rows
        How many rows each id has.
    """

    ids: UInt32[np.ndarray, " ids"]
    rows: Int64[np.ndarray, " ids"]

    def ranks(self) -> UInt32[np.ndarray, " ids"]:
        """1 for the id with most rows; ties by id."""
        ranks = np.empty(len(self.ids), np.uint32)
        order = np.argsort(-self.rows, kind="stable")
        ranks[order] = np.arange(1, len(order) + 1, dtype=np.uint32)
        return ranks

    def top(self, most: int) -> Counts:
        """The ids with most rows, those with most first; ties by id."""
        least = np.partition(self.rows, -most)[-most] if 0 < most < len(self.rows) else 0
        reaching = np.flatnonzero(self.rows >= least)
        order = reaching[np.argsort(-self.rows[reaching], kind="stable")[:most]]
        return Counts(self.ids[order], self.rows[order])


def count_rows(log: InteractionLog, name: str, progress: ProgressCallback = no_progress) -> Counts:
    """Count the rows of each user or item.

    Memory: 8 bytes for each id, and 8 for each 32 possible ids up to the largest.

    Parameters
    ----------
    log
        What to count in.
    name
        `fields.USER` or `fields.ITEM`.
    progress
        Told of each week.

    Raises
    ------
    UnreadableFileError
        If a file is damaged, or has an id that the log's tables do not.
    """
    known = known_ids(log, name)
    counts, done, total = np.zeros(len(known), np.int64), 0, log.stored_rows
    for week in log.by_week():
        _add(week, name, known, counts)
        done += week.stored_rows
        progress(f"counting {name}", done, total)
    return Counts(known.ids, counts)


def weekly_counts(log: InteractionLog, name: str) -> Iterator[tuple[int, Counts]]:
    """Count the rows of each user or item in each week.

    Raises
    ------
    UnreadableFileError
        As for `count_rows`.
    """
    known = known_ids(log, name)
    for week in log.by_week():
        counts = np.zeros(len(known), np.int64)
        _add(week, name, known, counts)
        yield week.numbers[0], Counts(known.ids, counts)


def known_ids(log: InteractionLog, name: str) -> SortedIdSet:
    """The users or items of a log."""
    return SortedIdSet(log.user_ids() if name == fields.USER else log.item_ids())


def _add(
    week: InteractionLog, name: str, known: SortedIdSet, counts: Int64[np.ndarray, " ids"]
) -> None:
    for batch in week.batches([name]):
        if known.count(batch[name].to_numpy(), counts):
            raise unknown_id(week.files[0].path, name)


def unknown_id(path: Path, name: str) -> UnreadableFileError:
    """The error of a file with a user or an item that is not known."""
    return UnreadableFileError(
        f"{path} has a {name} that the tables of the log do not: `trovato logs check` names the row"
    )
