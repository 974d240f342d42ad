"""A collection with poison in it, beside the real one, which is only read."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from trovato.core import Item
from trovato.library import Library


@contextmanager
def poisoned(library: Library, poison: Iterable[Item]) -> Iterator[Library]:
    """A temporary copy of a library with these texts indexed beside its own.

    The copy is removed when the block is left.

    Parameters
    ----------
    library
        Read, never written.
    poison
        Texts under ids that the library does not have.
    """
    with tempfile.TemporaryDirectory(prefix="trovato-redteam-") as folder:
        copy = Path(folder) / "collection"
        library.collection.copy_to(copy)
        with Library.open(copy, encoder=library.encoder, fusion=library.fusion) as both:
            both.add_items(poison)
            yield both
