"""A table of what is recommended to whom."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from trovato.core import PathLike, atomic_path, fields
from trovato.interactions.storage import schema

# Users, ranks from 1, items and scores: one list each, of one length.
Rows = tuple[list[Any], list[int], list[Any], list[float]]


def write_recommended(path: PathLike, parts: Iterable[Rows], *, named: bool) -> int:
    """Write who gets what, a part at a time; the file is there when it is whole.

    Parameters
    ----------
    path
        A Parquet file with the columns `user_id`, `rank` (from 1), `item_id` and `score`.
    parts
        Rows in their order.
    named
        Whether users and items are texts; numbers otherwise.

    Returns
    -------
    How many rows there are.

    Raises
    ------
    StorageError
        If the disk is full.
    """
    pa = schema.arrow()
    kind = pa.string() if named else pa.uint32()
    wanted = pa.schema(
        [
            (fields.USER, kind),
            ("rank", pa.uint32()),
            (fields.ITEM, kind),
            ("score", pa.float32()),
        ]
    )
    total = 0
    with atomic_path(path) as part, pa.parquet.ParquetWriter(part, wanted) as file:
        for rows in parts:
            table = pa.table(list(rows), schema=wanted)
            file.write_table(table)
            total += len(table)
    return total
