"""The rows of a log as arrays, a part at a time and in order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Bool, UInt32

from trovato.core import UnreadableFileError, columns
from trovato.data.logs.layout import LogLayout
from trovato.data.logs.positives import POSITIVES
from trovato.data.logs.schema import arrow

_TOGETHER = 1 << 20  # rows


@dataclass(frozen=True, slots=True, eq=False)
class Impressions:
    """Some rows of one week, in the order of the file."""

    week: int
    users: UInt32[np.ndarray, " rows"]
    items: UInt32[np.ndarray, " rows"]
    positive: Bool[np.ndarray, " rows"]


def read_impressions(
    layout: LogLayout, weeks: Iterable[int], positive: str
) -> Iterator[Impressions]:
    """Read weeks one after the other; memory holds about a million rows.

    Parameters
    ----------
    layout
        Where the files lie.
    weeks
        0…26.
    positive
        What counts as caring for an item, by its name in `POSITIVES`.

    Raises
    ------
    UnreadableFileError
        If the file of a week is absent, damaged, or lacks a column.
    """
    rule = POSITIVES[positive]
    wanted = [columns.USER, columns.ITEM, *rule.columns]
    for week in weeks:
        for batch in _batches(layout.week(week), wanted):
            read = {name: batch[name].to_numpy(zero_copy_only=False) for name in wanted}
            yield Impressions(
                week,
                read[columns.USER].astype(np.uint32, copy=False),
                read[columns.ITEM].astype(np.uint32, copy=False),
                rule(read),
            )


def read_item_ids(layout: LogLayout) -> UInt32[np.ndarray, " items"]:
    """Ids of all items of the log, in the order of its table of items.

    Raises
    ------
    UnreadableFileError
        If the table is absent, damaged, or has no ids.
    """
    return _ids(layout.items, columns.ITEM)


def read_user_ids(layout: LogLayout) -> UInt32[np.ndarray, " users"]:
    """Ids of all users of the log, in the order of its table of users.

    Raises
    ------
    UnreadableFileError
        If the table is absent, damaged, or has no ids.
    """
    return _ids(layout.users, columns.USER)


def _ids(path: Path, column: str) -> UInt32[np.ndarray, " rows"]:
    parts = [batch[column].to_numpy(zero_copy_only=False) for batch in _batches(path, [column])]
    ids: UInt32[np.ndarray, " rows"] = np.concatenate([np.zeros(0, np.uint32), *parts])
    return ids.astype(np.uint32, copy=False)


def _batches(path: Path, wanted: list[str]) -> Iterator[Any]:
    pa = arrow()
    try:
        with pa.parquet.ParquetFile(path) as file:
            missing = [name for name in wanted if name not in file.schema_arrow.names]
            if missing:
                raise UnreadableFileError(
                    f"{path} has no column {', '.join(missing)}: is it a file of a log?"
                )
            yield from file.iter_batches(batch_size=_TOGETHER, columns=wanted)
    except (OSError, pa.ArrowException) as error:
        raise UnreadableFileError(f"cannot read {path}: {error}") from error
