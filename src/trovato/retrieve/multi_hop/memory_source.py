"""A graph whose items and vectors are held in memory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from copy import copy
from itertools import chain

import numpy as np

from trovato.core import (
    Encoder,
    InvalidInputError,
    Item,
    ProgressCallback,
    Query,
    RaggedVectors,
    check_many,
    no_progress,
)
from trovato.core.shapes import Bool, Float, Float16, Float32, Int64
from trovato.index.graph import LayeredGraph, Level
from trovato.ops import maxsim, top_k
from trovato.retrieve.multi_hop.rows_source import RowsSource
from trovato.retrieve.multi_hop.source import WordStatistics
from trovato.retrieve.multi_hop.words import words_of

# Texts with a word that no text has, and how often.
_NOWHERE = np.zeros((0, 2), np.int64)


class MemorySource(RowsSource):
    """Items, encoded as they come: a `GraphSource` for what fits in memory.

    Parameters
    ----------
    items
        Documents, components and their parts.
    encoder
        Makes the vectors of what speaks for a node.
    level
        See `trovato.index.graph.LayeredGraph.of`.
    progress
        Called after every text with ("encode", done, total).

    Raises
    ------
    InvalidInputError
        If there is no item, two have one id, or parts go round in a circle.
    """

    def __init__(
        self,
        items: Iterable[Item],
        encoder: Encoder,
        level: Level = "part",
        *,
        progress: ProgressCallback = no_progress,
    ) -> None:
        self._items = {item.id: item for item in items}
        self._level = level
        graph = LayeredGraph.of(self._items.values(), level)
        super().__init__(graph, encoder)
        names = list(dict.fromkeys(chain.from_iterable(graph.children)))
        if not names:
            raise InvalidInputError("there is nothing to search: give at least one item")
        # First what has vectors, then the rest: documents, and tables that have rows.
        self._names = list(dict.fromkeys((*names, *self._items)))
        self._rows = {name: row for row, name in enumerate(self._names)}
        self._lengths = np.zeros(len(names), np.int64)
        postings: dict[str, list[tuple[int, int]]] = {}
        vectors: list[Float16[np.ndarray, "tokens dim"]] = []
        texts = [self._items[name].text for name in names]
        for place, encoded in enumerate(encoder.encode(texts)):
            vectors.append(encoded.values.astype(np.float16))
            counted = Counter(words_of(texts[place]))
            self._lengths[place] = counted.total()
            for word, count in counted.items():
                postings.setdefault(word, []).append((place, count))
            progress("encode", place + 1, len(names))
        self._postings = {word: np.array(pairs, np.int64) for word, pairs in postings.items()}
        self._vectors = RaggedVectors.stack(vectors)
        self._node_of = np.zeros(len(names), np.int64)
        for node, children in enumerate(graph.children):
            self._node_of[[self._rows[name] for name in children]] = node

    def relinked(self, items: Iterable[Item]) -> MemorySource:
        """The same texts and vectors under other links; nothing is encoded again.

        Parameters
        ----------
        items
            The same items, in any order, with the links that count from now.

        Raises
        ------
        InvalidInputError
            If they are not the same items, or a text is another.
        """
        links = {item.id: item for item in items}
        if {name: item.text for name, item in links.items()} != {
            name: item.text for name, item in self._items.items()
        }:
            raise InvalidInputError("only links may differ: build another source for other items")
        other = copy(self)
        other._items = links
        other._graph = LayeredGraph.of(links.values(), self._level)
        return other

    def _row_of(self, name: str) -> int | None:
        return self._rows.get(name)

    def _items_in(self, rows: list[int]) -> list[Item]:
        return [self._items[self._names[row]] for row in rows]

    def _vectors_in(self, row: int) -> Float[np.ndarray, "tokens dim"]:
        return self._vectors[row]

    def candidates(
        self, words: Sequence[str], vectors: Float32[np.ndarray, "tokens dim"], depth: int
    ) -> Int64[np.ndarray, " candidates"]:
        """The nodes of the `depth` best texts by vectors, and by the share of words they have."""
        check_many("words", words)
        found = [np.zeros(0, np.int64)]
        places = np.arange(len(self._node_of))
        if len(vectors):
            scores = maxsim(vectors, self._vectors)
            found.append(top_k(scores, places.tolist(), depth))
        shared = np.zeros(len(self._node_of), np.float32)
        for word, count in zip(words, self.statistics(words).frequencies.tolist(), strict=True):
            shared[self._postings.get(word, _NOWHERE)[:, 0]] += 1 / (1 + count)
        found.append(top_k(np.where(shared > 0, shared, -np.inf), places.tolist(), depth))
        return np.unique(self._node_of[np.concatenate(found)])

    def allowed(
        self, nodes: Int64[np.ndarray, " nodes"], query: Query
    ) -> Bool[np.ndarray, " nodes"]:
        """Every node: conditions are for collections.

        Raises
        ------
        InvalidInputError
            If the query has conditions.
        """
        if query.filter:
            raise InvalidInputError("items in memory take no filter: search a collection")
        return np.ones(len(nodes), np.bool_)

    def statistics(self, words: Sequence[str]) -> WordStatistics:
        """How common the words are among the texts."""
        check_many("words", words)
        counts = [len(self._postings.get(word, ())) for word in words]
        return WordStatistics(
            np.array(counts, np.int64), len(self._lengths), float(self._lengths.mean())
        )

    def word_counts(
        self, names: Sequence[str], words: Sequence[str]
    ) -> tuple[Int64[np.ndarray, "items words"], Int64[np.ndarray, " items"]]:
        """How often each text has each word, and how many words it has."""
        check_many("names", names)
        check_many("words", words)
        places = np.array([self._rows[name] for name in names], np.int64)
        counts = np.zeros((len(names), len(words)), np.int64)
        for column, word in enumerate(words):
            held = self._postings.get(word, _NOWHERE)
            at = np.searchsorted(held[:, 0], places)
            inside = np.flatnonzero(at < len(held))
            hits = inside[held[at[inside], 0] == places[inside]]
            counts[hits, column] = held[at[hits], 1]
        return counts, self._lengths[places]
