"""The coarse side of a segment: in which cells its tokens lie, in one memory-mapped file."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from trovato.core import CorruptCollectionError, InvalidInputError
from trovato.index.durable import durable_file
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
    """Map the cells of a segment of so many items into memory, read-only.

    Raises
    ------
    CorruptCollectionError
        If the file is missing, or is not what `record` says.
    """
    try:
        mapped = np.memmap(path, np.uint8, "r")
    except (OSError, ValueError) as error:
        raise _corrupt(path, f"cannot be mapped ({error})") from error
    header = _header(items, record.entries, count, record.checksum)
    if len(mapped) != record.bytes or mapped[: len(header)].tobytes() != header:
        raise _corrupt(path, "is not the one that was written")
    middle = len(header) + 8 * (items + 1)
    offsets = np.asarray(mapped[len(header) : middle]).view("<i8")
    try:
        return CellLists(np.asarray(mapped[middle:]).view("<u2"), offsets, count)
    except InvalidInputError as error:
        raise _corrupt(path, f"holds what no cell is ({error})") from error


def _header(items: int, entries: int, count: int, checksum: int) -> bytes:
    return _HEADER.pack(_MAGIC, items, entries, count, checksum)


def _corrupt(path: Path, what: str) -> CorruptCollectionError:
    return CorruptCollectionError(
        f"the file of cells {path} {what}: `trovato tune` makes it again; searches with exact=True "
        "do without"
    )
