"""Groups of changes that become visible and durable together, with the vectors they bring."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np

from trovato.core import InvalidInputError, ProgressCallback, file_errors, no_progress
from trovato.core.shapes import Int32
from trovato.index.store import tables
from trovato.index.store.schema import (
    DATABASE,
    SEGMENTS,
    connect,
    lock_writer,
    upgrade,
    wanted_vector_format,
)
from trovato.index.vectors.ivf_codec import SearchProfile, read_codebook, read_codec
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
from trovato.index.writing.orphans import orphaned_files
from trovato.index.writing.train_centroids import store_cells, train_centroids
from trovato.ops import CellLists, nearest


class GroupCommits:
    """The one transaction that is always open while a collection is written to.

    Vectors are gathered in memory; at a commit they are written and forced to the disk as one
    segment, then the transaction that names it commits. So a crash leaves at most a file that no
    row names, and the next writer deletes it.

    Parameters
    ----------
    folder
        Directory of the collection.
    dim
        Components of each vector.
    max_tokens, time_budget_s
        A group is committed when it holds so many vectors, or is that old.

    Raises
    ------
    CollectionBusyError
        If another writer is open, in this process or another.
    StorageError
        If the system refuses; so may every method. What was committed is kept.
    """

    def __init__(self, folder: Path, dim: int, max_tokens: int, time_budget_s: float) -> None:
        self.dim = dim
        self.max_tokens = max_tokens
        self.time_budget_s = time_budget_s
        self.segments = folder / SEGMENTS
        self._lock = lock_writer(folder)
        self._connection = connect(folder / DATABASE)
        self._projection = Projection()
        self.open = True
        try:
            # Every commit is forced to the disk: groups make that cheap.
            self._connection.execute("PRAGMA synchronous = FULL")
            # Pages kept in memory, KiB; what is more goes to the log before the commit.
            self._connection.execute("PRAGMA cache_size = -32768")
            upgrade(self._connection)
            self._remove_leftovers()
            self._begin()
        except BaseException:
            self._abandon()
            raise

    @property
    def connection(self) -> sqlite3.Connection:
        """The connection that the transaction is open on.

        Raises
        ------
        InvalidInputError
            If the writer is closed, or an earlier step failed.
        """
        if not self.open:
            raise InvalidInputError("this writer is closed or has failed: open another one")
        return self._connection

    @contextmanager
    def step(self) -> Iterator[sqlite3.Connection]:
        """One change: done as a whole, or all that is not committed is given up.

        Raises
        ------
        InvalidInputError
            If the writer is closed, or an earlier step failed.
        """
        connection = self.connection
        self._changed = True
        try:
            yield connection
        except BaseException:
            self._abandon()
            raise

    def shape(
        self, vectors: InputVectors
    ) -> tuple[StoredVectors, Int32[np.ndarray, " tokens"] | None]:
        """A page's vectors as this group keeps them, and which of them each token has; `shape`."""
        return shape(vectors, self._vector_format, self._projection)

    def add_vectors(self, item: int, vectors: StoredVectors) -> None:
        """Keep the vectors of a new item, which `shape` gave, for the segment of this group."""
        if not self._batch:
            self._first_item = item
        self._batch.append(vectors)
        self._batch_tokens += len(vectors)

    def touch(self, file: int) -> None:
        """Say that the items of a file are about to appear or vanish."""
        self._touched |= tables.segments_of(self.connection, file)

    def commit_when_due(self) -> None:
        """Commit if the group is large or old enough."""
        late = time.monotonic() - self._began >= self.time_budget_s
        if late or self._batch_tokens >= self.max_tokens:
            self.commit()

    def commit(self) -> None:
        """Make all changes so far visible; when this returns, they survive a crash."""
        if self.open and not self._changed:
            return
        with self.step() as connection:
            self._write_batch()
            for number in sorted(self._touched):
                tables.recount(connection, number)
            tables.next_generation(connection)
            connection.execute("COMMIT")
            self._begin()

    def collect_garbage(self) -> None:
        """Commit, and delete the files that no state needs any more, if no reader does either."""
        self.commit()
        with self.step() as connection:
            connection.execute("ROLLBACK")
            self._remove_leftovers()
            self._begin()

    def close(self) -> None:
        """Commit what is left and let others write; without effect when closed already."""
        if self.open:
            self.commit()
            self.roll_back()

    def roll_back(self) -> None:
        """Give up what is not committed, and let others write; without effect when closed."""
        if not self.open:
            return
        try:
            self.connection.execute("ROLLBACK")
            self._remove_leftovers()
        finally:
            self._abandon()

    def _begin(self) -> None:
        self.connection.execute("BEGIN IMMEDIATE")
        self._vector_format = wanted_vector_format(self._connection)
        if self._projection.matrix is None:
            self._projection = read_projection(self._connection)
        self._batch: list[StoredVectors] = []
        self._batch_tokens = 0
        self._first_item = 0
        self._touched: set[int] = set()
        self._changed = False
        self._began = time.monotonic()

    def _abandon(self) -> None:
        self.open = False
        self._connection.close()
        self._lock.close()

    def _write_batch(self) -> None:
        if not self._batch:
            return
        number = tables.next_segment(self.connection)
        path = self.segments / segment_name(number)
        offsets = np.zeros(len(self._batch) + 1, np.int64)
        np.cumsum([len(part) for part in self._batch], out=offsets[1:])
        vectors, vector_format = stack(self._batch), self._vector_format
        book = read_codebook(self.connection)
        codec = cells = None
        if book is not None:
            eights = self._projection.move_units(as_int8(vectors), book.dim)
            cells = nearest(eights, book.centroids)[0]
            if vector_format.bits:
                codec = read_codec(self.connection, book.number, vector_format.bits)
        if vector_format.bits and codec is None:
            vector_format = replace(vector_format, codec="int8")  # until there are centroids
        codes, beside = encode(vectors, vector_format, codec, cells=cells)
        written = write_arrays(path, self.dim, vector_format, offsets, [codes], [beside])
        items, rows = len(self._batch), self._batch_tokens
        record = SegmentRecord(
            number,
            self._first_item,
            items,
            0,
            rows,
            *written,
            0,
            vector_format,
            book.number if book and codec else 0,
        )
        tables.insert_segment(self.connection, record)
        if book is not None and cells is not None:
            lists = CellLists.of(cells, offsets, len(book.centroids))
            store_cells(self.connection, self.segments, number, book, lists)
        self._touched.add(number)

    def train_centroids(
        self, seed: int, threads: int, progress: ProgressCallback = no_progress
    ) -> SearchProfile | None:
        """Make centroids from what is published, in a commit of their own."""
        self.commit()
        with self.step() as connection:
            card = train_centroids(connection, self.segments, self.dim, seed, threads, progress)
        self.commit()
        return card

    def _remove_leftovers(self) -> None:
        """Delete the files that no reader looks at and no later one will."""
        # A full checkpoint succeeds only when no reader is left with an older state, and makes the
        # state that does not name these files durable before they go.
        self.connection.execute("PRAGMA busy_timeout = 0")
        busy = self.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        self.connection.execute("PRAGMA busy_timeout = 5000")
        if busy:
            return
        for path in orphaned_files(self.connection, self.segments):
            with file_errors("delete", path):
                path.unlink()
