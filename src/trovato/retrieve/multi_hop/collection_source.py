"""A graph over the items and links of a collection."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from trovato.core import Encoder, InvalidInputError, Item, Query, check_many
from trovato.core.shapes import Bool, Float, Float32, Int64
from trovato.index import Reader
from trovato.index.graph import Level
from trovato.retrieve.multi_hop.picture_scores import PictureScores
from trovato.retrieve.multi_hop.rows_source import RowsSource
from trovato.retrieve.multi_hop.source import WordStatistics
from trovato.retrieve.multi_hop.words import words_of


class CollectionSource(RowsSource):
    """A `GraphSource` over a view of a collection: links, texts and vectors are read as met.

    Nothing is read at the start, and what was met is kept. How common a word is, is counted by the
    word index, which takes words by their stems.

    Parameters
    ----------
    reader
        A view of the collection, which stays open as long as this is used.
    encoder
        The encoder that made its vectors.
    level
        See `trovato.index.graph.LayeredGraph.of`.
    pictures
        What its pictures look like, if that is to count.

    Raises
    ------
    InvalidInputError
        If the collection is empty.
    """

    def __init__(
        self,
        reader: Reader,
        encoder: Encoder,
        level: Level = "part",
        pictures: PictureScores | None = None,
    ) -> None:
        self._reader = reader
        self._pictures = pictures
        self._stored = reader.graph(level)
        super().__init__(self._stored, encoder)
        if next(reader.rows(), None) is None:
            raise InvalidInputError("the collection is empty: index documents first")

    def _row_of(self, name: str) -> int | None:
        return self._stored.row_of(name)

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
        return self._nodes_of(found)

    def picture_candidates(self, text: str, depth: int) -> Int64[np.ndarray, " candidates"]:
        """Nodes whose pictures go best with a text."""
        return self._nodes_of(self._pictures.best(text, depth) if self._pictures else [])

    def picture_scores(self, names: Sequence[str], text: str) -> Float32[np.ndarray, " items"]:
        """How well the picture of each item goes with a text."""
        check_many("names", names)
        if self._pictures is None:
            return super().picture_scores(names, text)
        return self._pictures.of_rows(text, [self._known(name) for name in names])

    def _nodes_of(self, rows: Sequence[int]) -> Int64[np.ndarray, " nodes"]:
        nodes = {self._stored.node_of(row) for row in rows} - {None}
        return self._stored.in_id_order(np.array(list(nodes), np.int64))

    def allowed(
        self, nodes: Int64[np.ndarray, " nodes"], query: Query
    ) -> Bool[np.ndarray, " nodes"]:
        """Whether each node has a text that meets the query's conditions.

        Raises
        ------
        InvalidInputError
            If the conditions are not understood.
        """
        if not query.filter:
            return np.ones(len(nodes), np.bool_)
        children = [[self._known(one) for one in own] for own in self._stored.children_of(nodes)]
        meeting = self._reader.filtered({row for own in children for row in own}, query.filter)
        return np.array([not meeting.isdisjoint(own) for own in children], np.bool_)

    def statistics(self, words: Sequence[str]) -> WordStatistics:
        """How common the words are."""
        check_many("words", words)
        total, mean_length = self._reader.mean_length()
        counts = [self._reader.count_lexical(word) for word in words]
        return WordStatistics(np.array(counts, np.int64), total, mean_length)

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
