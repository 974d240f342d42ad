"""Immutable vector files: the vectors of many items in one memory-mapped file."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import BinaryIO

import numpy as np
from jaxtyping import Int64, Shaped

from trovato.core import CorruptCollectionError
from trovato.index.durable import durable_file
from trovato.index.storage import file_errors
from trovato.ops import Int8Vectors, ResidualCodec, ResidualVectors

# magic, dim, bits, items, rows, checksum of the rest of the file, checksum of the fields before.
_HEADER = struct.Struct("<8sIIQQII")
_MAGIC = b"trovseg1"
_ALIGNMENT = 64
# Bytes that are read at a time when a whole file is checked.
_BLOCK = 1 << 20


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
    bits, codebook
        Of the residual codec that its vectors are stored with; 0 and 0 where they are int8.
    """

    number: int
    first_item: int
    items: int
    live: int
    rows: int
    bytes: int
    checksum: int
    bits: int = 0
    codebook: int = 0

    @property
    def file_name(self) -> str:
        """Name of the file in the directory of segments."""
        return segment_name(self.number)


@dataclass(frozen=True, eq=False)
class Segment:
    """A mapped segment: item `i` of it owns rows `offsets[i]:offsets[i+1]`.

    Parameters
    ----------
    offsets
        `(items + 1,)`.
    arrays
        What is stored of each row: codes and scales of int8 vectors, or residual codes and cells.
    codec
        What residual codes mean, if it is known.
    """

    offsets: Int64[np.ndarray, " items_plus_1"]
    arrays: tuple[Shaped[np.ndarray, "rows _"], Shaped[np.ndarray, " rows"]]
    codec: ResidualCodec | None

    @cached_property
    def vectors(self) -> Int8Vectors | ResidualVectors:
        """The vectors of all rows; compressed ones are decoded where they are used."""
        codes, beside = self.arrays
        if self.codec is None:
            return Int8Vectors(codes, beside)
        return ResidualVectors(self.codec, beside, codes)


def segment_name(number: int) -> str:
    """Name of the file of a segment."""
    return f"{number:06d}.seg"


def write_arrays(
    path: Path,
    dim: int,
    bits: int,
    offsets: Int64[np.ndarray, " items_plus_1"],
    codes: Iterable[Shaped[np.ndarray, "_ __"]],
    beside: Iterable[Shaped[np.ndarray, " _"]],
) -> tuple[int, int]:
    """Write the vectors of consecutive items and force them to the disk.

    Parameters
    ----------
    path
        A new file; when it cannot be written whole, nothing is left of it.
    dim
        Components of each vector.
    bits
        Of its residual codes; 0 for int8.
    offsets
        Item `i` owns the rows `offsets[i]:offsets[i+1]`.
    codes, beside
        All rows, in order and in blocks of any length: int8 codes and their scales, or residual
        codes and their cells. Each is gone through once, codes first.

    Returns
    -------
    Length of the file in bytes, and checksum of all that follows its header.

    Raises
    ------
    StorageError
        If the system refuses.
    """
    with durable_file(path) as file:
        length, checksum = _write(file, dim, bits, offsets, codes, beside)
    return length, checksum


def map_segment(
    path: Path, record: SegmentRecord, dim: int, codec: ResidualCodec | None = None
) -> Segment:
    """Map a segment into memory, read-only; its pages are read when they are used.

    Parameters
    ----------
    path, record
        The file, and what was written.
    dim
        Components of each vector.
    codec
        What its residual codes mean; needed for its `vectors`, if it has such codes.

    Raises
    ------
    CorruptCollectionError
        If the file is missing, or its header or length are not what `record` says.
    StorageError
        If the system refuses.
    """
    try:
        with file_errors("map", path):
            mapped = np.memmap(path, np.uint8, "r") if path.is_file() else None
    except ValueError:  # an empty file
        mapped = None
    if mapped is None:
        raise _corrupt(path, "is missing or empty")
    if len(mapped) != record.bytes:
        raise _corrupt(path, f"has {len(mapped)} bytes where {record.bytes} were written")
    header = _header(dim, record.bits, record.items, record.rows, record.checksum)
    if mapped[: len(header)].tobytes() != header:
        raise _corrupt(path, "has another header than was written")
    arrays, end = [], _ALIGNMENT
    width = -(-dim * record.bits // 8) if record.bits else dim
    codes_type, beside_type = (np.uint8, np.uint16) if record.bits else (np.int8, np.float32)
    for dtype, count in (
        (np.int64, record.items + 1),
        (codes_type, record.rows * width),
        (beside_type, record.rows),
    ):
        start = end + -end % _ALIGNMENT
        end = start + count * np.dtype(dtype).itemsize
        arrays.append(np.asarray(mapped[start:end]).view(dtype))
    offsets, codes, beside = arrays
    return Segment(offsets, (codes.reshape(-1, width), beside), codec)


def check_content(
    path: Path, record: SegmentRecord, passed: Callable[[int], None] | None = None
) -> None:
    """Read a segment's file from end to end and compare its checksum.

    Parameters
    ----------
    path, record
        A file that `map_segment` takes.
    passed
        Called with the number of bytes of each block that was read.

    Raises
    ------
    CorruptCollectionError
        If the content is not what was written.
    StorageError
        If the system refuses.
    """
    checksum = 0
    with file_errors("read", path), path.open("rb") as file:
        file.seek(_ALIGNMENT)
        while block := file.read(_BLOCK):
            checksum = zlib.crc32(block, checksum)
            if passed is not None:
                passed(len(block))
    if checksum != record.checksum:
        raise _corrupt(path, "has other content than was written")


def _write(
    file: BinaryIO,
    dim: int,
    bits: int,
    offsets: Int64[np.ndarray, " items_plus_1"],
    codes: Iterable[Shaped[np.ndarray, "_ __"]],
    beside: Iterable[Shaped[np.ndarray, " _"]],
) -> tuple[int, int]:
    """Write the arrays one after another, each aligned, and the header last."""
    checksum, length = 0, file.write(bytes(_ALIGNMENT))
    arrays: Iterable[np.ndarray]
    for arrays in ([offsets], codes, beside):
        padding = np.zeros(-length % _ALIGNMENT, np.uint8)
        for array in chain([padding], arrays):
            content = array.tobytes()
            checksum = zlib.crc32(content, checksum)
            length += file.write(content)
    file.seek(0)
    file.write(_header(dim, bits, len(offsets) - 1, int(offsets[-1]), checksum))
    return length, checksum


def _header(dim: int, bits: int, items: int, rows: int, checksum: int) -> bytes:
    fields = (_MAGIC, dim, bits, items, rows, checksum)
    return _HEADER.pack(*fields, zlib.crc32(_HEADER.pack(*fields, 0)))


def _corrupt(path: Path, what: str) -> CorruptCollectionError:
    return CorruptCollectionError(
        f"the vector file {path} {what}: restore it from a copy, or run `trovato repair`, which "
        "withdraws the files it belongs to, and index those again"
    )
