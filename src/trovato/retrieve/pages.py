"""Query in, ranked pages with evidence out."""

from __future__ import annotations

import numpy as np

from trovato.core import Encoder, Evidence, InvalidInputError, Query, Ranking
from trovato.index import Reader
from trovato.ops import top_k
from trovato.retrieve.evidence import explain
from trovato.retrieve.scores import Scorer

# Candidates that a scorer is asked for; a fixed number, so that asking for more hits never
# changes the order of the first ones.
DEPTH = 1000


class PageRetriever:
    """Ranks the pages of a collection and explains each hit; a `trovato.core.Retriever`.

    Parameters
    ----------
    reader
        A view of the collection.
    encoder
        The encoder that made its vectors.
    scorer
        Where the scores come from.
    """

    def __init__(self, reader: Reader, encoder: Encoder, scorer: Scorer) -> None:
        self._reader = reader
        self._encoder = encoder
        self._scorer = scorer

    def retrieve(self, query: Query, k: int) -> Ranking:
        """The best `k` pages, fewer only where fewer match, with evidence.

        Raises
        ------
        InvalidInputError
            If `k` is not in 1…1000, the question is blank or `query.where` is not understood.
        """
        scores = self.scores(query, k)
        hits = [
            (self._reader.item(page), score, self.explain(query, page))
            for page, score in scores.items()
        ]
        return Ranking.of(hits, self._scorer.coverage)

    def explain(self, query: Query, page: int) -> Evidence:
        """Why the page in that row meets the query."""
        return explain(
            self._reader.item(page).text,
            self._reader.layout_of(page),
            self._reader.token_vectors_of(page),
            query.text,
            self._encoder.encode_query(query.text),
        )

    def rank(self, query: Query, k: int) -> tuple[str, ...]:
        """Ids of the best `k` pages, without evidence: what an evaluation needs.

        Raises
        ------
        InvalidInputError
            As `retrieve`.
        """
        scores = self.scores(query, k)
        ids = self._reader.ids_of(scores.keys())
        return tuple(ids[page] for page in scores)

    def scores(self, query: Query, k: int) -> dict[int, float]:
        """Rows and scores of the best `k` pages, best first, ties by external id."""
        if not 1 <= k <= DEPTH:
            raise InvalidInputError(f"k must be between 1 and {DEPTH}, got {k}")
        if not query.text.strip():
            raise InvalidInputError("the question is blank; ask with at least one word")
        scores = self._scorer.best(query, DEPTH)
        ids = self._reader.ids_of(scores.keys())
        pages = list(scores)
        order = top_k(np.array([scores[page] for page in pages]), [ids[page] for page in pages], k)
        return {pages[position]: scores[pages[position]] for position in order}
