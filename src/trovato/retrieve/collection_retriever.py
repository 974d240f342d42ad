"""Query in, ranked pages with evidence out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from trovato.core import Encoder, Evidence, InvalidInputError, Item, PageEvidence, Query, Ranking
from trovato.index import Reader
from trovato.ops import top_rows
from trovato.retrieve.candidate_scores import Scorer
from trovato.retrieve.copies import first_of_each_file
from trovato.retrieve.encoded_query import EncodedQuery
from trovato.retrieve.evidence.explain import explain_page
from trovato.retrieve.evidence.matched_words import ContentTokens

# Candidates that a scorer is asked for; not the number of hits, so that asking for more of them
# never changes the order of the first ones.
DEPTH = 1000
# So many candidates of each side are fused for each hit, at least; and at least so many of them.
_OF_EACH_HIT = 4
_SHALLOWEST = 48


class CollectionRetriever:
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

    def retrieve(
        self, query: Query, k: int, *, evidence: bool = True, distinct: bool = False
    ) -> Ranking:
        """The best `k` pages, fewer only where fewer match, with evidence unless it is not wanted.

        With `distinct`, the same page of identical files is one hit, which names the others.

        Raises
        ------
        InvalidInputError
            If `k` is not in 1…1000, the question is blank or `query.where` is not understood.
        """
        query = EncodedQuery.of(query, self._encoder)
        scores, copies = self._best(query, k, distinct=distinct)
        rows = list(scores)
        explained = (
            self._explained(query, rows)
            if evidence
            else ((item, Evidence()) for item in self._reader.items(rows))
        )
        hits = [
            (item, score, why)
            for score, (item, why) in zip(scores.values(), explained, strict=True)
        ]
        ranking = Ranking.of(hits, self._scorer.coverage, self._reader.reading(query.text))
        told = tuple(replace(hit, copies=copies.get(hit.item.id, ())) for hit in ranking)
        return replace(ranking, hits=told)

    def explain(self, query: Query, page: int) -> PageEvidence:
        """Why the page in that row meets the query."""
        ((_, evidence),) = self._explained(EncodedQuery.of(query, self._encoder), [page])
        return evidence

    def _explained(
        self, query: EncodedQuery, rows: Sequence[int]
    ) -> Iterator[tuple[Item, PageEvidence]]:
        """Pages, and why each of them meets the query."""
        asked = ContentTokens.of(query.words, query.vectors)
        for page in self._reader.pages(rows):
            yield page.item, explain_page(page.item.text, page.layout, page.vectors, asked)

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

    def rank_files(self, query: Query, k: int) -> tuple[str, ...]:
        """Names of the files of the best `k` pages, each once, by their best page.

        Raises
        ------
        InvalidInputError
            As `retrieve`.
        """
        scores = self.scores(query, k)
        names = self._reader.names_of(scores.keys())
        return tuple(dict.fromkeys(names[page] for page in scores))

    def has(self, item_id: str) -> bool:
        """Whether it can find an item of that id."""
        return self._reader.has(item_id)

    def scores(self, query: Query, k: int) -> dict[int, float]:
        """Rows and scores of the best `k` pages, best first, ties by external id."""
        return self._best(query, k)[0]

    def _best(
        self, query: Query, k: int, *, distinct: bool = False
    ) -> tuple[dict[int, float], dict[str, tuple[str, ...]]]:
        """Rows and scores of the best `k`, and with `distinct` what each is copied by."""
        if not 1 <= k <= DEPTH:
            raise InvalidInputError(f"k must be between 1 and {DEPTH}, got {k}")
        if not query.text.strip():
            raise InvalidInputError("the question is blank; ask with at least one word")
        scores: dict[int, float] = {}
        copies: dict[str, tuple[str, ...]] = {}
        for depth in dict.fromkeys((self._depth(k), DEPTH)):
            scores = self._among(query, depth, DEPTH if distinct else k)
            if distinct:
                scores, copies = first_of_each_file(self._reader, scores, k)
            # Conditions of words leave candidates out, and copies are one hit: then more are asked.
            if len(scores) == k:
                break
        return scores, copies

    def _among(self, query: Query, depth: int, most: int) -> dict[int, float]:
        """The best `most` of so many candidates of each side."""
        scores = self._scorer.best(query, depth)
        meeting = self._reader.meeting(query.text, scores)
        scores = {row: score for row, score in scores.items() if row in meeting}
        rows, values = np.array(list(scores), np.int64), np.array(list(scores.values()))
        return dict(top_rows(rows, values, most, self._reader.ids_of))

    def _depth(self, k: int) -> int:
        """As many of each side as somebody chose, or a quarter of the card's candidates.

        More where that is too few for so many hits: the card's recall is that of ten. The
        candidates themselves are looked at whatever the depth, see `Reader.search_vectors`.
        """
        card = self._reader.card()
        few = None if card is None else card.candidates_for(1)
        if card is None or few is None:
            return DEPTH
        if card.chosen is not None:
            return DEPTH if k > few else min(few, DEPTH)
        depths = (max(few // _OF_EACH_HIT, _SHALLOWEST), few)
        return next((depth for depth in depths if k * _OF_EACH_HIT <= depth <= DEPTH), DEPTH)
