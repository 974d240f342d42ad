"""Vectors of one field that wait for a commit, and become one segment."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from trovato.core import InvalidInputError
from trovato.core.shapes import Int32
from trovato.index.store.fields import StoredField
from trovato.index.store.segments import insert_segment, next_segment
from trovato.index.vectors.ivf_codec import newest_codebook, read_codec
from trovato.index.vectors.projection import Projection, read_projection
from trovato.index.vectors.segment_file import SegmentRecord, segment_name, write_arrays
from trovato.index.vectors.transform import (
    InputVectors,
    StoredVectors,
    as_int8,
    encode,
    shape,
    stack,
)
from trovato.index.writing.train_centroids import store_cells
from trovato.ops import CellLists, nearest_in_groups

# An item's vectors as they will be stored, which of them each token has, and how many tokens.
Shaped = tuple[StoredVectors, Int32[np.ndarray, " tokens"] | None, int]


class FieldBatch:
    """Vectors of a field, item by item.

    Parameters
    ----------
    connection
        Of the transaction that will name the segment.
    field
        As it is stored.
    projection
        Of the field, where it is known already.
    """

    def __init__(
        self,
        connection: sqlite3.Connection,
        field: StoredField,
        projection: Projection | None = None,
    ) -> None:
        self.field = field
        self.projection = projection or read_projection(connection, field.number)
        self._connection = connection
        self._items: list[int] = []
        self._vectors: list[StoredVectors] = []
        self._none = self.shape(np.zeros((0, field.dim), np.float32))

    def __len__(self) -> int:
        return len(self._items)

    @property
    def vectors(self) -> int:
        """How many wait."""
        return sum(len(part) for part in self._vectors)

    @property
    def last_item(self) -> int:
        """The item that was added last."""
        return self._items[-1]

    @property
    def first_item(self) -> int:
        """The item that was added first."""
        return self._items[0]

    def shape(self, vectors: InputVectors | None) -> Shaped:
        """An item's vectors as this batch keeps them; None for none.

        Raises
        ------
        InvalidInputError
            If a component is too large for `fp16`.
        """
        if vectors is None:
            return self._none
        stored, owners = shape(vectors, self.field.vector_format, self.projection)
        return stored, owners, len(owners) if owners is not None else len(stored)

    def add(self, item: int, vectors: StoredVectors) -> None:
        """Keep the vectors of an item, which `shape` gave; items rise."""
        if self._items and item <= self._items[-1]:
            raise InvalidInputError(f"item {item} comes after {self._items[-1]}: items must rise")
        self._items.append(item)
        self._vectors.append(vectors)

    def write(self, folder: Path) -> int | None:
        """Write a segment, name it in the transaction, and give back its number; None for nothing.

        Numbers between the items are no items any more.
        """
        if not self._items:
            return None
        connection, field = self._connection, self.field
        number = next_segment(connection)
        offsets = _offsets(self._items, [len(part) for part in self._vectors])
        vectors, vector_format = stack(self._vectors), field.vector_format
        book = newest_codebook(connection, field.number)
        codec = cells = None
        if book is not None:
            eights = self.projection.move_units(as_int8(vectors), book.dim)
            cells = nearest_in_groups(eights, book.centroids)[0]
            if vector_format.bits:
                codec = read_codec(connection, book.number, vector_format.bits)
        if vector_format.bits and codec is None:
            vector_format = replace(vector_format, codec="int8")  # until there are centroids
        codes, beside = encode(vectors, vector_format, codec, cells=cells)
        written = write_arrays(
            folder / segment_name(number), field.dim, vector_format, offsets, [codes], [beside]
        )
        held = len(offsets) - 1
        record = SegmentRecord(
            number,
            self._items[0],
            held,
            0,
            len(vectors),
            *written,
            held - len(self._items),
            vector_format,
            book.number if book and codec else 0,
        )
        insert_segment(connection, field.number, record)
        if book is not None and cells is not None:
            lists = CellLists.of(cells, offsets, len(book.centroids))
            store_cells(connection, folder, record, book, lists, cells)
        return number


def _offsets(items: Sequence[int], lengths: Sequence[int]) -> np.ndarray:
    """`(last - first + 2,)`: numbers between the items own nothing."""
    offsets = np.zeros(items[-1] - items[0] + 2, np.int64)
    offsets[np.array(items) - items[0] + 1] = lengths
    return np.cumsum(offsets)
