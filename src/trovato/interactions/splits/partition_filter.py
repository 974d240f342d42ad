"""Rows of a week, copied or cut by Polars: its streaming engine reads all columns fastest.

Measured by `bench/logs.py`: to read a week's rows, keep some and write them, Polars with our bitmap
of ids takes two thirds of the time of pyarrow.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from trovato.core import MissingExtraError, StorageError, atomic_path, fields
from trovato.interactions.storage.log import InteractionLog
from trovato.interactions.storage.partition_writer import GROUP
from trovato.ops import SortedIdSet

# Of zstd. Level 3, which is usual, takes a tenth longer in all for files that are 2 % smaller.
_LEVEL = 1


def write_week(week: InteractionLog, path: Path) -> None:
    """Write the rows that are seen of one week, in their order; the same bytes on every machine.

    Parameters
    ----------
    week
        One week of a log.
    path
        A Parquet file, whole once it is there.

    Raises
    ------
    MissingExtraError
        If Polars is not installed.
    StorageError
        If the disk is full.
    UnreadableFileError
        If the file of the week is damaged.
    """
    source = week.files[0].path
    if week.only_users is None and week.only_items is None:
        with atomic_path(path) as part:
            shutil.copyfile(source, part)
        return
    pl = _polars()
    wide = (fields.USER, fields.ITEM)
    kinds = {name: pl.UInt32 if name in wide else pl.UInt8 for name in fields.INTERACTION}
    kinds |= dict.fromkeys(fields.SIGNALS, pl.Boolean)
    # Statistics of row groups say nothing of a bitmap. By itself Polars would read the ids first,
    # and then the rows that stay; all columns at once, and then a filter, take a tenth less.
    rows = pl.scan_parquet(source, use_statistics=False, glob=False, parallel="none")
    rows = rows.select(fields.INTERACTION).cast(kinds)
    for name, known in ((fields.USER, week.only_users), (fields.ITEM, week.only_items)):
        if known is not None:
            rows = rows.filter(_among(pl, name, known))
    with atomic_path(path) as part:
        try:
            rows.sink_parquet(
                part,
                compression="zstd",
                compression_level=_LEVEL,
                row_group_size=GROUP,
                maintain_order=True,
            )
        except pl.exceptions.PolarsError as error:
            # Polars says the same of a damaged file and of a full disk. The first is read to its
            # error here.
            for _ in week.files[0].read(fields.INTERACTION):
                pass
            raise StorageError(
                f"cannot write {path} ({error}): make room on that disk and try again; what was "
                "stored before is kept"
            ) from error


def _among(pl: Any, name: str, known: SortedIdSet) -> Any:
    # Polars also asks, while it plans, about a row that is null.
    return pl.col(name).map_batches(
        lambda ids: pl.Series(known.has(ids.fill_null(0).to_numpy())),
        return_dtype=pl.Boolean,
        is_elementwise=True,
    )


def _polars() -> Any:
    try:
        import polars
    except ImportError as error:
        raise MissingExtraError("polars", "logs", "cutting logs") from error
    return polars
