"""A graph over the items and links of a collection."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain, islice

import numpy as np

from trovato.core import Encoder, InvalidInputError, Item, Query, check_many
from trovato.core.shapes import Bool, Float, Float32, Int64
from trovato.index import Reader
from trovato.index.graph import LayeredGraph, Level
from trovato.retrieve.multi_hop.rows_source import RowsSource
from trovato.retrieve.multi_hop.source import WordStatistics
from trovato.retrieve.multi_hop.words import words_of

# Items that are read together, and texts from which their mean length is taken.
_BLOCK = 1000


class CollectionSource(RowsSource):
    """A `GraphSource` over a view of a collection: texts and vectors are read as they are met.

    In memory are ids and links of all items. How common a word is, is counted by the word index,
    which takes words by their stems.

    Parameters
    ----------
    reader
        A view of the collection, which stays open as long as this is used.
    encoder
        The encoder that made its vectors.
    level
        See `trovato.index.graph.LayeredGraph.of`.

    Raises
    ------
    InvalidInputError
        If the collection is empty.
    """

    def __init__(self, reader: Reader, encoder: Encoder, level: Level = "part") -> None:
        self._reader = reader
        rows: dict[str, int] = {}
        super().__init__(LayeredGraph.of(_read(reader, rows), level), encoder, rows)
        self._children = list(dict.fromkeys(chain.from_iterable(self._graph.children)))
        if not self._children:
            raise InvalidInputError("the collection is empty: index documents first")
        self._node = {
            self._rows[child]: node
            for node, children in enumerate(self._graph.children)
            for child in children
        }
        step = -(-len(self._children) // _BLOCK)
        sample = [len(words_of(item.text)) for item in self.items(self._children[::step])]
        self._mean_length = float(np.mean(sample))
        self._eligible: tuple[str, Bool[np.ndarray, " nodes"]] | None = None

    def _items_in(self, rows: list[int]) -> list[Item]:
        return self._reader.items(rows)

    def _vectors_in(self, row: int) -> Float[np.ndarray, "tokens dim"]:
        return self._reader.vectors_of(row)

    def candidates(
        self, words: Sequence[str], vectors: Float32[np.ndarray, "tokens dim"], depth: int
    ) -> Int64[np.ndarray, " candidates"]:
        """The nodes of the `depth` best texts by vectors, and by words."""
        check_many("words", words)
        found = [row for row, _ in self._reader.search_lexical(" ".join(words), depth)]
        if len(vectors):
            found += [row for row, _ in self._reader.search_vectors(vectors, depth).best]
        return np.array(sorted({self._node[row] for row in found if row in self._node}), np.int64)

    def allowed(
        self, nodes: Int64[np.ndarray, " nodes"], query: Query
    ) -> Bool[np.ndarray, " nodes"]:
        """Whether each node has a text with vectors that meets the query's conditions.

        Raises
        ------
        InvalidInputError
            If the conditions are not understood.
        """
        if not query.filter:
            return np.ones(len(nodes), np.bool_)
        if self._eligible is None or self._eligible[0] != query.filter:
            anything = np.eye(1, self._encoder.dim, dtype=np.float32)
            found = self._reader.search_vectors(
                anything, max(len(self._rows), 1), query.filter, exact=True
            )
            meets = np.zeros(len(self._graph), np.bool_)
            meets[[self._node[row] for row, _ in found.best if row in self._node]] = True
            self._eligible = query.filter, meets
        return np.asarray(self._eligible[1][nodes])

    def statistics(self, words: Sequence[str]) -> WordStatistics:
        """How common the words are."""
        check_many("words", words)
        counts = [len(self._reader.search_lexical(word, len(self._rows))) for word in words]
        total = len(self._children)
        return WordStatistics(
            np.minimum(np.array(counts, np.int64), total), total, self._mean_length
        )

    def word_counts(
        self, names: Sequence[str], words: Sequence[str]
    ) -> tuple[Int64[np.ndarray, "items words"], Int64[np.ndarray, " items"]]:
        """How often each item has each word, and how many words it has."""
        check_many("names", names)
        check_many("words", words)
        told = [words_of(item.text) for item in self.items(names)]
        column = {word: place for place, word in enumerate(words)}
        counts = np.zeros((len(told), len(words)), np.int64)
        for row, own in enumerate(told):
            for word in own:
                if word in column:
                    counts[row, column[word]] += 1
        return counts, np.array([len(own) for own in told], np.int64)


def _read(reader: Reader, rows: dict[str, int]) -> Iterator[Item]:
    """All items; their rows are noted."""
    left = reader.rows()
    while block := list(islice(left, _BLOCK)):
        for row, item in zip(block, reader.items(block), strict=True):
            rows[item.id] = row
            yield item
