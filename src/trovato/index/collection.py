"""A collection: one directory with a database and the vector files beside it."""

from __future__ import annotations

from pathlib import Path

from trovato.core import PathLike, ProgressCallback, no_progress
from trovato.core.shapes import CHECKED
from trovato.index.reader import Reader
from trovato.index.search.snapshot import SegmentCache
from trovato.index.store.records import Failure, Stats, StoredFile
from trovato.index.store.schema import DATABASE, SEGMENTS, create_database, is_collection, read_meta
from trovato.index.writing.transaction import GroupCommits

if CHECKED:
    from trovato.index.writer import Writer

_WAITING = 1 << 24  # components of the vectors that wait for a commit


class Collection:
    """Pages and their vectors, searchable and durable; made by `create` or `open`.

    Examples
    --------
    >>> collection = Collection.open("reports.trovato")  # doctest: +SKIP
    >>> with collection.reader() as reader:  # doctest: +SKIP
    ...     reader.search_lexical("annual revenue", 10, "year>=2020")
    """

    def __init__(self, folder: PathLike, fingerprint: str, dim: int) -> None:
        self.path = Path(folder)
        self.fingerprint = fingerprint
        self.dim = dim
        self._cache = SegmentCache(self.path / SEGMENTS, dim)

    @staticmethod
    def exists(path: PathLike) -> bool:
        """Whether a collection lies at `path`."""
        return is_collection(Path(path))

    @staticmethod
    def create(path: PathLike, *, fingerprint: str, dim: int) -> Collection:
        """Make an empty collection.

        Parameters
        ----------
        path
            A directory that is absent or empty.
        fingerprint, dim
            The encoder whose vectors it will hold, and their components.

        Raises
        ------
        InvalidInputError
            If there is something at `path`, or `dim` is below 1.
        """
        create_database(Path(path), fingerprint, dim)
        return Collection(Path(path), fingerprint, dim)

    @staticmethod
    def open(path: PathLike, *, fingerprint: str | None = None) -> Collection:
        """Open a collection; its vectors are not touched before the first search.

        Parameters
        ----------
        path
            Its directory.
        fingerprint
            The encoder that will be used with it; None for any.

        Raises
        ------
        CollectionNotFoundError
            If there is none.
        CorruptCollectionError
            If its database cannot be read.
        IncompatibleCollectionError
            If another encoder or a newer format made it.
        """
        return Collection(Path(path), *read_meta(Path(path), fingerprint))

    def close(self) -> None:
        """Let go of mapped files. Readers and writers are closed on their own."""
        self._cache.clear()

    def reader(self) -> Reader:
        """A view of the collection as it is now."""
        return Reader(self.path / DATABASE, self.dim, self._cache)

    def writer(
        self,
        *,
        max_tokens: int | None = None,
        time_budget_s: float = 10.0,
        progress: ProgressCallback = no_progress,
    ) -> Writer:
        """The one writer, for a `with` block.

        Parameters
        ----------
        max_tokens, time_budget_s
            Changes are committed when they bring so many vectors, or are that old: the most work
            that a crash can cost. The vectors wait in memory, `dim + 4` bytes each or fewer; twice
            as much as fp16. None for as many as have 16 million components: 131,072 of 128
            dimensions.
        progress
            Told how far long work has come: merging, centring, storing in another form.

        Raises
        ------
        CollectionBusyError
            If another writer is open, in this process or another.
        """
        from trovato.index.writer import Writer

        if max_tokens is None:
            max_tokens = _WAITING // self.dim
        commits = GroupCommits(self.path, self.dim, max_tokens, time_budget_s)
        return Writer(commits, self.dim, progress)

    def files(self) -> list[StoredFile]:
        """All published files, by name."""
        with self.reader() as reader:
            return reader.files()

    def failures(self) -> list[Failure]:
        """All files that could not be read, by name."""
        with self.reader() as reader:
            return reader.failures()

    def stats(self) -> Stats:
        """Count what the collection holds."""
        with self.reader() as reader:
            files, pages, tokens, failures, vectors, on_disk = reader.counts()
            vector_format, version = reader.vector_format(), reader.format
            # While it is open nobody takes the log of the database away.
            on_disk += sum(path.stat().st_size for path in self.path.glob(f"{DATABASE}*"))
        return Stats(
            files=files,
            pages=pages,
            tokens=tokens,
            failures=failures,
            vectors=vectors,
            vector_format=vector_format,
            bytes=on_disk,
            format=version,
            fingerprint=self.fingerprint,
            dim=self.dim,
        )
