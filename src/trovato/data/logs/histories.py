"""What each user last saw, as ragged arrays, a block of users at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Int64, Shaped, UInt32

from trovato.core import InvalidInputError, columns
from trovato.data.logs import schema
from trovato.data.logs.counting import count_rows
from trovato.data.logs.listener import Listener, silent
from trovato.data.logs.log import Log
from trovato.ops import KnownIds


@dataclass(frozen=True, slots=True, eq=False)
class Histories:
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
    log: Log,
    last: int = 200,
    names: Sequence[str] = (columns.ITEM,),
    *,
    block_bytes: int = 400_000_000,
    listener: Listener = silent,
) -> Iterator[Histories]:
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
        Columns to keep: of `columns.INTERACTION`, and `columns.EVENT`.
    block_bytes
        Most bytes of a block's values, unless one user has more.
    listener
        Told of each week.

    Raises
    ------
    InvalidInputError
        If `last` is below 1, or there is no such column.
    UnreadableFileError
        If a file is damaged.
    """
    if last < 1:
        raise InvalidInputError(f"a history has at least 1 row, got last={last}")
    total = count_rows(log, columns.USER, listener)
    has_rows = total.rows > 0
    users, rows = total.ids[has_rows], total.rows[has_rows]
    kept = np.minimum(rows, last)
    width = sum(_dtype(name).itemsize for name in names)
    ends = np.cumsum(kept)
    first = 0
    while first < len(users):
        begin = int(ends[first - 1]) if first else 0
        stop = int(np.searchsorted(ends, begin + block_bytes // width, side="right"))
        block = slice(first, max(stop, first + 1))
        yield _block(log, users[block], rows[block], kept[block], names, listener)
        first = block.stop


def _block(
    log: Log,
    users: UInt32[np.ndarray, " users"],
    rows: Int64[np.ndarray, " users"],
    kept: Int64[np.ndarray, " users"],
    names: Sequence[str],
    listener: Listener,
) -> Histories:
    known = KnownIds(users)
    offsets = np.concatenate([[0], np.cumsum(kept)]).astype(np.int64)
    values = {name: np.empty(int(offsets[-1]), _dtype(name)) for name in names}
    seen, done, total = np.zeros(len(users), np.int64), 0, log.stored_rows
    for week in log.by_week():
        for batch in week.batches([columns.USER, *names]):
            slots = known.last_slots(batch[0].to_numpy(), rows - kept, offsets[:-1], seen)
            goes = slots >= 0
            slots = slots[goes]
            for number, name in enumerate(names, start=1):
                values[name][slots] = batch[number].to_numpy(zero_copy_only=False)[goes]
        done += week.stored_rows
        listener("gathering histories", done, total)
    return Histories(users, offsets, values)


def _dtype(name: str) -> np.dtype[Any]:
    if name == columns.EVENT:
        return np.dtype(np.uint64)
    if name not in columns.INTERACTION:
        raise InvalidInputError(f"a log has no column {name!r}")
    kind: np.dtype[Any] = np.dtype(schema.interactions().field(name).type.to_pandas_dtype())
    return kind
