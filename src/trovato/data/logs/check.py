"""Faults of a log, each with the file and the row where it is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jaxtyping import Int64, UInt64

from trovato.core import InvalidInputError, UnreadableFileError, columns
from trovato.data.logs.counting import known_ids
from trovato.data.logs.layout import TRAIN_WEEKS, WEEKS, LogLayout
from trovato.data.logs.listener import Listener, silent
from trovato.data.logs.log import Log
from trovato.data.logs.weeks import WeekFile
from trovato.ops import KnownIds

_MISSING = "has no value"
_ROW = (1 << columns.EVENT_ROW_BITS) - 1


@dataclass(frozen=True, slots=True)
class Fault:
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


def check(
    folder: Path, *, block_rows: int = 16_000_000, listener: Listener = silent
) -> list[Fault]:
    """Look for all that a log must not be.

    Files that cannot be read or put in order; users and items that the tables do not know, or know
    twice; missing values; the same item shown twice to a user, in any two weeks; ranks that are not
    the order of counts in the training weeks, where the log is whole. The order of rows inside a
    week cannot be checked: nothing in them says when they happened.

    Parameters
    ----------
    folder
        As for `Log.open`.
    block_rows
        Rows that are sorted at a time, at 32 bytes each; the log is read once for each block.
    listener
        Told of each week.

    Returns
    -------
    One fault of each kind for each file at most.
    """
    try:
        log = Log.open(folder)
    except (InvalidInputError, UnreadableFileError) as error:
        return [Fault(folder, None, str(error))]
    try:
        users, items = known_ids(log, columns.USER), known_ids(log, columns.ITEM)
    except (InvalidInputError, UnreadableFileError) as error:
        return [Fault(log.metadata or folder, None, str(error))]
    of_users, of_items = np.zeros(len(users), np.int64), np.zeros(len(items), np.int64)
    in_training = [np.zeros_like(of_users), np.zeros_like(of_items)]
    faults: list[Fault] = []
    done, total = 0, log.stored_rows
    for file in log.files:
        try:
            faults += _check_rows(file, users, items, of_users, of_items)
        except UnreadableFileError as error:
            faults.append(Fault(file.path, None, str(error)))
        if file.number < TRAIN_WEEKS:
            in_training = [of_users.copy(), of_items.copy()]
        done += file.rows()
        listener("checking rows", done, total)
    if any(fault.row is None or fault.what.endswith(_MISSING) for fault in faults):
        return faults  # what cannot be read cannot be compared
    faults += _repeats(log, users, of_users, block_rows, listener)
    if log.metadata and (folder / "interactions").is_dir() and len(log.files) == WEEKS:
        faults += _check_ranks(log, log.metadata, in_training)
    return faults


def _check_rows(
    file: WeekFile,
    users: KnownIds,
    items: KnownIds,
    of_users: Int64[np.ndarray, " users"],
    of_items: Int64[np.ndarray, " items"],
) -> Iterator[Fault]:
    first, told = 0, set[str]()
    for batch in file.read(columns.INTERACTION):
        for name in columns.INTERACTION:
            if batch[name].null_count and name not in told:
                told.add(name)
                row = first + int(np.argmin(batch[name].is_valid().to_numpy(zero_copy_only=False)))
                yield Fault(file.path, row, f"column {name!r} {_MISSING}")
        for name, known, counts in (
            (columns.USER, users, of_users),
            (columns.ITEM, items, of_items),
        ):
            ids = batch[name].fill_null(0).to_numpy()
            if known.count(ids, counts) and name not in told:
                told.add(name)
                row = int(np.argmin(known.has(ids)))
                yield Fault(file.path, first + row, f"{name} {ids[row]} is not in the table")
        first += batch.num_rows


def _repeats(
    log: Log,
    users: KnownIds,
    rows: Int64[np.ndarray, " users"],
    block_rows: int,
    listener: Listener,
) -> Iterator[Fault]:
    """The first row of each file that shows a user an item again."""
    ends, first, told = np.cumsum(rows), 0, set[int]()
    while first < len(users):
        begin = int(ends[first - 1]) if first else 0
        stop = max(int(np.searchsorted(ends, begin + block_rows, side="right")), first + 1)
        some = log.where(users=users.ids[first:stop])
        pairs = np.empty(int(ends[stop - 1]) - begin, np.uint64)
        order: UInt64[np.ndarray, " rows"] = np.empty_like(pairs)
        place = 0
        for batch in some.batches((columns.USER, columns.ITEM, columns.EVENT)):
            end = place + batch.num_rows
            pairs[place:end] = batch[0].to_numpy().astype(np.uint64) << np.uint64(32)
            pairs[place:end] |= batch[1].to_numpy()
            order[place:end] = batch[2].to_numpy()
            place = end
        sorting = np.argsort(pairs[:place], kind="stable")
        pairs = pairs[sorting]
        again = np.sort(order[sorting[1:][pairs[1:] == pairs[:-1]]])
        for event in again.tolist():
            week = event >> columns.EVENT_ROW_BITS
            if week not in told:
                told.add(week)
                path = log.weeks(week, week).files[0].path
                yield Fault(path, event & _ROW, "this user was shown this item before")
        listener("looking for repeats", int(ends[stop - 1]), int(ends[-1]))
        first = stop


def _check_ranks(
    log: Log, metadata: Path, in_training: list[Int64[np.ndarray, "_"]]
) -> Iterator[Fault]:
    layout = LogLayout(metadata, metadata)
    for path, table, counts in zip(
        (layout.users, layout.items), (log.users(), log.items()), in_training, strict=True
    ):
        ranks = table[columns.RANK].to_numpy()
        order = np.argsort(ranks, kind="stable")
        if not np.array_equal(ranks[order], np.arange(1, len(ranks) + 1)):
            wrong = int(order[np.argmax(ranks[order] != np.arange(1, len(ranks) + 1))])
            yield Fault(path, wrong, f"rank {ranks[wrong]} is there twice, or one is missing")
            continue
        rises = np.flatnonzero(np.diff(counts[order]) > 0)
        if len(rises):
            worse = int(order[rises[0] + 1])
            yield Fault(
                path,
                worse,
                f"rank {ranks[worse]} has {counts[worse]} rows in the training weeks, more than "
                f"the rank before it, which has {counts[order[rises[0]]]}",
            )
