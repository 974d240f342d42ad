"""Immutable vector files: the vectors of many items in one memory-mapped file."""

from __future__ import annotations

import mmap
import struct
import sys
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from trovato.core import CorruptCollectionError, atomic_path, file_errors
from trovato.core.shapes import Float16, Float32, Int64, Shaped
from trovato.index.vectors.format import VectorFormat
from trovato.ops import Int8Vectors, ResidualCodec, ResidualVectors, SignVectors, int8_quantize

# magic, dim, number of the codec, items, rows, checksum of the rest of the file, checksum of the
# fields before.
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
    gaps
        How many of its numbers were no item any more when it was written.
    vector_format
        How its vectors are stored.
    codebook
        Of its residual codes; 0 where it has none.
    """

    number: int
    first_item: int
    items: int
    live: int
    rows: int
    bytes: int
    checksum: int
    gaps: int = 0
    vector_format: VectorFormat = field(default_factory=VectorFormat)
    codebook: int = 0

    @property
    def file_name(self) -> str:
        """Name of the file in the directory of segments."""
        return segment_name(self.number)


# What is stored of each vector: its codes, and what stands beside them.
Arrays = tuple[Shaped[np.ndarray, "rows _"], Shaped[np.ndarray, " beside"]]


@dataclass(frozen=True, eq=False)
class Segment:
    """A mapped segment: item `i` of it owns rows `offsets[i]:offsets[i+1]`.

    Parameters
    ----------
    offsets
        `(items + 1,)`.
    arrays
        Codes and scales of int8 vectors, or residual codes and cells; fp16 vectors and signs have
        nothing beside them.
    vector_format
        How they are stored.
    dim
        Components of each vector.
    codec
        What residual codes mean, if it is known.
    pages
        The file's, as they are mapped.
    """

    offsets: Int64[np.ndarray, " items_plus_1"]
    arrays: Arrays
    vector_format: VectorFormat
    dim: int
    codec: ResidualCodec | None
    pages: mmap.mmap | None = None

    def expect(self, *, scattered: bool) -> None:
        """Tell the system whether rows are about to be read here and there, or one after another.

        Here and there it reads what is touched from the disk, and not what lies around that.
        """
        _expect(self.pages, scattered=scattered)

    @cached_property
    def vectors(
        self,
    ) -> Int8Vectors | ResidualVectors | SignVectors | Float16[np.ndarray, "rows dim"]:
        """The vectors of all rows; compressed ones are decoded where they are used."""
        codes, beside = self.arrays
        if self.vector_format.codec == "int8":
            return Int8Vectors(codes, beside)
        if self.vector_format.codec == "fp16":
            return codes
        if self.vector_format.codec == "binary":
            return SignVectors(codes, self.dim)
        if self.codec is None:
            raise CorruptCollectionError(
                f"vectors are stored in {self.vector_format.codec} with levels that are not there: "
                f"restore "
                "the collection from a copy, or index into a new one"
            )
        return ResidualVectors(self.codec, beside, codes)

    def between(self, first: int, last: int) -> Int8Vectors | Float16[np.ndarray, "some dim"]:
        """Some of the vectors, decoded as finely as they are stored."""
        return self.vectors[first:last]

    def block(self, first: int, last: int) -> Int8Vectors:
        """Some of the vectors as int8."""
        found = self.between(first, last)
        return found if isinstance(found, Int8Vectors) else int8_quantize(_floats(found))

    def take(self, rows: Int64[np.ndarray, " taken"]) -> Int8Vectors:
        """The vectors in those rows as int8."""
        if isinstance(self.vectors, np.ndarray):
            return int8_quantize(_floats(self.vectors[rows]))
        return self.vectors.take(rows)

    def values(self, first: int, last: int) -> Float32[np.ndarray, "some dim"]:
        """Some of the vectors as numbers, as finely as they are stored."""
        found = self.between(first, last)
        return found.dequantise() if isinstance(found, Int8Vectors) else _floats(found)


def _expect(pages: mmap.mmap | None, *, scattered: bool) -> None:
    if pages is not None and sys.platform != "win32":
        pages.madvise(mmap.MADV_RANDOM if scattered else mmap.MADV_NORMAL)


def _floats(values: Float16[np.ndarray, "some dim"]) -> Float32[np.ndarray, "some dim"]:
    return values.astype(np.float32)


def segment_name(number: int) -> str:
    """Name of the file of a segment."""
    return f"{number:06d}.seg"


def write_arrays(
    path: Path,
    dim: int,
    vector_format: VectorFormat,
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
        Components of the collection's vectors.
    vector_format
        How they are stored.
    offsets
        Item `i` owns the rows `offsets[i]:offsets[i+1]`.
    codes, beside
        All rows, in order and in blocks of any length; see `Segment`. Each is gone through once,
        codes first.

    Returns
    -------
    Length of the file in bytes, and checksum of all that follows its header.

    Raises
    ------
    StorageError
        If the system refuses.
    """
    with atomic_path(path) as part, part.open("wb") as file:
        length, checksum = _write(file, dim, vector_format, offsets, codes, beside)
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
        Components of the collection's vectors.
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
    pages = mapped.base if isinstance(mapped.base, mmap.mmap) else None
    _expect(pages, scattered=True)  # or a good part of the file is read with its header
    header = _header(dim, record.vector_format, record.items, record.rows, record.checksum)
    if mapped[: len(header)].tobytes() != header:
        raise _corrupt(path, "has another header than was written")
    width, codes_type, beside_type = _layout(dim, record.vector_format)
    arrays, end = [], _ALIGNMENT
    for dtype, count in (
        (np.dtype(np.int64), record.items + 1),
        (codes_type, record.rows * width),
        (beside_type, record.rows if beside_type else 0),
    ):
        start = end + -end % _ALIGNMENT
        end = start + count * (dtype.itemsize if dtype else 0)
        arrays.append(np.asarray(mapped[start:end]).view(dtype or np.uint8))
    offsets, codes, beside = arrays
    _expect(pages, scattered=False)
    kept = codes.reshape(-1, width), beside
    return Segment(
        offsets,
        kept,
        record.vector_format,
        record.vector_format.width(dim),
        codec,
        pages,
    )


def _layout(
    dim: int, vector_format: VectorFormat
) -> tuple[int, np.dtype[Any], np.dtype[Any] | None]:
    """Codes of each vector, their type, and that of what stands beside."""
    width = vector_format.width(dim)
    if vector_format.codec == "int8":
        return width, np.dtype(np.int8), np.dtype(np.float32)
    if vector_format.codec == "fp16":
        return width, np.dtype(np.float16), None
    if vector_format.codec == "binary":
        return -(-width // 8), np.dtype(np.uint8), None
    return -(-width * vector_format.bits // 8), np.dtype(np.uint8), np.dtype(np.uint16)


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
    vector_format: VectorFormat,
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
    file.write(_header(dim, vector_format, len(offsets) - 1, int(offsets[-1]), checksum))
    return length, checksum


def _header(dim: int, vector_format: VectorFormat, items: int, rows: int, checksum: int) -> bytes:
    fields = (_MAGIC, vector_format.width(dim), vector_format.columns[0], items, rows, checksum)
    return _HEADER.pack(*fields, zlib.crc32(_HEADER.pack(*fields, 0)))


def _corrupt(path: Path, what: str) -> CorruptCollectionError:
    return CorruptCollectionError(
        f"the vector file {path} {what}: restore it from a copy, or run `trovato repair`, which "
        "withdraws the files it belongs to, and index those again"
    )
