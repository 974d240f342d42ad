"""What each user last saw, as ragged arrays, a block of users at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from trovato.core import (
    InvalidInputError,
    ProgressCallback,
    UnreadableFileError,
    check_many,
    fields,
    no_progress,
)
from trovato.core.shapes import Int64, Shaped, UInt32
from trovato.interactions.counts.counts import Counts, count_rows
from trovato.interactions.storage import schema
from trovato.interactions.storage.log import InteractionLog
from trovato.ops import SortedIdSet, scatter

# Most bytes of the values of a block.
BLOCK_BYTES = 400_000_000


@dataclass(frozen=True, slots=True, eq=False)
class InteractionSequences:
    """Rows of some users, each user's in the order in which they happened.

    Parameters
    ----------
    users
        Rising ids of those who have rows.
    offsets
        `(users + 1,)`: the rows of user `i` are `offsets[i]` to before `offsets[i + 1]`.
    values
        A column of the log for each name.
    """

    users: UInt32[np.ndarray, " users"]
    offsets: Int64[np.ndarray, " users_plus_1"]
    values: dict[str, Shaped[np.ndarray, " rows"]]


def histories(
    log: InteractionLog,
    last: int = 200,
    names: Sequence[str] = (fields.ITEM,),
    *,
    block_bytes: int = BLOCK_BYTES,
    progress: ProgressCallback = no_progress,
) -> Iterator[InteractionSequences]:
    """The last rows of each user, by rising id, a block of users at a time.

    The log is read once to count, and once for each block; there is one block as long as what is
    kept of all users fits.

    Parameters
    ----------
    log
        Whose rows.
    last
        How many rows of each user to keep.
    names
        Columns to keep: of `fields.INTERACTION`, and `fields.EVENT`.
    block_bytes
        Most bytes of a block's values, unless one user has more.
    progress
        Told of each week.

    Raises
    ------
    InvalidInputError
        If `last` is below 1, or there is no such column.
    UnreadableFileError
        If a file is damaged, or a row has no value in one of these columns.
    """
    check_many("names", names)
    most = rows_of_block(last, names, block_bytes)
    for block in blocks(count_rows(log, fields.USER, progress), last, most):
        yield _gathered(log, block, names, progress)


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """Users whose histories are in memory together.

    Parameters
    ----------
    users
        Rising ids.
    rows, kept
        How many rows each user has, and how many of them are kept.
    """

    users: UInt32[np.ndarray, " users"]
    rows: Int64[np.ndarray, " users"]
    kept: Int64[np.ndarray, " users"]

    @property
    def offsets(self) -> Int64[np.ndarray, " users_plus_1"]:
        """Where the kept rows of each user begin and end."""
        return np.concatenate([[0], np.cumsum(self.kept)]).astype(np.int64)

    def empty(self, names: Sequence[str]) -> dict[str, Shaped[np.ndarray, " rows"]]:
        """Room for columns of the kept rows."""
        return {name: np.empty(int(self.kept.sum()), _dtype(name)) for name in names}


def rows_of_block(last: int, names: Sequence[str], block_bytes: int) -> int:
    """How many rows of these columns fit a block.

    Raises
    ------
    InvalidInputError
        As for `histories`.
    """
    if last < 1:
        raise InvalidInputError(f"a history has at least 1 row, got last={last}")
    return block_bytes // sum(_dtype(name).itemsize for name in names)


def blocks(counts: Counts, last: int, most: int) -> Iterator[Block]:
    """Cut the users that have rows into blocks of at most so many kept rows, by rising id."""
    has_rows = counts.rows > 0
    users, rows = counts.ids[has_rows], counts.rows[has_rows]
    kept = np.minimum(rows, last)
    ends = np.cumsum(kept)
    first = 0
    while first < len(users):
        begin = int(ends[first - 1]) if first else 0
        stop = int(np.searchsorted(ends, begin + most, side="right"))
        block = slice(first, max(stop, first + 1))
        yield Block(users[block], rows[block], kept[block])
        first = block.stop


def _gathered(
    log: InteractionLog, block: Block, names: Sequence[str], progress: ProgressCallback
) -> InteractionSequences:
    known, offsets, values = SortedIdSet(block.users), block.offsets, block.empty(names)
    starts, done, total = offsets[:-1], 0, log.stored_rows
    following = starts - (block.rows - block.kept)
    for week in log.by_week():
        for batch in week.batches([fields.USER, *names]):
            slots = known.last_slots(batch[0].to_numpy(), starts, following)
            for number, name in enumerate(names, start=1):
                if batch[number].null_count:
                    raise no_value(week, name)
                scatter(batch[number].to_numpy(zero_copy_only=False), slots, values[name])
        done += week.stored_rows
        progress("gathering histories", done, total)
    return InteractionSequences(block.users, offsets, values)


def no_value(log: InteractionLog, name: str) -> UnreadableFileError:
    """The error of a column that a row has no value in."""
    path = log.files[0].path if len(log.files) == 1 else log.files[0].path.parent
    return UnreadableFileError(
        f"{path} has a row without a value of {name}, which a history cannot hold: leave the "
        "column out, or such rows (`trovato logs check` names the first)"
    )


def _dtype(name: str) -> np.dtype[Any]:
    if name == fields.EVENT:
        return np.dtype(np.uint64)
    if name not in fields.INTERACTION:
        raise InvalidInputError(f"a log has no column {name!r}")
    kind: np.dtype[Any] = np.dtype(schema.interactions().field(name).type.to_pandas_dtype())
    return kind
