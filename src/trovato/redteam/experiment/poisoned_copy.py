"""A collection with poison in it, beside the real one, which is only read."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from trovato.core import Item
from trovato.index.store.schema import DATABASE, SEGMENTS
from trovato.library import Library


@contextmanager
def poisoned(library: Library, poison: Iterable[Item]) -> Iterator[Library]:
    """A temporary copy of a library with these texts indexed beside its own.

    The database is copied as of one moment and the vectors' files after it, under a reader, so that
    no writer takes them away meanwhile. The copy is removed when the block is left.

    Parameters
    ----------
    library
        Read, never written.
    poison
        Texts under ids that the library does not have.
    """
    source = library.collection.path
    with tempfile.TemporaryDirectory(prefix="trovato-redteam-") as folder:
        copy = Path(folder) / "collection"
        copy.mkdir()
        address = f"{(source / DATABASE).resolve().as_uri()}?mode=ro"
        with (
            library.collection.reader(),
            closing(sqlite3.connect(address, uri=True)) as original,
            closing(sqlite3.connect(copy / DATABASE)) as made,
        ):
            original.backup(made)
            shutil.copytree(source / SEGMENTS, copy / SEGMENTS)
        with Library.open(copy, encoder=library.encoder, fusion=library.fusion) as both:
            both.add_items(poison)
            yield both
