"""The coarse side of a segment: in which cells its tokens lie, in one memory-mapped file."""

from __future__ import annotations

import sqlite3
import struct
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from trovato.core import CorruptCollectionError, atomic_path, file_errors
from trovato.ops import CellLists, Postings

# magic, items, entries, cells there are, checksum of the rest of the file.
_HEADER = struct.Struct("<8sQQII")
_LISTS, _POSTINGS = b"trovcel1", b"trovcel2"
# From so many entries per cell on, items are listed by cell: a question then looks at a few cells.
_ENTRIES_PER_CELL = 4


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
    """Write the cells of a segment and force them to the disk, by item or, if many, by cell.

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
    items, entries = len(lists.offsets) - 1, len(lists.cells)
    if entries < _ENTRIES_PER_CELL * lists.count:
        magic, starts, numbers = _LISTS, lists.offsets, lists.cells
    else:
        postings = Postings.of(lists)
        magic, starts, numbers = _POSTINGS, postings.starts, postings.items
    content = starts.astype("<i8").tobytes() + numbers.astype("<u2").tobytes()
    checksum = zlib.crc32(content)
    header = _HEADER.pack(magic, items, entries, lists.count, checksum)
    with atomic_path(path) as part, part.open("wb") as file:
        length = file.write(header) + file.write(content)
    return entries, length, checksum


def map_cells(path: Path, record: CellsRecord, items: int, count: int) -> CellLists | Postings:
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
    magic, content = mapped[:8].tobytes(), mapped[_HEADER.size :]
    header = _HEADER.pack(magic, items, record.entries, count, record.checksum)
    if (
        len(mapped) != record.bytes
        or magic not in (_LISTS, _POSTINGS)
        or mapped[: _HEADER.size].tobytes() != header
        or zlib.crc32(content.tobytes()) != record.checksum
    ):
        raise CorruptCollectionError(
            f"the file of cells {path} is not what was written: run `trovato repair`, then "
            "`trovato tune`; exact searches do without it"
        )
    middle = len(content) - 2 * record.entries
    starts = np.asarray(content[:middle]).view("<i8")
    numbers = np.asarray(content[middle:]).view("<u2")
    if magic == _LISTS:
        return CellLists(numbers, starts, count)
    return Postings(numbers, starts, items, count)
