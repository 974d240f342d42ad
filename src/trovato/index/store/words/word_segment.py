"""Immutable files of postings: which terms stand how often in which of many items."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from trovato.core import CorruptCollectionError, atomic_path, file_errors
from trovato.core.shapes import Int64, UInt64
from trovato.index.store.words.item_columns import ItemColumns
from trovato.ops import PostingLists, sorted_places

# magic, items, terms, postings, letters of ids, checksum of the rest of the file, checksum of the
# fields before.
_HEADER = struct.Struct("<8sQQQQII")
_MAGIC = b"trovwrd2"


@dataclass(frozen=True, slots=True)
class WordSegmentRecord:
    """What the database says of one file of postings.

    Parameters
    ----------
    number
        Names the file; never used twice.
    first_item, last_item, items
        The least and the largest of its items, and how many there are.
    terms, postings, letters
        How many there are; letters of ids in bytes.
    dead
        Items whose words changed or that are gone.
    bytes, checksum
        Length of the file, and CRC-32 of all that follows its header.
    """

    number: int
    first_item: int
    last_item: int
    items: int
    terms: int
    postings: int
    letters: int
    dead: int
    bytes: int
    checksum: int

    @property
    def file_name(self) -> str:
        """Name of the file in the directory of segments."""
        return word_segment_name(self.number)


@dataclass(frozen=True, slots=True, eq=False)
class WordSegment:
    """Postings of some items, and what else a ranking has to know of them.

    Parameters
    ----------
    columns
        The items; a document of `lists` is a place in them.
    terms
        Numbers of the terms, rising; a term of `lists` is a place in them.
    lists
        The postings.
    """

    columns: ItemColumns
    terms: UInt64[np.ndarray, " terms"]
    lists: PostingLists

    @property
    def sizes(self) -> tuple[int, int, int, int]:
        """Items, terms, postings, and letters of ids."""
        return (
            len(self.columns),
            len(self.terms),
            len(self.lists.documents),
            len(self.columns.letters),
        )

    def places_of(self, terms: UInt64[np.ndarray, " asked"]) -> Int64[np.ndarray, " asked"]:
        """Places of those terms, -1 for those that no item has."""
        return sorted_places(self.terms, terms)


def word_segment_name(number: int) -> str:
    """Name of the file of postings of that number."""
    return f"{number:06d}.words"


def write_word_segment(path: Path, segment: WordSegment) -> tuple[int, int]:
    """Write postings and force them to the disk; length of the file, checksum of what follows.

    Raises
    ------
    StorageError
        If the system refuses; nothing is left of the file.
    """
    columns, lists = segment.columns, segment.lists
    arrays = (
        (columns.items, "<i8"),
        (columns.files, "<i8"),
        (columns.starts, "<i8"),
        (segment.terms, "<u8"),
        (lists.starts, "<i8"),
        (lists.lengths, "<u4"),
        (lists.most, "<u4"),
        (lists.shortest, "<u4"),
        (lists.documents, "<u4"),
        (lists.counts, "<u4"),
        (columns.letters, "u1"),
    )
    checksum, length = 0, _HEADER.size
    with atomic_path(path) as part, part.open("wb") as file:
        file.write(bytes(_HEADER.size))
        for array, kind in arrays:
            content = np.ascontiguousarray(array, kind).data.cast("B")
            checksum = zlib.crc32(content, checksum)
            length += file.write(content)
        file.seek(0)
        file.write(_header(*segment.sizes, checksum))
    return length, checksum


def map_word_segment(path: Path, record: WordSegmentRecord) -> WordSegment:
    """Map postings into memory, read-only; they are read where they are used.

    Raises
    ------
    CorruptCollectionError
        If the file is missing, or its header or length are not what `record` says.
    StorageError
        If the system refuses.
    """
    try:
        with file_errors("map", path):
            mapped = np.memmap(path, np.uint8, "r") if path.is_file() else np.zeros(0, np.uint8)
    except ValueError:  # an empty file
        mapped = np.zeros(0, np.uint8)
    sizes = record.items, record.terms, record.postings, record.letters
    header = _header(*sizes, record.checksum)
    if len(mapped) != record.bytes or mapped[: len(header)].tobytes() != header:
        raise corrupt_words(path, "is not what was written")
    found, start = [], len(header)
    for count, kind in (
        (record.items, "<i8"),
        (record.items, "<i8"),
        (record.items + 1, "<i8"),
        (record.terms, "<u8"),
        (record.terms + 1, "<i8"),
        (record.items, "<u4"),
        (record.terms, "<u4"),
        (record.terms, "<u4"),
        (record.postings, "<u4"),
        (record.postings, "<u4"),
        (record.letters, "u1"),
    ):
        end = start + count * np.dtype(kind).itemsize
        found.append(np.asarray(mapped[start:end]).view(kind))
        start = end
    items, files, begins, terms, starts, lengths, most, shortest, documents, counts, letters = found
    lists = PostingLists(documents, counts, lengths, starts, most, shortest)
    return WordSegment(ItemColumns(items, files, begins, letters), terms, lists)


def check_word_segment(path: Path, record: WordSegmentRecord) -> None:
    """Read a file of postings from end to end and compare its checksum.

    Raises
    ------
    CorruptCollectionError
        If it is not what was written.
    StorageError
        If the system refuses.
    """
    checksum = 0
    with file_errors("read", path), path.open("rb") as file:
        file.seek(_HEADER.size)
        while block := file.read(1 << 20):
            checksum = zlib.crc32(block, checksum)
    if checksum != record.checksum:
        raise corrupt_words(path, "has other content than was written")


def corrupt_words(path: Path, what: str) -> CorruptCollectionError:
    """The error of a file of postings."""
    return CorruptCollectionError(
        f"the file of words {path} {what}: `trovato repair` makes it anew from the pages"
    )


def _header(items: int, terms: int, postings: int, letters: int, checksum: int) -> bytes:
    fields = (_MAGIC, items, terms, postings, letters, checksum)
    return _HEADER.pack(*fields, zlib.crc32(_HEADER.pack(*fields, 0)))
