"""Immutable vector files: many items' codes and scales in one memory-mapped file."""

from __future__ import annotations

import os
import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
from jaxtyping import Int64

from trovato.core import CorruptCollectionError
from trovato.ops import Int8Vectors

# magic, dim, items, rows, checksum of the rest of the file, checksum of the fields before.
_HEADER = struct.Struct("<8sIxxxxQQII")
_MAGIC = b"trovseg1"
_ALIGNMENT = 64


@dataclass(frozen=True, slots=True)
class SegmentRecord:
    """What the database says of one segment file.

    Parameters
    ----------
    number
        Names the file; never used twice.
    first_item, items
        The segment holds the vectors of the items `first_item … first_item + items - 1`.
    live
        How many of those items are published.
    rows
        Vectors in all.
    bytes, checksum
        Length of the file, and CRC-32 of all that follows its header.
    """

    number: int
    first_item: int
    items: int
    live: int
    rows: int
    bytes: int
    checksum: int

    @property
    def file_name(self) -> str:
        """Name of the file in the directory of segments."""
        return segment_name(self.number)


@dataclass(frozen=True, slots=True, eq=False)
class Segment:
    """A mapped segment: item `i` of it owns rows `offsets[i]:offsets[i+1]` of `vectors`."""

    vectors: Int8Vectors
    offsets: Int64[np.ndarray, " items_plus_1"]


def segment_name(number: int) -> str:
    """Name of the file of a segment."""
    return f"{number:06d}.seg"


def write_segment(path: Path, dim: int, parts: Sequence[Int8Vectors]) -> tuple[int, int]:
    """Write the vectors of consecutive items and force them to the disk.

    Parameters
    ----------
    path
        A new file; when it cannot be written whole, nothing is left of it.
    dim
        Components of each vector.
    parts
        Vectors of each item, in order.

    Returns
    -------
    Length of the file in bytes, and checksum of all that follows its header.
    """
    try:
        with path.open("wb") as file:
            length, checksum = _write(file, dim, parts)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    _force_directory(path.parent)
    return length, checksum


def map_segment(path: Path, record: SegmentRecord, dim: int) -> Segment:
    """Map a segment into memory, read-only; its pages are read when they are used.

    Raises
    ------
    CorruptCollectionError
        If the file is missing, or its header or length are not what `record` says.
    """
    try:
        mapped = np.memmap(path, np.uint8, "r")
    except (OSError, ValueError) as error:
        raise _corrupt(path, f"cannot be mapped ({error})") from error
    if len(mapped) != record.bytes:
        raise _corrupt(path, f"has {len(mapped)} bytes where {record.bytes} were written")
    header = _header(dim, record.items, record.rows, record.checksum)
    if mapped[: len(header)].tobytes() != header:
        raise _corrupt(path, "has another header than was written")
    arrays, end = [], _ALIGNMENT
    for dtype, count in (
        (np.int64, record.items + 1),
        (np.int8, record.rows * dim),
        (np.float32, record.rows),
    ):
        start = end + -end % _ALIGNMENT
        end = start + count * np.dtype(dtype).itemsize
        arrays.append(np.asarray(mapped[start:end]).view(dtype))
    offsets, codes, scales = arrays
    return Segment(Int8Vectors(codes.reshape(-1, dim), scales), offsets)


def _write(file: BinaryIO, dim: int, parts: Sequence[Int8Vectors]) -> tuple[int, int]:
    """Write the arrays one after another, each aligned, and the header last."""
    offsets = np.zeros(len(parts) + 1, np.int64)
    np.cumsum([len(part.codes) for part in parts], out=offsets[1:])
    checksum, length = 0, file.write(bytes(_ALIGNMENT))
    for arrays in ([offsets], [part.codes for part in parts], [part.scales for part in parts]):
        padding = np.zeros(-length % _ALIGNMENT, np.uint8)
        for array in (padding, *arrays):
            content = array.tobytes()
            checksum = zlib.crc32(content, checksum)
            length += file.write(content)
    file.seek(0)
    file.write(_header(dim, len(parts), int(offsets[-1]), checksum))
    return length, checksum


def _header(dim: int, items: int, rows: int, checksum: int) -> bytes:
    fields = (_MAGIC, dim, items, rows, checksum)
    return _HEADER.pack(*fields, zlib.crc32(_HEADER.pack(*fields, 0)))


def _force_directory(folder: Path) -> None:
    """Make the name of a new file as durable as its content, where the system can."""
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _corrupt(path: Path, what: str) -> CorruptCollectionError:
    return CorruptCollectionError(
        f"the vector file {path} {what}: restore it from a copy, or index into a new collection"
    )
