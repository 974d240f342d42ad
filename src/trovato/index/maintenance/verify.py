"""Whether a collection is what was written: the check that a person asks for."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from trovato.core import CorruptCollectionError, PathLike, ProgressCallback, no_progress
from trovato.index.maintenance.integrity import inspect
from trovato.index.maintenance.issues import Inspection, IntegrityIssue
from trovato.index.store.schema import DATABASE, SEGMENTS, check_format, connect, lock_writer
from trovato.index.store.upgrade import read_as_newest


def verify(folder: PathLike, progress: ProgressCallback = no_progress) -> list[IntegrityIssue]:
    """Check all that a collection holds against itself; nothing is changed.

    Every byte of the vector files is read. Searching goes on meanwhile, writing does not.

    Parameters
    ----------
    folder
        Directory of the collection.
    progress
        Told what is being checked, how much of it is done, and how much there is.

    Returns
    -------
    What is wrong; nothing if all is well.

    Raises
    ------
    CollectionNotFoundError, IncompatibleCollectionError
        If there is no collection that this program reads.
    CollectionBusyError
        If a writer is open.
    StorageError
        If the system refuses.

    Examples
    --------
    >>> from trovato import Library
    >>> Library.create("notes.trovato").close()
    >>> verify("notes.trovato")
    []
    """
    folder = Path(folder)
    try:
        check_format(folder)
        with closing(lock_writer(folder)), closing(connect(folder / DATABASE)) as connection:
            read_as_newest(connection)
            return inspect(connection, folder / SEGMENTS, progress).findings
    except CorruptCollectionError as error:
        unread = Inspection()
        unread.add("database", DATABASE, str(error.__cause__ or error))
        return unread.findings
