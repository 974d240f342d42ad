"""How well nodes meet each part of a question.

LILaC's parts are sub-questions. Here they may also be the words of the question themselves and the
tokens of its vectors: the score of an edge is then late interaction over both of its ends at once,
and nothing needs to be told apart beforehand.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

import numpy as np

from trovato.core import InvalidInputError, TokenVectors
from trovato.core.shapes import Float32, Int64
from trovato.ops import bm25_contributions
from trovato.ops.graph import segment_max
from trovato.retrieve.multi_hop.source import GraphSource
from trovato.retrieve.multi_hop.words import asked_words


class QuestionPart:
    """One question, asked of items: a column for each of its words and each of its tokens.

    A row sums up to at most 1: `lexical_weight` times BM25 over the most that it could be, and the
    rest times the mean over the tokens of their best cosine. Where pictures count, both are worth
    so much less, and one column more says how well an item's picture goes with the question.

    Parameters
    ----------
    source
        Where the items are.
    text
        The question.
    lexical_weight
        Share of the words, 0…1; with 1 no vectors are made.
    picture_weight
        Share of what pictures look like, 0…1.
    """

    def __init__(
        self, source: GraphSource, text: str, lexical_weight: float, picture_weight: float = 0.0
    ) -> None:
        self._source = source
        self._pictures = picture_weight
        self._words = lexical_weight * (1 - picture_weight)
        self._tokens = (1 - lexical_weight) * (1 - picture_weight)
        self.text = text
        self.words = asked_words(text)
        self.vectors = (
            source.encoder.encode_query(text)
            if lexical_weight < 1
            else TokenVectors(np.zeros((0, source.encoder.dim), np.float32))
        )
        self._statistics = source.statistics(self.words)

    def columns(self, names: Sequence[str]) -> Float32[np.ndarray, "items columns"]:
        """One row for each item, which sums up to its score."""
        counts, lengths = self._source.word_counts(names, self.words)
        about = self._statistics
        words = bm25_contributions(
            counts, lengths, about.frequencies, about.total, about.mean_length
        )
        # What one occurrence in no length at all, or endless ones, would add.
        endless = np.full((1, len(self.words)), 1 << 40)
        most = bm25_contributions(
            endless, np.zeros(1, np.int64), about.frequencies, about.total, about.mean_length
        ).sum()
        tokens = self._source.similarities(names, self.vectors.values)
        columns = [
            words * np.float32(self._words / max(most, 1e-9)),
            tokens * np.float32(self._tokens / max(tokens.shape[1], 1)),
        ]
        if self._pictures:
            seen = self._source.picture_scores(names, self.text)
            columns.append(seen[:, None] * np.float32(self._pictures))
        return np.concatenate(columns, axis=1)


class QuestionColumns:
    """The columns of a whole question for the nodes of a graph: a `trovato.ops.graph.NodeScores`.

    Parameters
    ----------
    source
        Where the nodes are.
    question
        The whole of it.
    subqueries
        Questions that it is made of, each of which is one column; none for a column for each word
        and each token of the whole question.
    lexical_weight
        Share of the words, 0…1.
    picture_weight
        Share of what pictures look like, 0…1.

    Raises
    ------
    InvalidInputError
        If the question has neither words nor tokens, or a weight is not in 0…1.
    """

    def __init__(
        self,
        source: GraphSource,
        question: str,
        subqueries: Sequence[str] = (),
        lexical_weight: float = 0.5,
        picture_weight: float = 0.0,
    ) -> None:
        for name, weight in (("lexical", lexical_weight), ("picture", picture_weight)):
            if not 0 <= weight <= 1:
                raise InvalidInputError(f"{name}_weight must be in 0…1, got {weight}")
        self._source = source
        weights = lexical_weight, picture_weight
        self.whole = QuestionPart(source, question, *weights)
        self.subqueries = tuple(subqueries)
        self._parts = [QuestionPart(source, text, *weights) for text in subqueries]
        if not self.whole.words and not len(self.whole.vectors):
            raise InvalidInputError("the question has no word that anything could be found by")

    @property
    def labels(self) -> list[str]:
        """What the columns stand for: the sub-questions, or the words; tokens follow unnamed."""
        return [*self.subqueries] or self.whole.words

    def coarse(self, nodes: Int64[np.ndarray, " nodes"]) -> Float32[np.ndarray, " nodes"]:
        """How well each node by itself meets the whole question: the best of its children."""
        names, offsets = self._children(nodes)
        scores = self.whole.columns(names).sum(axis=1, keepdims=True)
        return segment_max(scores, offsets)[:, 0]

    def __call__(
        self, nodes: Int64[np.ndarray, " nodes"], /
    ) -> Float32[np.ndarray, "nodes columns"]:
        """The best of the children of each node in each column."""
        names, offsets = self._children(nodes)
        if not self._parts:
            return segment_max(self.whole.columns(names), offsets)
        columns = [part.columns(names).sum(axis=1) for part in self._parts]
        return segment_max(np.stack(columns, axis=1), offsets)

    def _children(
        self, nodes: Int64[np.ndarray, " nodes"]
    ) -> tuple[list[str], Int64[np.ndarray, " offsets"]]:
        own = self._source.graph.children_of(nodes)
        offsets = np.array([0, *accumulate(map(len, own))], np.int64)
        return [name for names in own for name in names], offsets
