"""A collection: one directory with a database and the vector files beside it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from trovato.core import (
    IncompatibleCollectionError,
    Item,
    PathLike,
    ProgressCallback,
    no_progress,
)
from trovato.core.shapes import CHECKED
from trovato.index.reader import Reader
from trovato.index.search.snapshot import FieldCaches
from trovato.index.store.fields import VectorField, find_field
from trovato.index.store.records import Failure, Stats, StoredFile
from trovato.index.store.schema import (
    DATABASE,
    SEGMENTS,
    check_format,
    connect,
    create_database,
    is_collection,
)
from trovato.index.store.upgrade import read_as_newest
from trovato.index.vectors.format import VectorFormat
from trovato.index.writing.transaction import GroupCommits

if CHECKED:
    from trovato.index.writer import Writer
    from trovato.index.writing.field_filling import EncodeItems

# Readers that are kept for the next search: as many as searches at the same time.
_MOST_RESTING = 16
_WAITING = 1 << 24  # components of the vectors that wait for a commit


class Collection:
    """Items and their vectors, searchable and durable; made by `create` or `open`.

    It is a container of its items: `len(collection)`, `"reports/annual.pdf#12" in collection`, and
    `for item in collection` in the order they came.

    Examples
    --------
    >>> collection = Collection.open("reports.trovato")  # doctest: +SKIP
    >>> with collection.reader() as reader:  # doctest: +SKIP
    ...     reader.search_lexical("annual revenue", 10, "year>=2020")
    """

    def __init__(
        self, folder: PathLike, fingerprint: str, dim: int, encoder_name: str | None = None
    ) -> None:
        self.path = Path(folder)
        self.fingerprint = fingerprint
        self.dim = dim
        self.encoder_name = encoder_name
        self._caches = FieldCaches(self.path / SEGMENTS)
        self._resting: list[Reader] = []

    @staticmethod
    def exists(path: PathLike) -> bool:
        """Whether a collection lies at `path`."""
        return is_collection(Path(path))

    @staticmethod
    def create(
        path: PathLike, *, fingerprint: str, dim: int, encoder_name: str | None = None
    ) -> Collection:
        """Make an empty collection.

        Parameters
        ----------
        path
            A directory that is absent or empty.
        fingerprint, dim
            The encoder whose vectors its default field will hold, and their components. Others are
            added by `add_field`.
        encoder_name
            What that encoder is called, for who opens the collection; see `trovato.encode`.

        Raises
        ------
        InvalidInputError
            If there is something at `path`, or `dim` is below 1.
        """
        create_database(Path(path), fingerprint, dim, encoder_name)
        return Collection(Path(path), fingerprint, dim, encoder_name)

    @staticmethod
    def open(
        path: PathLike, *, fingerprint: str | None = None, encoder_name: str | None = None
    ) -> Collection:
        """Open a collection; its vectors are not touched before the first search.

        Parameters
        ----------
        path
            Its directory.
        fingerprint
            The encoder that will be used with its default field; None for any.
        encoder_name
            What that one is called, for the message where it is another one.

        Raises
        ------
        CollectionNotFoundError
            If there is none.
        CorruptCollectionError
            If its database cannot be read.
        IncompatibleCollectionError
            If another encoder or a newer format made it.
        """
        folder = Path(path)
        check_format(folder)
        with closing(connect(folder / DATABASE)) as connection:
            read_as_newest(connection)
            field = find_field(connection, None)
        if fingerprint is not None and field.fingerprint != fingerprint:
            given = VectorField(field.name, fingerprint, field.dim, encoder_name=encoder_name)
            raise IncompatibleCollectionError(
                f"{folder} was made by encoder {field.called}, this one is {given.called}: "
                "open it with that encoder, or index into a new collection"
            )
        return Collection(folder, field.fingerprint, field.dim, field.encoder_name)

    def __len__(self) -> int:
        with self.reader() as reader:
            return len(reader)

    def __contains__(self, item_id: object) -> bool:
        with self.reader() as reader:
            return isinstance(item_id, str) and reader.has(item_id)

    def __iter__(self) -> Iterator[Item]:
        with self.reader() as reader:
            for row in reader.rows():
                yield reader.item(row)

    def get(self, item_id: str) -> Item:
        """The item of that id, or the document whose pages are items; see `Reader.get`."""
        with self.reader() as reader:
            return reader.get(item_id)

    def close(self) -> None:
        """Let go of mapped files. Readers and writers are closed on their own."""
        while self._resting:
            self._resting.pop().close()
        self._caches.clear()

    def reader(self) -> Reader:
        """A view of the collection as it is now."""
        return Reader(self.path / DATABASE, self._caches)

    @contextmanager
    def reading(self) -> Iterator[Reader]:
        """A view of the collection as it is now, for one `with` block and not beyond it.

        Its connection is kept for the next block, which opens no other; meanwhile it holds no state
        and no file that a writer deletes. Several threads may be in such blocks at once.

        Examples
        --------
        >>> with collection.reading() as reader:  # doctest: +SKIP
        ...     reader.search_lexical("annual revenue", 10)
        """
        rested = self._rested()
        reader = self.reader() if rested is None else rested  # an empty one is false
        try:
            yield reader
            reader.rest()
        except BaseException:
            reader.close()
            raise
        if len(self._resting) < _MOST_RESTING:
            self._resting.append(reader)
        else:
            reader.close()

    def _rested(self) -> Reader | None:
        """A reader that rested, with the newest state; None where there is none."""
        try:
            while True:
                reader = self._resting.pop()  # one thread gets it
                if reader.renew():
                    return reader
                reader.close()
        except IndexError:
            return None

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
        commits = GroupCommits(self.path, max_tokens, time_budget_s)
        return Writer(commits, progress)

    def add_field(
        self,
        field: VectorField,
        encode: EncodeItems,
        *,
        vector_format: VectorFormat = VectorFormat(),
        progress: ProgressCallback = no_progress,
    ) -> int:
        """Add a vector field, and encode for it what is there.

        What is done is committed in groups; where it was interrupted, the same call goes on. Items
        that are written from then on have the vectors in this field that they come with.

        Parameters
        ----------
        field
            Its name, encoder and dimension.
        encode
            Takes the items one after another and gives the vectors `(vectors, dim)` of each, in
            order; of no rows for an item that has none. It may take some items ahead.
        vector_format
            How its vectors are stored, if it is not there yet.
        progress
            Told how many items are encoded.

        Returns
        -------
        How many items were encoded.

        Raises
        ------
        CollectionBusyError
            If a writer is open.
        IncompatibleCollectionError
            If the field is there and was made by another encoder.
        InvalidInputError
            If vectors do not fit the field, or are not as many as items; what was committed stays.

        Examples
        --------
        >>> def encode(items):  # doctest: +SKIP
        ...     for item in items:
        ...         yield model.vectors_of(item.image)
        >>> collection.add_field(VectorField("image", "my model 1", 512), encode)  # doctest: +SKIP
        """
        with self.writer(progress=progress) as writer:
            return writer.add_field(field, encode, vector_format)

    def copy_to(self, path: PathLike) -> Collection:
        """Copy the collection as it is now, while others read and write it.

        Parameters
        ----------
        path
            A directory that is absent or empty; it is a whole copy, or not there.

        Raises
        ------
        InvalidInputError
            If there is something at `path`.
        StorageError
            If the system refuses; nothing is left at `path`.
        """
        with self.reader() as reader:
            reader.copy_to(path)
        return Collection(path, self.fingerprint, self.dim, self.encoder_name)

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
