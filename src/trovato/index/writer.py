"""Writing to a collection: files come in page by page, are replaced, and go."""

from __future__ import annotations

from collections.abc import Collection as Names
from collections.abc import Mapping
from contextlib import suppress
from types import TracebackType

from trovato.core import (
    Attribute,
    CorruptCollectionError,
    InvalidInputError,
    StorageError,
    check_many,
)
from trovato.index.store import ids, tables
from trovato.index.store.renaming import can_rename, rename_file
from trovato.index.store.validation import check_attributes, check_text
from trovato.index.writing.compaction import WHOLE, compact
from trovato.index.writing.draft import Draft
from trovato.index.writing.train_centroids import centring_due
from trovato.index.writing.vector_writer import VectorWriter

# Segments that are merged when a writer is closed, if there are so many.
_MANY = 8


class Writer(VectorWriter):
    """Changes a collection; see `Collection.writer`. At most one is open per collection.

    Changes take effect in the order they were made, in groups; see `GroupCommits`. Nothing of a
    group is seen or kept before its commit, all of it after. When a change fails, the collection
    stays as the last commit left it, and the writer is of no more use. When the `with` block is
    left, what was done is committed; where an error leaves it, what was not committed is given up:
    `flush` what is to be kept. `compact`, `train_centroids`, `compress`, `project_by`,
    `frontier` and `apply` commit what came before them, and what they do. Every method may raise
    `StorageError`, if the disk or the system refuses.
    """

    def __enter__(self) -> Writer:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is None:
            self.close()
        else:
            with suppress(StorageError):  # files that are left are for the next writer to delete
                self._commits.roll_back()

    def close(self) -> None:
        """Commit what is left, merge small segments if there are many, and let others write.

        The merging takes hardly longer than `time_budget_s`. A collection that has become large
        gets centroids, see `train_centroids`. Where either fails it is left for later: all is
        committed already.
        """
        if self._commits.open:
            self._commits.commit()
            with suppress(StorageError, CorruptCollectionError):
                compact(
                    self._commits,
                    max_tokens=WHOLE,
                    time_budget_s=self._commits.time_budget_s,
                    min_segments=_MANY,
                    progress=self._progress,
                )
                for name, field in self._commits.fields.items():
                    if centring_due(self._commits.connection, field):
                        self.train_centroids(field=name)
        self._commits.close()

    def flush(self) -> None:
        """Commit all changes so far: when this returns, they survive a crash."""
        self._commits.commit()

    def known(self, name: str) -> str | None:
        """Digest of the published file of that name."""
        found = tables.find_file(self._commits.connection, name, live=True)
        return None if found is None else found[1]

    def has_page_with(self, name: str, key: str, value: Attribute) -> bool:
        """Whether a page of the published file of that name has that attribute."""
        found = self._commits.connection.execute(
            "SELECT EXISTS (SELECT 1 FROM files JOIN items USING (file) "
            "JOIN page_attributes USING (item) "
            "WHERE name = ? AND live AND key = ? AND value = ?)",
            [name, key, value],
        ).fetchone()
        return bool(found[0])

    def failure(self, name: str, digest: str) -> str | None:
        """Why the file of that name and digest could not be read, if that was recorded."""
        found = self._commits.connection.execute(
            "SELECT reason FROM failures WHERE name = ? AND digest = ?", [name, digest]
        ).fetchone()
        return None if found is None else str(found[0])

    def stage(
        self,
        name: str,
        digest: str,
        kind: str,
        size: int,
        attributes: Mapping[str, Attribute],
        *,
        whole: bool = False,
    ) -> Draft:
        """Start a file, or go on with it where the same content was interrupted.

        Parameters
        ----------
        name
            Unique name of the file; a published one of this name stays until the draft is finished.
        digest
            Hash of its content.
        kind
            Such as "pdf".
        size
            Its length in bytes.
        attributes
            Facts that hold for all of its pages.
        whole
            Whether it is one item, whose id is the name; else its pages have ids such as `name#1`.

        Raises
        ------
        InvalidInputError
            If the name is empty, a text or number cannot be stored, or the name of a file or the id
            of an item would be an id of the other.
        """
        if not name:
            raise InvalidInputError("a file needs a name, got an empty one")
        check_text("the file's name", name)
        check_attributes(attributes)
        if ids.id_taken(self._commits.connection, name, whole=whole):
            raise InvalidInputError(
                f"{name!r} is a file's name or a page's id already: give the item another id, or "
                "remove the file first"
                if whole
                else f"the file {name!r} or one of its pages would have the id of an item that was "
                "added before: rename the file, or remove the item first"
            )
        with self._commits.step() as connection:
            found = tables.find_file(connection, name, live=False)
            if found is not None and found[1] == digest and not whole:
                file = found[0]
                tables.set_file_attributes(connection, file, attributes)
            else:
                self._delete(found)
                file = tables.insert_draft(connection, name, digest, kind, size)
                tables.set_file_attributes(connection, file, attributes)
        return Draft(self._commits, file, name, attributes, whole=whole)

    def remove(self, name: str) -> bool:
        """Take out the file of that name, its draft and its failure; whether it was published.

        All that is below its items goes with it; links to them stay, and lead nowhere.
        """
        with self._commits.step() as connection:
            published = tables.find_file(connection, name, live=True)
            self._delete(published)
            self._delete(tables.find_file(connection, name, live=False))
            connection.execute("DELETE FROM failures WHERE name = ?", [name])
        self._commits.commit_when_due()
        return published is not None

    def rename(self, old: str, new: str, attributes: Mapping[str, Attribute]) -> bool:
        """Give a published document another name, its pages new ids; whether that was done.

        Its vectors stay as they are. It is not done where `new` is taken, or where `old` is no
        document of pages alone.

        Parameters
        ----------
        old, new
            Names of the file.
        attributes
            Of the file, that change with its name.

        Raises
        ------
        InvalidInputError
            If the new name or an attribute cannot be stored.
        """
        check_text("the file's name", new)
        check_attributes(attributes)
        connection = self._commits.connection
        found = tables.find_file(connection, old, live=True)
        taken = self.known(new) is not None or ids.id_taken(connection, new, whole=False)
        if found is None or taken or not can_rename(connection, found[0]):
            return False
        with self._commits.step():
            self._delete(tables.find_file(connection, new, live=False))
            connection.execute("DELETE FROM failures WHERE name IN (?, ?)", [old, new])
            rename_file(connection, self._commits.words, found[0], new, dict(attributes))
            self._commits.touch(found[0])
        self._commits.commit_when_due()
        return True

    def record_failure(self, name: str, digest: str, reason: str) -> None:
        """Note that a file cannot be read. Its draft goes; what is published of it stays.

        Raises
        ------
        InvalidInputError
            If the name or the reason holds what is no character.
        """
        check_text("the file's name", name)
        check_text("the reason", reason)
        with self._commits.step() as connection:
            self._delete(tables.find_file(connection, name, live=False))
            connection.execute(
                "INSERT OR REPLACE INTO failures VALUES (?, ?, ?)", [name, digest, reason]
            )
        self._commits.commit_when_due()

    def prune(self, seen: Names[str], unseen: Names[str] = ()) -> list[str]:
        """Take out files, drafts and failures whose names are not `seen`; names of those published.

        Parameters
        ----------
        seen
            Names to keep.
        unseen
            Names of files or folders that could not be opened: they, and all below them, are kept.
        """
        check_many("seen", seen)
        check_many("unseen", unseen)
        rows = self._commits.connection.execute(
            "SELECT name FROM files UNION SELECT name FROM failures ORDER BY name"
        ).fetchall()
        hidden = tuple(f"{name}/" for name in unseen)
        return [
            name
            for (name,) in rows
            if name not in seen and not f"{name}/".startswith(hidden) and self.remove(name)
        ]

    def _delete(self, found: tuple[int, str] | None) -> None:
        if found is not None:
            attached = tables.attached_files(self._commits.connection, found[0])
            for file in (found[0], *attached):
                self._commits.touch(file)
                self._commits.words.remove(file)
                tables.delete_file(self._commits.connection, file)
