"""A vector field is added to a collection, and what is there is encoded for it."""

from __future__ import annotations

import sqlite3
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence

from trovato.core import InvalidInputError, Item, ProgressCallback, no_progress
from trovato.index.store.contents import read_contents
from trovato.index.store.fields import (
    StoredField,
    VectorField,
    check_same_field,
    insert_field,
    name_encoder,
)
from trovato.index.store.segments import recount, segment_records, set_owners
from trovato.index.store.tables import add_tokens
from trovato.index.store.validation import check_vectors
from trovato.index.vectors.format import VectorFormat
from trovato.index.vectors.transform import InputVectors
from trovato.index.writing.field_batch import FieldBatch, Shaped
from trovato.index.writing.transaction import GroupCommits

# From items, one after another, to the vectors `(vectors, dim)` of each, in order.
EncodeItems = Callable[[Iterator[Item]], Iterable[InputVectors]]
_ROWS = 256  # items read at a time
# A segment has room for at most so many numbers per item that is left: 8 bytes each.
_SPARSE = 16


def fill_field(
    commits: GroupCommits,
    field: VectorField,
    encode: EncodeItems,
    progress: ProgressCallback = no_progress,
    vector_format: VectorFormat = VectorFormat(),
) -> int:
    """Declare a field where it is not there yet, and encode the items that lack it.

    Each group of items is a commit: an interrupted run goes on where it stopped. What was written
    after the field was declared has the vectors that it came with, and is left alone.

    Parameters
    ----------
    commits
        The open writer's; what it holds is committed first.
    field
        As it was declared, if it is there.
    encode
        Makes the vectors; none for an item that has none in this field.
    progress
        Told how many items are encoded.
    vector_format
        How its vectors are stored, if it is not there yet.

    Returns
    -------
    How many items were encoded.

    Raises
    ------
    IncompatibleCollectionError
        If the field is there and was made by another encoder.
    InvalidInputError
        If vectors do not fit the field, or are not as many as items; what was committed stays.
    """
    commits.commit()
    if field.name in commits.fields:
        known = commits.fields[field.name]
        check_same_field(known, field)
        if field.encoder_name not in (None, known.encoder_name):  # its folder has moved
            with commits.step() as connection:
                name_encoder(connection, field)
            commits.commit()
    else:
        with commits.step() as connection:
            insert_field(connection, field, vector_format)
        commits.commit()
    return _Filling(commits, commits.field(field.name), progress).run(encode)


class _Filling:
    def __init__(
        self, commits: GroupCommits, field: StoredField, progress: ProgressCallback
    ) -> None:
        self._commits = commits
        self._field = field
        self._progress = progress
        self._gaps = missing_ranges(commits.connection, field)
        self._ahead: deque[tuple[int, int, Item]] = deque()  # row, number of its gap
        self._total = sum(_count(commits.connection, *gap) for gap in self._gaps)
        self._done = 0
        self._gap = -1
        self._begin()

    def run(self, encode: EncodeItems) -> int:
        self._progress("encoding items", 0, self._total)
        for vectors in encode(self._items()):
            if not self._ahead:
                raise InvalidInputError(
                    f"the encoder of {self._field.name!r} gave more vectors than there are items: "
                    "give one array for each item"
                )
            self._add(*self._ahead.popleft(), vectors)
        if self._ahead:
            raise InvalidInputError(
                f"the encoder of {self._field.name!r} gave no vectors for {len(self._ahead)} "
                "items: give one array for each item, of no rows where it has none"
            )
        self._write()
        return self._done

    def _items(self) -> Iterator[Item]:
        for gap, (first, last) in enumerate(self._gaps):
            while rows := _rows(self._commits.connection, first, last):
                contents = read_contents(self._commits.connection, rows, drafts=True)
                for row in rows:
                    self._ahead.append((row, gap, contents[row].item))
                    yield contents[row].item
                first = rows[-1] + 1

    def _add(self, row: int, gap: int, item: Item, vectors: InputVectors) -> None:
        check_vectors(f"the item {item.id!r}", vectors, self._field)
        shaped = self._batch.shape(vectors)
        if len(self._batch) and (
            gap != self._gap
            or row - self._batch.first_item >= _SPARSE * (len(self._batch) + 1)
            or self._components >= self._commits.max_tokens * self._commits.field(None).dim
            or time.monotonic() - self._began >= self._commits.time_budget_s
        ):
            self._write()
            shaped = self._batch.shape(vectors)
        self._gap = gap
        self._batch.add(row, shaped[0])
        self._shaped.append((row, shaped))
        self._components += len(shaped[0]) * self._field.dim

    def _write(self) -> None:
        if not len(self._batch):
            return
        commits, number = self._commits, self._field.number
        with commits.step() as connection:
            written = self._batch.write(commits.segments)
            for row, (_, owners, tokens) in self._shaped:
                if owners is not None:
                    set_owners(connection, number, row, owners)
                add_tokens(connection, _file_of(connection, row), number, tokens)
            if written is not None:
                recount(connection, written)
        commits.commit()
        self._done += len(self._shaped)
        self._progress("encoding items", self._done, self._total)
        self._begin()

    def _begin(self) -> None:
        self._batch = FieldBatch(self._commits.connection, self._field)
        self._shaped: list[tuple[int, Shaped]] = []
        self._components = 0
        self._began = time.monotonic()


def missing_ranges(connection: sqlite3.Connection, field: StoredField) -> list[tuple[int, int]]:
    """Ranges of rows, first and last, that no segment of a field holds and that it should."""
    gaps, first = [], 1
    for record in segment_records(connection, field.number):
        gaps.append((first, min(record.first_item - 1, field.since)))
        first = record.first_item + record.items
    gaps.append((first, field.since))
    return [(start, end) for start, end in gaps if start <= end]


def _rows(connection: sqlite3.Connection, first: int, last: int) -> Sequence[int]:
    found = connection.execute(
        "SELECT item FROM items WHERE item BETWEEN ? AND ? ORDER BY item LIMIT ?",
        [first, last, _ROWS],
    )
    return [row for (row,) in found.fetchall()]


def _count(connection: sqlite3.Connection, first: int, last: int) -> int:
    found = connection.execute(
        "SELECT count(*) FROM items WHERE item BETWEEN ? AND ?", [first, last]
    )
    return int(found.fetchone()[0])


def _file_of(connection: sqlite3.Connection, row: int) -> int:
    found = connection.execute("SELECT file FROM items WHERE item = ?", [row]).fetchone()
    return int(found[0])
