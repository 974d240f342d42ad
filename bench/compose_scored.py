"""Queries against all pictures at once: every ranking is made from the same cosines."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from trovato.data.datasets import ComposedQuery
from trovato.ops import CompositionWeights, QueryParts, seize_scores, top_k

DEPTH = 50


@dataclass(frozen=True)
class Scored:
    """Cosines of each query's parts with each picture, (queries, pictures) each."""

    ids: list[str]
    places: dict[str, int]
    queries: Sequence[ComposedQuery]
    parts: list[QueryParts]
    description: np.ndarray
    reference: np.ndarray
    modification: np.ndarray
    caption: np.ndarray

    def run(self, weights: Sequence[CompositionWeights]) -> dict[str, list[str]]:
        return self._ranked(
            one.description * self.description[row]
            + one.reference * self.reference[row]
            + one.modification * self.modification[row]
            for row, one in enumerate(weights)
        )

    def seize(self) -> dict[str, list[str]]:
        return self._ranked(map(seize_scores, self.description, self.caption))

    def _ranked(self, rows: Iterable[np.ndarray]) -> dict[str, list[str]]:
        found = {}
        for query, scores in zip(self.queries, rows, strict=True):
            scores[self.places[query.reference]] = -np.inf
            best = top_k(scores, self.ids, DEPTH)
            found[query.id] = [self.ids[place] for place in best]
        return found

    def sdr(self, alpha: float, beta: float) -> list[CompositionWeights]:
        return [parts.weights(alpha, beta) for parts in self.parts]


def score(
    ids: list[str],
    vectors: np.ndarray,
    queries: Sequence[ComposedQuery],
    parts: list[QueryParts],
    captions: np.ndarray,
) -> Scored:
    def cosines(name: str) -> np.ndarray:
        rows = np.stack([getattr(one, name) for one in parts]).astype(np.float32)
        return np.asarray(rows @ vectors.T)

    return Scored(
        ids,
        {name: at for at, name in enumerate(ids)},
        queries,
        parts,
        cosines("description"),
        cosines("reference"),
        cosines("modification"),
        captions @ vectors.T,
    )
