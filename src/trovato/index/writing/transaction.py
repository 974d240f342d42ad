"""Groups of changes that become visible and durable together, with the vectors they bring."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from trovato.core import InvalidInputError, ProgressCallback, file_errors, no_progress
from trovato.index.store import segments, tables
from trovato.index.store.fields import DEFAULT_FIELD, StoredField, read_fields
from trovato.index.store.schema import DATABASE, SEGMENTS, connect, lock_writer
from trovato.index.store.upgrade import upgrade
from trovato.index.store.words.terms import TermNumbers
from trovato.index.store.words.word_writer import WordWriter
from trovato.index.vectors.ivf_codec import SearchProfile
from trovato.index.vectors.projection import Projection
from trovato.index.vectors.transform import InputVectors
from trovato.index.writing.field_batch import FieldBatch, Shaped
from trovato.index.writing.orphans import orphaned_files
from trovato.index.writing.train_centroids import train_centroids

# Postings that wait for a commit in memory: about 6 MB.
_MOST_WAITING = 1 << 18
# After so many were copied, the files that they were in are deleted at once: 8 MB.
_MANY_POSTINGS = 1 << 20


class GroupCommits:
    """The one transaction that is always open while a collection is written to.

    Vectors are gathered in memory; at a commit they are written and forced to the disk, those of
    each field as one segment, then the transaction that names them commits. So a crash leaves at
    most files that no row names, and the next writer deletes them.

    Parameters
    ----------
    folder
        Directory of the collection.
    max_tokens, time_budget_s
        A group is committed when it holds as many components as so many vectors of the default
        field, or is that old.

    Raises
    ------
    CollectionBusyError
        If another writer is open, in this process or another.
    StorageError
        If the system refuses; so may every method. What was committed is kept.
    """

    def __init__(self, folder: Path, max_tokens: int, time_budget_s: float) -> None:
        self.max_tokens = max_tokens
        self.time_budget_s = time_budget_s
        self.segments = folder / SEGMENTS
        self._lock = lock_writer(folder)
        self._connection = connect(folder / DATABASE)
        self._batches: dict[str, FieldBatch] = {}
        self._terms = TermNumbers(collect=True)
        self.open = True
        try:
            # Every commit is forced to the disk: groups make that cheap.
            self._connection.execute("PRAGMA synchronous = FULL")
            # Pages kept in memory, KiB; what is more goes to the log before the commit.
            self._connection.execute("PRAGMA cache_size = -32768")
            # What is deleted is overwritten, so that no text stays in unused pages.
            self._connection.execute("PRAGMA secure_delete = ON")
            upgrade(self._connection, self.segments)
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

    @property
    def fields(self) -> Mapping[str, StoredField]:
        """All vector fields, by name."""
        return {name: batch.field for name, batch in self._batches.items()}

    def field(self, name: str | None) -> StoredField:
        """The vector field of that name, or the default one.

        Raises
        ------
        InvalidInputError
            If there is none.
        """
        return self._batch(DEFAULT_FIELD if name is None else name).field

    def shape(self, vectors: Mapping[str, InputVectors]) -> dict[str, Shaped]:
        """An item's vectors as this group keeps them, for every field; see `FieldBatch.shape`.

        Raises
        ------
        InvalidInputError
            If there is no such field, or a component is too large.
        """
        for name in vectors:
            self._batch(name)
        return {name: batch.shape(vectors.get(name)) for name, batch in self._batches.items()}

    def add_vectors(self, item: int, shaped: Mapping[str, Shaped]) -> None:
        """Keep the vectors of a new item, which `shape` gave, for the segments of this group."""
        for name, (vectors, owners, _) in shaped.items():
            batch = self._batches[name]
            batch.add(item, vectors)
            if owners is not None:
                segments.set_owners(self.connection, batch.field.number, item, owners)
            self._components += len(vectors) * batch.field.dim

    def touch(self, file: int) -> None:
        """Say that the items of a file are about to appear or vanish."""
        self._touched |= segments.segments_of(self.connection, file)

    def commit_when_due(self) -> None:
        """Commit if the group is large or old enough."""
        late = time.monotonic() - self._began >= self.time_budget_s
        many = self._components >= self.max_tokens * self.field(None).dim
        if late or many or len(self.words) >= _MOST_WAITING:
            self.commit()

    def commit(self) -> None:
        """Make all changes so far visible; when this returns, they survive a crash."""
        if self.open and not self._changed:
            return
        with self.step() as connection:
            for batch in self._batches.values():
                number = batch.write(self.segments)
                self._touched |= set() if number is None else {number}
            copied = self.words.write()
            for number in sorted(self._touched):
                segments.recount(connection, number)
            tables.next_generation(connection)
            connection.execute("COMMIT")
            if copied >= _MANY_POSTINGS:
                self._remove_leftovers()
            self._begin()

    def compact_database(self) -> None:
        """Commit, write anew the words of which something is gone, and give up unused space.

        FTS5 keeps terms of deleted pages until its parts are merged. The database is copied to a
        smaller one where a quarter of it is unused.
        """
        self.commit()
        with self.step() as connection:
            connection.execute("INSERT INTO words (words) VALUES ('optimize')")
            self.words.compact()
        self.commit()
        with self.step() as connection:
            unused = connection.execute("PRAGMA freelist_count").fetchone()[0]
            pages = connection.execute("PRAGMA page_count").fetchone()[0]
            connection.execute("ROLLBACK")
            if 4 * unused > pages:
                connection.execute("VACUUM")
            self._remove_leftovers()
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
        self._batches = {
            name: FieldBatch(self._connection, field, self._known_projection(name))
            for name, field in read_fields(self._connection).items()
        }
        self.words = WordWriter(self._connection, self.segments, self._terms)
        self._components = 0
        self._touched: set[int] = set()
        self._changed = False
        self._began = time.monotonic()

    def _abandon(self) -> None:
        self.open = False
        self._connection.close()
        self._lock.close()

    def _known_projection(self, name: str) -> Projection | None:
        """That of the group before: once a field has one, it stays."""
        before = self._batches.get(name)
        known = before is not None and before.projection.matrix is not None
        return before.projection if before and known else None

    def _batch(self, name: str) -> FieldBatch:
        batch = self._batches.get(name)
        if batch is None:
            raise InvalidInputError(
                f"the collection has no vector field {name!r}; it has {', '.join(self._batches)}"
            )
        return batch

    def train_centroids(
        self,
        field: StoredField,
        seed: int,
        threads: int,
        progress: ProgressCallback = no_progress,
    ) -> SearchProfile | None:
        """Make centroids of a field from what is published, in a commit of their own."""
        self.commit()
        with self.step() as connection:
            card = train_centroids(connection, self.segments, field, seed, threads, progress)
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
