"""The file of a week, written a batch at a time and there only when it is whole."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trovato.core import atomic_path, fields
from trovato.interactions.storage import schema

if TYPE_CHECKING:
    import pyarrow as pa

# Rows of a row group, and those that wait in memory.
GROUP = 1 << 20


class WeekWriter:
    """Gathers rows to row groups of one size, however they come."""

    def __init__(self, file: pa.parquet.ParquetWriter) -> None:
        self._file, self._waiting, self._count = file, list[Any](), 0

    def add(self, batch: pa.RecordBatch) -> None:
        """Append rows, of all columns of a log."""
        self._waiting.append(batch)
        self._count += batch.num_rows
        if self._count >= GROUP:
            self._write(GROUP)

    def finish(self) -> None:
        """Write what waits."""
        self._write(self._count)

    def _write(self, rows: int) -> None:
        pa = schema.arrow()
        table = pa.Table.from_batches(self._waiting, schema.interactions())
        if rows:
            self._file.write_table(table.slice(0, rows), row_group_size=GROUP)
        rest = table.slice(rows)
        self._waiting, self._count = rest.to_batches(), len(rest)


@contextmanager
def week_writer(path: Path) -> Iterator[WeekWriter]:
    """Write a week: its file is there when the block is left without an error.

    The same rows give the same bytes, in whatever batches they come.

    Raises
    ------
    StorageError
        If the disk is full.
    """
    pa = schema.arrow()
    small = [name for name in fields.INTERACTION if name not in (fields.USER, fields.ITEM)]
    packed = [name for name in small if name not in fields.SIGNALS]
    with (
        atomic_path(path) as part,
        pa.parquet.ParquetWriter(
            part, schema.interactions(), compression="zstd", use_dictionary=packed
        ) as file,
    ):
        writer = WeekWriter(file)
        yield writer
        writer.finish()
