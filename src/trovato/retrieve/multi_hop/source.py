"""What a search over a graph asks of whatever holds its items and vectors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np

from trovato.core import Encoder, Item, Query
from trovato.core.shapes import Bool, Float32, Int64
from trovato.index.graph import Graph


@dataclass(frozen=True, slots=True, eq=False)
class WordStatistics:
    """How common words are in a collection.

    Parameters
    ----------
    frequencies
        How many items have each of the words.
    total, mean_length
        Items of the collection, and their mean length in words.
    """

    frequencies: Int64[np.ndarray, " words"]
    total: int
    mean_length: float


@runtime_checkable
class GraphSource(Protocol):
    """A graph, and the words and vectors of what speaks for its nodes."""

    @property
    def graph(self) -> Graph:
        """Nodes and links."""

    @property
    def encoder(self) -> Encoder:
        """What made the vectors."""

    def items(self, names: Sequence[str]) -> list[Item]:
        """The items of those ids, in their order."""

    def candidates(
        self, words: Sequence[str], vectors: Float32[np.ndarray, "tokens dim"], depth: int
    ) -> Int64[np.ndarray, " candidates"]:
        """Nodes among which the best `depth` for a question are, by rising id."""

    def allowed(
        self, nodes: Int64[np.ndarray, " nodes"], query: Query
    ) -> Bool[np.ndarray, " nodes"]:
        """Whether each node meets the query's conditions."""

    def statistics(self, words: Sequence[str]) -> WordStatistics:
        """How common the words are."""

    def word_counts(
        self, names: Sequence[str], words: Sequence[str]
    ) -> tuple[Int64[np.ndarray, "items words"], Int64[np.ndarray, " items"]]:
        """How often each item has each word, and how many words it has."""

    def picture_scores(self, names: Sequence[str], text: str) -> Float32[np.ndarray, " items"]:
        """How well the picture of each item goes with a text, 0…1; 0 for an item without one."""

    def picture_candidates(self, text: str, depth: int) -> Int64[np.ndarray, " candidates"]:
        """Nodes whose pictures go best with a text, by rising id."""

    def similarities(
        self, names: Sequence[str], vectors: Float32[np.ndarray, "tokens dim"]
    ) -> Float32[np.ndarray, "items tokens"]:
        """The best cosine of any token of each item with each of these; −1 where it has none."""
