"""Pairs of a user and an item that are in two parts of a split."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations
from pathlib import Path

import numpy as np

from trovato.core import InvalidInputError, PathLike, fields
from trovato.core.shapes import UInt32, UInt64
from trovato.interactions.counts.counts import count_rows
from trovato.interactions.splits.split import PARTS
from trovato.interactions.storage.log import InteractionLog
from trovato.interactions.validation.violations import ROW, Violation


def find_shared_pairs(folder: PathLike, *, block_rows: int = 16_000_000) -> list[Violation]:
    """Look for users who are shown an item in one part of a split and again in another.

    Parameters
    ----------
    folder
        Holds `train`, `validation` and `test`, or two of them.
    block_rows
        Rows that are compared at a time, at some 40 bytes each; the parts are read once for each
        block.

    Returns
    -------
    For each two parts at most one violation: the first row of the later part, by rising week.

    Raises
    ------
    InvalidInputError
        If the folder holds fewer than two parts.
    UnreadableFileError
        If a file is damaged.
    """
    folder = Path(folder)
    paths = [folder / name for name in PARTS if (folder / name).is_dir()]
    if len(paths) < 2:
        raise InvalidInputError(
            f"{folder} must hold at least two of {', '.join(PARTS)}, as `trovato logs split` writes"
        )
    parts = [InteractionLog.open(path) for path in paths]
    first_of: dict[tuple[int, int], int] = {}
    for block in _blocks(parts, block_rows):
        read = [_pairs(part.filter(users=block)) for part in parts]
        for before, after in combinations(range(len(parts)), 2):
            again = np.isin(read[after][0], read[before][0])
            if again.any():
                event = int(read[after][1][again].min())
                first_of[before, after] = min(event, first_of.get((before, after), event))
    violations = []
    for (before, after), event in first_of.items():
        week = event >> fields.EVENT_ROW_BITS
        path = parts[after].weeks(week, week).files[0].path
        what = f"this user was shown this item in {paths[before].name} as well"
        violations.append(Violation(path, event & ROW, what))
    return violations


def _blocks(
    parts: Sequence[InteractionLog], block_rows: int
) -> Iterator[UInt32[np.ndarray, " users"]]:
    """Users, so many at a time that their rows fit."""
    users = np.unique(np.concatenate([part.ids_in_rows(fields.USER) for part in parts]))
    rows = np.zeros(len(users), np.int64)
    for part in parts:
        counts = count_rows(part, fields.USER)
        there = counts.rows > 0
        rows[np.searchsorted(users, counts.ids[there])] += counts.rows[there]
    block = (np.cumsum(rows) - rows) // block_rows
    for number in np.unique(block):
        yield users[block == number]


def _pairs(log: InteractionLog) -> tuple[UInt64[np.ndarray, " rows"], UInt64[np.ndarray, " rows"]]:
    """Pairs of user and item, and the order of events."""
    read = [
        (
            batch[0].to_numpy().astype(np.uint64) << np.uint64(32) | batch[1].to_numpy(),
            batch[2].to_numpy(),
        )
        for batch in log.batches((fields.USER, fields.ITEM, fields.EVENT))
    ]
    none = np.empty(0, np.uint64)
    pairs = np.concatenate([none, *(pair for pair, _ in read)])
    return pairs, np.concatenate([none, *(order for _, order in read)])
