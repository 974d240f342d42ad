"""What all sources of a graph have in common that know the row of each item."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence

import numpy as np

from trovato.core import Encoder, InvalidInputError, Item, check_many
from trovato.core.shapes import Float, Float32, Int64
from trovato.index.graph import Graph


class RowsSource(ABC):
    """The part of a `GraphSource` that reads items and vectors by their rows.

    Parameters
    ----------
    graph
        Nodes and links.
    encoder
        What made the vectors.
    """

    def __init__(self, graph: Graph, encoder: Encoder) -> None:
        self._graph = graph
        self._encoder = encoder

    @abstractmethod
    def _row_of(self, name: str) -> int | None:
        """The row of the item of that id, if there is one."""

    @abstractmethod
    def _items_in(self, rows: list[int]) -> list[Item]:
        """The items in those rows, in their order."""

    @abstractmethod
    def _vectors_in(self, row: int) -> Float[np.ndarray, "tokens dim"]:
        """The token vectors of one row; none where it has none."""

    @property
    def graph(self) -> Graph:
        """Nodes and links."""
        return self._graph

    @property
    def encoder(self) -> Encoder:
        """What made the vectors."""
        return self._encoder

    def items(self, names: Sequence[str]) -> list[Item]:
        """The items of those ids, in their order.

        Raises
        ------
        InvalidInputError
            If there is none of such an id.
        """
        check_many("names", names)
        return self._items_in([self._known(name) for name in names])

    def picture_scores(self, names: Sequence[str], text: str) -> Float32[np.ndarray, " items"]:  # noqa: ARG002
        """Nothing of any item, where pictures have no vectors."""
        check_many("names", names)
        return np.zeros(len(names), np.float32)

    def picture_candidates(self, text: str, depth: int) -> Int64[np.ndarray, " candidates"]:  # noqa: ARG002
        """None, where pictures have no vectors."""
        return np.zeros(0, np.int64)

    def similarities(
        self, names: Sequence[str], vectors: Float32[np.ndarray, "tokens dim"]
    ) -> Float32[np.ndarray, "items tokens"]:
        """The best cosine of any token of each item with each of these; −1 where it has none."""
        check_many("names", names)
        found = np.full((len(names), len(vectors)), -1, np.float32)
        for place, name in enumerate(names):
            own = self._vectors_in(self._known(name))
            if len(own):
                found[place] = (own.astype(np.float32) @ vectors.T).max(axis=0)
        return found

    def _known(self, name: str) -> int:
        row = self._row_of(name)
        if row is None:
            raise InvalidInputError(f"there is no item called {name!r}")
        return row
