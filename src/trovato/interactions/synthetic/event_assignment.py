"""Rows of users, brought into the order of time: blocks on the disk become files of weeks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from trovato.core import atomic_path, fields
from trovato.core.shapes import Int64
from trovato.interactions.storage import schema
from trovato.interactions.storage.layout import TRAIN_WEEKS, WEEKS
from trovato.interactions.synthetic.blocks import ROW, Block, SyntheticModel
from trovato.interactions.synthetic.population import PLATFORM_OF

if TYPE_CHECKING:
    import pyarrow as pa

# Rows of a row group, and those that are in memory while a week is written.
_GROUP = 1 << 20
_HEADER = np.dtype("<i8")


class Blocks:
    """Blocks of rows in files of a folder."""

    def __init__(self, folder: Path, count: int) -> None:
        self._paths = [folder / f"block_{number:06d}" for number in range(count)]

    def missing(self) -> list[int]:
        """Blocks that are still to be drawn."""
        return [number for number, path in enumerate(self._paths) if not path.exists()]

    def write(self, number: int, block: Block, weeks: Int64[np.ndarray, " weeks_plus_1"]) -> None:
        """Keep a block, whole or not at all."""
        with atomic_path(self._paths[number]) as path, path.open("wb") as file:
            file.write(weeks.astype(_HEADER).tobytes())
            file.write(block.data)

    def week(self, number: int) -> list[Block]:
        """The rows of a week in each block, mapped."""
        return [rows[weeks[number] : weeks[number + 1]] for rows, weeks in self._mapped()]

    def train_counts(
        self, users: int, items: int
    ) -> tuple[Int64[np.ndarray, " users"], Int64[np.ndarray, " items"]]:
        """Rows of each user and of each item in the training weeks."""
        of_users, of_items = np.zeros(users, np.int64), np.zeros(items, np.int64)
        for rows, weeks in self._mapped():
            train = rows[: weeks[TRAIN_WEEKS]]
            of_users += np.bincount(train["user"], minlength=users)
            of_items += np.bincount(train["item"], minlength=items)
        return of_users, of_items

    def _mapped(self) -> Iterator[tuple[Block, Int64[np.ndarray, " weeks_plus_1"]]]:
        header = (WEEKS + 1) * _HEADER.itemsize
        for path in self._paths:
            weeks = np.fromfile(path, _HEADER, WEEKS + 1)
            if weeks[-1]:
                yield np.memmap(path, ROW, "r", header, (int(weeks[-1]),)), weeks


def write_week(path: Path, world: SyntheticModel, blocks: Sequence[Block]) -> int:
    """One week of a log as a Parquet file, sessions by the time they begin.

    Returns
    -------
    Rows.
    """
    pa = schema.arrow()
    rows = sum(len(block) for block in blocks)
    slices = max(-(-rows // _GROUP), 1)
    borders = [(1 << 32) * number // slices for number in range(1, slices)]
    cuts = [
        np.concatenate([[0], np.searchsorted(block["time"], borders), [len(block)]])
        for block in blocks
    ]
    with atomic_path(path) as part:
        writer = pa.parquet.ParquetWriter(
            part, schema.interactions(), compression="zstd", use_dictionary=_repetitive()
        )
        with writer:
            for number in range(slices):
                ends = [cut[number : number + 2].astype(int) for cut in cuts]
                parts = [
                    block[first:last] for block, (first, last) in zip(blocks, ends, strict=True)
                ]
                writer.write_table(_table(world, np.concatenate(parts)), row_group_size=2 * _GROUP)
    return rows


def _repetitive() -> list[str]:
    return [fields.PLACE, fields.PLATFORM, fields.AGENT, fields.TIMESPENT]


def _table(world: SyntheticModel, rows: Block) -> pa.Table:
    pa = schema.arrow()
    rows = rows[np.argsort(rows["time"], kind="stable")]
    agent = np.ascontiguousarray(rows["agent"])
    arrays = [
        world.users.ids[rows["user"]],
        world.items.ids[rows["item"]],
        np.ascontiguousarray(rows["place"]),
        PLATFORM_OF[agent],
        agent,
        np.ascontiguousarray(rows["timespent"]),
    ]
    # One bit per row is what a column of truth values is made of.
    flags = np.ascontiguousarray(rows["flags"])
    bits = [
        np.packbits(flags & np.uint8(1 << bit), bitorder="little")
        for bit in range(len(fields.SIGNALS))
    ]
    said = [
        pa.Array.from_buffers(pa.bool_(), len(rows), [None, pa.py_buffer(packed)])
        for packed in bits
    ]
    return pa.table([*(pa.array(values) for values in arrays), *said], schema=schema.interactions())
