"""What is exported of a collection, page by page, and what takes it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np

from trovato.core import Item
from trovato.core.shapes import Float32
from trovato.index.reader import Reader


@dataclass(frozen=True, slots=True, eq=False)
class ExportedPage:
    """A published page and its vectors.

    Parameters
    ----------
    item
        Its external id, kind, text, location and attributes.
    vectors
        `(tokens, dim)`, as they are scored: what the stored codes stand for.
    """

    item: Item
    vectors: Float32[np.ndarray, "tokens dim"]


@runtime_checkable
class ExportTarget(Protocol):
    """Another store."""

    def write(self, pages: Iterable[ExportedPage], dim: int) -> None:
        """Store all pages; what an error leaves unfinished is taken back.

        Parameters
        ----------
        pages
            Taken one after another; a bounded number is held at once.
        dim
            Components of each vector.

        Raises
        ------
        InvalidInputError
            If there are pages already.
        MissingExtraError
            If the store's package is not installed.
        """


def pages_of(reader: Reader, field: str | None = None) -> Iterator[ExportedPage]:
    """All published items in the order of their rows, one at a time.

    Parameters
    ----------
    reader
        Stays open while pages are taken.
    field
        Whose vectors; those of the default field where none is named.
    """
    for row in reader.rows():
        yield ExportedPage(reader.item(row), reader.vectors_of(row, field=field))


def batches(pages: Iterable[ExportedPage], max_tokens: int) -> Iterator[list[ExportedPage]]:
    """Pages in groups that together have at most so many vectors, or of one page with more.

    A page counts as one vector more than it has, so that pages without any are bounded too.
    """
    batch: list[ExportedPage] = []
    tokens = 0
    for page in pages:
        size = len(page.vectors) + 1
        if batch and tokens + size > max_tokens:
            yield batch
            batch, tokens = [], 0
        batch.append(page)
        tokens += size
    if batch:
        yield batch
