"""Writing to a collection: files come in page by page, are replaced, and go."""

from __future__ import annotations

from collections.abc import Collection as Names
from collections.abc import Mapping
from contextlib import suppress
from types import TracebackType

import numpy as np

from trovato.core import (
    Attribute,
    CorruptCollectionError,
    InvalidInputError,
    ProgressCallback,
    StorageError,
    check_many,
    no_progress,
)
from trovato.core.shapes import Float32
from trovato.index.store import ids, tables
from trovato.index.store.fields import VectorField
from trovato.index.store.validation import check_attributes, check_text
from trovato.index.vectors.format import VectorFormat
from trovato.index.vectors.ivf_codec import SearchProfile, choose_candidates, newest_codebook
from trovato.index.writing.compaction import WHOLE, Compaction, compact
from trovato.index.writing.draft import Draft
from trovato.index.writing.field_filling import EncodeItems, fill_field
from trovato.index.writing.reencoding import Compression, compress, set_projection
from trovato.index.writing.train_centroids import centring_due
from trovato.index.writing.transaction import GroupCommits
from trovato.index.writing.tuning import CompressionCandidate, ParetoFrontier, measure_frontier

# Segments that are merged when a writer is closed, if there are so many.
_MANY = 8


class Writer:
    """Changes a collection; see `Collection.writer`. At most one is open per collection.

    Changes take effect in the order they were made, in groups; see `GroupCommits`. Nothing of a
    group is seen or kept before its commit, all of it after. When a change fails, the collection
    stays as the last commit left it, and the writer is of no more use. When the `with` block is
    left, what was done is committed; where an error leaves it, what was not committed is given up:
    `flush` what is to be kept. `compact`, `train_centroids`, `compress`, `project_by`,
    `frontier` and `apply` commit what came before them, and what they do. Every method may raise
    `StorageError`, if the disk or the system refuses.
    """

    def __init__(self, commits: GroupCommits, progress: ProgressCallback = no_progress) -> None:
        self._commits = commits
        self._progress = progress

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
                    fewest=_MANY,
                    progress=self._progress,
                )
                for name, field in self._commits.fields.items():
                    if centring_due(self._commits.connection, field):
                        self.train_centroids(field=name)
        self._commits.close()

    def compact(self, *, max_tokens: int = WHOLE) -> Compaction:
        """Commit, merge small neighbouring segments, and drop the vectors of deleted pages.

        Nothing that can be read changes, and readers go on meanwhile. See `plan` for the rule.

        Parameters
        ----------
        max_tokens
            Vectors of a merged segment, at most.

        Raises
        ------
        CorruptCollectionError
            If a vector file is damaged: `trovato verify` lists what is.
        """
        return compact(self._commits, max_tokens=max_tokens, progress=self._progress)

    def flush(self) -> None:
        """Commit all changes so far: when this returns, they survive a crash."""
        self._commits.commit()

    def train_centroids(
        self, seed: int = 0, threads: int = 1, *, field: str | None = None
    ) -> SearchProfile | None:
        """Make centroids from all that is published, so that large collections answer fast.

        Until they are made, and in small collections, every page is scored for each question.
        Searches go on meanwhile. `close` does it by itself when a collection has become large.

        Parameters
        ----------
        seed
            Of the sample that they are made from.
        threads
            Processors to use; the result does not depend on it.
        field
            Whose vectors; those of the default field where none is named.

        Returns
        -------
        IndexCard
            Recall and cost with them; None where no published page has vectors.
        """
        return self._commits.train_centroids(
            self._commits.field(field), seed, threads, self._progress
        )

    def compress(
        self, vector_format: VectorFormat | str, threads: int = 1, *, field: str | None = None
    ) -> Compression:
        """Store all vectors of a field, and those to come, in a form such as `4bit/64d/pool2`.

        A projection and centroids are made where the form wants them and there are none. Searches
        go on meanwhile; from then on they score the vectors as they are stored. What is rounded
        away, cut off or pooled does not come back: where vectors are coarser already, they stay.

        Parameters
        ----------
        vector_format
            Codec, dimensions and pool factor; or its text.
        threads
            Processors to use.
        field
            Its name; the default field where none is named.

        Raises
        ------
        InvalidInputError
            If there is no such form, it has more dimensions than the vectors, or it wants what is
            made from published pages and there are none.
        """
        vector_format = (
            VectorFormat.parse(vector_format) if isinstance(vector_format, str) else vector_format
        )
        return compress(
            self._commits, self._commits.field(field), vector_format, threads, self._progress
        )

    def project_by(
        self, matrix: Float32[np.ndarray, "dim dim"], *, field: str | None = None
    ) -> None:
        """Let forms of fewer dimensions use this projection, not one that is fitted.

        For a Matryoshka model, whose first components are the most important, that is
        `numpy.eye(dim, dtype=numpy.float32)`.

        Parameters
        ----------
        matrix
            Orthonormal columns, the most important first.
        field
            Whose vectors; those of the default field where none is named.

        Raises
        ------
        InvalidInputError
            If it is no such matrix, or the field has a projection already.
        """
        set_projection(self._commits, self._commits.field(field), matrix)

    def frontier(
        self, seed: int = 0, threads: int = 1, *, field: str | None = None
    ) -> ParetoFrontier:
        """Measure what other ways to store and search the collection would cost.

        Around centroids, which are made where there are none. See `ParetoFrontier.choose` and
        `apply`.

        Raises
        ------
        InvalidInputError
            If nothing is published.
        """
        commits = self._commits
        asked = commits.field(field)
        if newest_codebook(commits.connection, asked.number) is None:
            self.train_centroids(seed, threads, field=field)
        return measure_frontier(
            commits.connection, commits.segments, asked, seed, threads, self._progress
        )

    def apply(
        self, option: CompressionCandidate, threads: int = 1, *, field: str | None = None
    ) -> SearchProfile:
        """Store and search in this way from now on; see `frontier`."""
        self.compress(option.vector_format, threads, field=field)
        with self._commits.step() as connection:
            card = choose_candidates(
                connection, self._commits.field(field).number, option.candidates
            )
        self._commits.commit()
        return card

    def add_field(self, field: VectorField, encode: EncodeItems) -> int:
        """Add a vector field, and encode for it what is there; see `Collection.add_field`."""
        return fill_field(self._commits, field, encode, self._progress)

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
                tables.delete_file(self._commits.connection, file)
