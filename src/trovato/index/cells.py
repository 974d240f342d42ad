"""The coarse side of a segment: in which cells its tokens lie, in one memory-mapped file."""

from __future__ import annotations

import sqlite3
import struct
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from trovato.core import CorruptCollectionError
from trovato.index.durable import durable_file
from trovato.index.storage import file_errors
from trovato.ops import CellLists

# magic, items, entries, cells there are, checksum of the rest of the file.
_HEADER = struct.Struct("<8sQQII")
_MAGIC = b"trovcel1"


@dataclass(frozen=True, slots=True)
class CellsRecord:
    """What the database says of the cells of one segment.

    Parameters
    ----------
    segment, codebook
        Numbers of the segment and of the centroids; together they name the file.
    entries
        Cells of all items together.
    bytes, checksum
        Length of the file, and CRC-32 of all that follows its header.
    """

    segment: int
    codebook: int
    entries: int
    bytes: int
    checksum: int

    @property
    def file_name(self) -> str:
        """Name of the file in the directory of segments."""
        return cells_name(self.segment, self.codebook)


def cells_records(connection: sqlite3.Connection) -> list[CellsRecord]:
    """All files of cells that the connection's state names, by segment."""
    rows = connection.execute(
        "SELECT segment, codebook, entries, bytes, checksum FROM cells ORDER BY segment"
    )
    return [CellsRecord(*row) for row in rows]


def cells_name(segment: int, codebook: int) -> str:
    """Name of the file with the cells of a segment under some centroids."""
    return f"{segment:06d}-{codebook:06d}.cells"


def write_cells(path: Path, lists: CellLists) -> tuple[int, int, int]:
    """Write the cells of a segment and force them to the disk.

    Parameters
    ----------
    path
        A new file; when it cannot be written whole, nothing is left of it.
    lists
        Cells of each of the segment's items.

    Returns
    -------
    Entries, length of the file in bytes, and checksum of all that follows its header.
    """
    content = lists.offsets.astype("<i8").tobytes() + lists.cells.astype("<u2").tobytes()
    checksum = zlib.crc32(content)
    header = _header(len(lists.offsets) - 1, len(lists.cells), lists.count, checksum)
    with durable_file(path) as file:
        length = file.write(header) + file.write(content)
    return len(lists.cells), length, checksum


def map_cells(path: Path, record: CellsRecord, items: int, count: int) -> CellLists:
    """Map the cells of a segment of so many items into memory, read-only; all of it is checked.

    Raises
    ------
    CorruptCollectionError
        If the file is missing, or is not what was written.
    StorageError
        If the system refuses.
    """
    try:
        with file_errors("map", path):
            mapped = np.memmap(path, np.uint8, "r") if path.is_file() else np.zeros(0, np.uint8)
    except ValueError:  # an empty file
        mapped = np.zeros(0, np.uint8)
    header = _header(items, record.entries, count, record.checksum)
    content = mapped[len(header) :]
    if (
        len(mapped) != record.bytes
        or mapped[: len(header)].tobytes() != header
        or zlib.crc32(content.tobytes()) != record.checksum
    ):
        raise CorruptCollectionError(
            f"the file of cells {path} is not what was written: run `trovato repair`, then "
            "`trovato tune`; exact searches do without it"
        )
    middle = 8 * (items + 1)
    return CellLists(
        np.asarray(content[middle:]).view("<u2"), np.asarray(content[:middle]).view("<i8"), count
    )


def _header(items: int, entries: int, count: int, checksum: int) -> bytes:
    return _HEADER.pack(_MAGIC, items, entries, count, checksum)
