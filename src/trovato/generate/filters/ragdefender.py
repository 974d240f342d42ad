"""RAGDefender: leave out the documents that are most alike."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from trovato.core import Encoder, Item
from trovato.generate.filters.passage_vectors import passage_vectors
from trovato.generate.text.content_words import words
from trovato.ops import (
    QUERY_STOP_WORDS,
    count_by_clusters,
    count_by_concentration,
    frequent_term_votes,
    ragdefender_estimate,
)


class RagDefender:
    """Estimates how many documents are poisoned and drops that many of those most alike.

    Source: Kim, Lee and Koo 2025 (arXiv 2511.01268), the rule of the paper with m = 5 and p = 2.
    Documents without a word are kept: they are like nothing. The single-hop rule always drops at
    least one of two documents or more, poisoned or not: its price on clean sets.

    Parameters
    ----------
    encoder
        Gives the vectors that are compared.
    multi_hop
        Estimate by concentration, for questions whose right documents differ from each other,
        instead of by clusters.
    """

    def __init__(self, encoder: Encoder, *, multi_hop: bool = False) -> None:
        self._encoder = encoder
        self._multi_hop = multi_hop

    @property
    def name(self) -> str:
        """As the command line and reports call it."""
        return "ragdefender"

    def keep(self, question: str, documents: Sequence[Item]) -> list[int]:  # noqa: ARG002
        """Places of the documents to keep, rising."""
        vectors = passage_vectors(self._encoder, [document.text for document in documents])
        spoken = np.flatnonzero(vectors.any(axis=1)).tolist()
        vectors = vectors[spoken]
        if self._multi_hop:
            count = count_by_concentration(vectors)
        else:
            content = [
                [word for word in words(documents[place].text) if word not in QUERY_STOP_WORDS]
                for place in spoken
            ]
            count = count_by_clusters(vectors, frequent_term_votes(content))
        dropped = {spoken[place] for place in ragdefender_estimate(vectors, count).tolist()}
        return [place for place in range(len(documents)) if place not in dropped]
