"""Looking for violations in a log, here and in bounded memory."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from trovato.core import PathLike, ProgressCallback, UnreadableFileError, fields, no_progress
from trovato.core.shapes import UInt64
from trovato.interactions.storage.layout import TRAIN_WEEKS
from trovato.interactions.storage.log import InteractionLog
from trovato.interactions.storage.partitions import WeekFile
from trovato.interactions.validation.violations import InTraining, Violation, find_faults
from trovato.ops import SortedIdSet


def validate(
    folder: PathLike, *, block_rows: int = 16_000_000, progress: ProgressCallback = no_progress
) -> list[Violation]:
    """Look for all that a log must not be.

    Files that cannot be read or put in order; users and items that the tables do not know, or know
    twice; missing values; the same item shown twice to a user, in any two weeks, unless the log was
    imported; ranks that are not the order of counts in the training weeks, where the log is whole.
    The order of rows inside a week shows in nothing but checksums, where the log has them; files
    that differ from theirs are
    violations.

    Parameters
    ----------
    folder
        As for `InteractionLog.open`.
    block_rows
        Rows that are sorted at a time, at 32 bytes each; the log is read once for each block.
    progress
        Told of each week.

    Returns
    -------
    One violation of each kind for each file at most.

    Examples
    --------
    >>> validate(synthesise("whole", Scale.of(5_000, seed=1)).root.parent)
    []
    """
    folder = Path(folder)
    return find_faults(
        folder, lambda log, users, items: _Reading(log, users, items, block_rows, progress)
    )


class _Reading:
    """Reads the files here, a batch at a time."""

    def __init__(
        self,
        log: InteractionLog,
        users: SortedIdSet,
        items: SortedIdSet,
        block_rows: int,
        progress: ProgressCallback,
    ) -> None:
        self._log, self._known = log, {fields.USER: users, fields.ITEM: items}
        self._counts = {name: np.zeros(len(ids), np.int64) for name, ids in self._known.items()}
        self._in_training = list(self._counts.values())
        self._block_rows, self._tell = block_rows, progress

    def rows(self) -> list[Violation]:
        violations: list[Violation] = []
        done, total = 0, self._log.stored_rows
        for file in self._log.files:
            try:
                violations += self._rows_of(file)
            except UnreadableFileError as error:
                violations.append(Violation(file.path, None, str(error)))
            if file.number < TRAIN_WEEKS:
                self._in_training = [counts.copy() for counts in self._counts.values()]
            done += file.rows()
            self._tell("checking rows", done, total)
        return violations

    def _rows_of(self, file: WeekFile) -> Iterator[Violation]:
        first, without, strangers = 0, set[str](), set[str]()
        for batch in file.read(fields.INTERACTION):
            for name in fields.INTERACTION:
                if batch[name].null_count and name not in without:
                    without.add(name)
                    valid = batch[name].is_valid().to_numpy(zero_copy_only=False)
                    yield Violation.missing(file.path, first + int(np.argmin(valid)), name)
            for name, known in self._known.items():
                ids = batch[name].fill_null(0).to_numpy()
                if known.count(ids, self._counts[name]) and name not in strangers:
                    strange = batch[name].is_valid().to_numpy(zero_copy_only=False)
                    strange &= ~known.has(ids)
                    if strange.any():
                        strangers.add(name)
                        row = int(np.argmax(strange))
                        yield Violation.unknown(file.path, first + row, name, int(ids[row]))
            first += batch.num_rows

    def repeats(self) -> Iterator[Violation]:
        users = self._known[fields.USER].ids
        ends, first, first_of = np.cumsum(self._counts[fields.USER]), 0, dict[int, int]()
        while first < len(users):
            begin = int(ends[first - 1]) if first else 0
            stop = int(np.searchsorted(ends, begin + self._block_rows, side="right"))
            stop = max(stop, first + 1)
            some = self._log.filter(users=users[first:stop])
            for event in _again(some, int(ends[stop - 1]) - begin).tolist():
                week = event >> fields.EVENT_ROW_BITS
                first_of[week] = min(event, first_of.get(week, event))
            self._tell("looking for repeats", int(ends[stop - 1]), int(ends[-1]))
            first = stop
        for _, event in sorted(first_of.items()):
            yield Violation.repeated(self._log, event)

    def in_training(self) -> InTraining:
        users, items = self._in_training
        return users, items


def _again(log: InteractionLog, rows: int) -> UInt64[np.ndarray, " again"]:
    """The order of events that show a user an item again, rising."""
    pairs = np.empty(rows, np.uint64)
    order: UInt64[np.ndarray, " rows"] = np.empty_like(pairs)
    place = 0
    for batch in log.batches((fields.USER, fields.ITEM, fields.EVENT)):
        end = place + batch.num_rows
        pairs[place:end] = batch[0].to_numpy().astype(np.uint64) << np.uint64(32)
        pairs[place:end] |= batch[1].to_numpy()
        order[place:end] = batch[2].to_numpy()
        place = end
    sorting = np.argsort(pairs[:place], kind="stable")
    pairs = pairs[sorting]
    return np.sort(order[sorting[1:][pairs[1:] == pairs[:-1]]])
