"""The coarse side of a segment: in which cells its tokens lie, in one memory-mapped file."""

from __future__ import annotations

import sqlite3
import struct
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from trovato.core import CorruptCollectionError, atomic_path, file_errors
from trovato.core.shapes import UInt16
from trovato.ops import CellLists, Postings
from trovato.ops.late_interaction.probing import BLOCK_ITEMS

# magic, items, entries, cells there are, checksum of the rest of the file.
_HEADER = struct.Struct("<8sQQII")
# The cells of items by item or by cell, each without and with the cell of every vector.
_LISTS, _POSTINGS, _LISTS_TOKENS, _POSTINGS_TOKENS = (
    b"trovcel1",
    b"trovcel2",
    b"trovcel3",
    b"trovcel4",
)
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


@dataclass(frozen=True, slots=True, eq=False)
class SegmentCells:
    """In which cells the vectors of a segment lie.

    Parameters
    ----------
    lists
        The cells of each item, or the items of each cell.
    tokens
        The cell of each vector; None where that was not kept.
    """

    lists: CellLists | Postings
    tokens: UInt16[np.ndarray, " rows"] | None


def cells_records(connection: sqlite3.Connection) -> list[CellsRecord]:
    """All files of cells that the connection's state names, by segment."""
    rows = connection.execute(
        "SELECT segment, codebook, entries, bytes, checksum FROM cells ORDER BY segment"
    )
    return [CellsRecord(*row) for row in rows]


def cells_name(segment: int, codebook: int) -> str:
    """Name of the file with the cells of a segment under some centroids."""
    return f"{segment:06d}-{codebook:06d}.cells"


def write_cells(
    path: Path, lists: CellLists, tokens: UInt16[np.ndarray, " rows"] | None = None
) -> tuple[int, int, int]:
    """Write the cells of a segment and force them to the disk, by item or, if many, by cell.

    Parameters
    ----------
    path
        A new file; when it cannot be written whole, nothing is left of it.
    lists
        Cells of each of the segment's items.
    tokens
        The cell of each of its vectors, if searches are to look at tokens by their cells.

    Returns
    -------
    Entries, length of the file in bytes, and checksum of all that follows its header.
    """
    items, entries = len(lists.offsets) - 1, len(lists.cells)
    if entries < _ENTRIES_PER_CELL * lists.count:
        magic = _LISTS if tokens is None else _LISTS_TOKENS
        starts, numbers = lists.offsets, lists.cells
    else:
        postings = Postings.of(lists)
        magic = _POSTINGS if tokens is None else _POSTINGS_TOKENS
        starts, numbers = postings.starts, postings.items
    content = starts.astype("<i8").tobytes() + numbers.astype("<u2").tobytes()
    if tokens is not None:
        content += tokens.astype("<u2").tobytes()
    checksum = zlib.crc32(content)
    header = _HEADER.pack(magic, items, entries, lists.count, checksum)
    with atomic_path(path) as part, part.open("wb") as file:
        length = file.write(header) + file.write(content)
    return entries, length, checksum


def map_cells(path: Path, record: CellsRecord, items: int, count: int) -> SegmentCells:
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
        or magic not in (_LISTS, _POSTINGS, _LISTS_TOKENS, _POSTINGS_TOKENS)
        or mapped[: _HEADER.size].tobytes() != header
        or zlib.crc32(content.tobytes()) != record.checksum
    ):
        raise CorruptCollectionError(
            f"the file of cells {path} is not what was written: run `trovato repair`, then "
            "`trovato tune`; exact searches do without it"
        )
    by_item = magic in (_LISTS, _LISTS_TOKENS)
    middle = 8 * (1 + (items if by_item else -(-items // BLOCK_ITEMS) * count))
    end = middle + 2 * record.entries
    starts = np.asarray(content[:middle]).view("<i8")
    numbers = np.asarray(content[middle:end]).view("<u2")
    tokens = np.asarray(content[end:]).view("<u2")
    return SegmentCells(
        CellLists(numbers, starts, count) if by_item else Postings(numbers, starts, items, count),
        tokens if magic in (_LISTS_TOKENS, _POSTINGS_TOKENS) else None,
    )
