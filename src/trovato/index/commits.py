"""Groups of changes that become visible and durable together, with the vectors they bring."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from trovato.core import CollectionBusyError, InvalidInputError
from trovato.index import changes
from trovato.index.cells import CellsRecord, cells_name, write_cells
from trovato.index.centring import cells_of, centre, centring_due, insert_cells
from trovato.index.codebook import Codebook, IndexCard, read_codebook
from trovato.index.schema import DATABASE, SEGMENTS, WRITER_LOCK, connect
from trovato.index.segments import segment_name, write_segment
from trovato.ops import Int8Vectors


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
    most_tokens, most_seconds
        A group is committed when it holds so many vectors, or is that old.

    Raises
    ------
    CollectionBusyError
        If another writer is open, in this process or another.
    """

    def __init__(self, folder: Path, dim: int, most_tokens: int, most_seconds: float) -> None:
        self._dim = dim
        self._most_tokens = most_tokens
        self._most_seconds = most_seconds
        self._segments = folder / SEGMENTS
        self._lock = _lock(folder)
        self.connection = connect(folder / DATABASE)
        # Every commit is forced to the disk: groups make that cheap.
        self.connection.execute("PRAGMA synchronous = FULL")
        # Pages of the database kept in memory, KiB; what is more goes to the log before the commit.
        self.connection.execute("PRAGMA cache_size = -32768")
        self._remove_unnamed_segments()
        self._open = True
        self._begin()

    @contextmanager
    def step(self) -> Iterator[sqlite3.Connection]:
        """One change: done as a whole, or all that is not committed is given up.

        Raises
        ------
        InvalidInputError
            If the writer is closed, or an earlier step failed.
        """
        if not self._open:
            raise InvalidInputError("this writer is closed or has failed: open another one")
        try:
            yield self.connection
        except BaseException:
            self._abandon()
            raise
        self._changed = True

    def add_vectors(self, item: int, vectors: Int8Vectors) -> None:
        """Keep the vectors of a new item for the segment of this group."""
        if not self._batch:
            self._first_item = item
        self._batch.append(vectors)
        self._batch_tokens += len(vectors.codes)

    def touch(self, file: int) -> None:
        """Say that the items of a file are about to appear or vanish."""
        self._touched |= changes.segments_of(self.connection, file)

    def commit_when_due(self) -> None:
        """Commit if the group is large or old enough."""
        late = time.monotonic() - self._began >= self._most_seconds
        if late or self._batch_tokens >= self._most_tokens:
            self.commit()

    def commit(self) -> None:
        """Make all changes so far visible; when this returns, they survive a crash."""
        if self._open and not self._changed:
            return
        with self.step() as connection:
            self._write_batch()
            for number in sorted(self._touched):
                changes.recount(connection, number)
            changes.next_generation(connection)
            connection.execute("COMMIT")
            self._begin()

    def close(self) -> None:
        """Commit what is left and let others write; without effect when closed already."""
        if not self._open:
            return
        self.commit()
        if centring_due(self.connection):
            self.centre(seed=0, threads=1)
        try:
            self.connection.execute("ROLLBACK")
            self._remove_unnamed_segments()
        finally:
            self._abandon()

    def _begin(self) -> None:
        self.connection.execute("BEGIN IMMEDIATE")
        self._batch: list[Int8Vectors] = []
        self._batch_tokens = 0
        self._first_item = 0
        self._touched: set[int] = set()
        self._changed = False
        self._began = time.monotonic()

    def _abandon(self) -> None:
        self._open = False
        self.connection.close()
        self._lock.close()

    def _write_batch(self) -> None:
        if not self._batch:
            return
        number = changes.next_segment(self.connection)
        written = write_segment(self._segments / segment_name(number), self._dim, self._batch)
        changes.insert_segment(
            self.connection, number, self._first_item, len(self._batch), self._batch_tokens, written
        )
        self._touched.add(number)
        book = read_codebook(self.connection)
        if book is not None:
            self._write_cells(number, book)

    def _write_cells(self, number: int, book: Codebook) -> None:
        """Look up the cells of the batch that was written as that segment."""
        offsets = np.zeros(len(self._batch) + 1, np.int64)
        np.cumsum([len(part) for part in self._batch], out=offsets[1:])
        vectors = Int8Vectors(
            np.concatenate([part.codes for part in self._batch]),
            np.concatenate([part.scales for part in self._batch]),
        )
        lists = cells_of(vectors, offsets, book.centroids, threads=1)
        written = write_cells(self._segments / cells_name(number, book.number), lists)
        insert_cells(self.connection, CellsRecord(number, book.number, *written))

    def centre(self, seed: int, threads: int) -> IndexCard | None:
        """Make centroids from what is published, in a commit of their own."""
        self.commit()
        with self.step() as connection:
            card = centre(connection, self._segments, self._dim, seed, threads)
        self.commit()
        return card

    def _remove_unnamed_segments(self) -> None:
        """Delete segment files that no reader looks at and no later one will."""
        # A full checkpoint succeeds only when no reader is left with an older state, and makes the
        # state that does not name these files durable before they go.
        self.connection.execute("PRAGMA busy_timeout = 0")
        busy = self.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        self.connection.execute("PRAGMA busy_timeout = 5000")
        if busy:
            return
        named = {
            segment_name(number)
            for (number,) in self.connection.execute("SELECT segment FROM segments")
        }
        named |= {
            cells_name(*row)
            for row in self.connection.execute("SELECT segment, codebook FROM cells")
        }
        for path in self._segments.iterdir():
            if path.name not in named:
                path.unlink()


def _lock(folder: Path) -> sqlite3.Connection:
    """Hold the writer's lock: that of an empty database, which every system frees after a crash."""
    lock = sqlite3.connect(
        folder / WRITER_LOCK, timeout=0, isolation_level=None, check_same_thread=False
    )
    try:
        lock.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError as error:
        lock.close()
        if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
            raise
        raise CollectionBusyError(
            f"another writer is at work on {folder}: wait until it is done, or end it; what it has "
            "committed is kept"
        ) from error
    return lock
