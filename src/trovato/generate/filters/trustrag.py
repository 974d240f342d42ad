"""TrustRAG, stage 1: leave out the cluster whose documents are too close to each other."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np

from trovato.core import Encoder, Item
from trovato.core.shapes import Float32
from trovato.generate.filters.passage_vectors import passage_vectors
from trovato.generate.text.content_words import words
from trovato.ops import l2_normalize, rouge_l, two_means


class TrustRag:
    """Splits the documents in two by k-means and drops a cluster that is too tight.

    Nothing is dropped unless two documents share words (ROUGE-L above `overlap`). A cluster's
    tightness is the mean cosine of its pairs.

    - The tighter cluster is dropped where it is above `closeness`, and everything where the looser
      one is above it too.
    - In the clusters that stay, documents that share words with another one are dropped.
    - Where one cluster is a single document, the other one is dropped above `closeness` (and the
      single document with it where it is as close to the other's first), else the single document.

    Source: Zhou et al. 2025 (arXiv 2501.00879), stage 1, as its authors' program decides, except
    that there a document stays if all that it shares words with were dropped before it was looked
    at. Two documents, or one, are kept: they form no clusters.

    Parameters
    ----------
    encoder
        Gives the vectors that are compared.
    closeness
        Cosine, .88 in the paper.
    overlap
        ROUGE-L F1, .25 in the paper.
    """

    def __init__(self, encoder: Encoder, *, closeness: float = 0.88, overlap: float = 0.25) -> None:
        self._encoder = encoder
        self._closeness = closeness
        self._overlap = overlap

    @property
    def name(self) -> str:
        """As the command line and reports call it."""
        return "trustrag"

    def keep(self, question: str, documents: Sequence[Item]) -> list[int]:  # noqa: ARG002
        """Places of the documents to keep, rising; none where everything is suspect."""
        every = list(range(len(documents)))
        said = [words(document.text) for document in documents]
        shared = any(self._overlaps(a, b) for a, b in combinations(said, 2))
        if len(documents) < 3 or not shared:
            return every
        vectors = passage_vectors(self._encoder, [document.text for document in documents])
        owners = two_means(_standardised(vectors))
        clusters = [[at for at in every if owners[at] == side] for side in (False, True)]
        cosines = vectors @ vectors.T
        clusters.sort(key=lambda cluster: _tightness(cosines, cluster), reverse=True)
        tight, loose = clusters
        if min(len(tight), len(loose)) < 2:
            single, group = sorted(clusters, key=len)
            kept = self._beside_single(cosines, single, group)
        elif _tightness(cosines, loose) > self._closeness:
            kept = []
        elif _tightness(cosines, tight) < self._closeness:
            kept = self._distinct(said, tight) + self._distinct(said, loose)
        else:
            kept = self._distinct(said, loose)
        return sorted(kept)

    def _beside_single(
        self,
        cosines: Float32[np.ndarray, "documents documents"],
        single: list[int],
        group: list[int],
    ) -> list[int]:
        if _tightness(cosines, group) <= self._closeness:
            return group
        near = bool(single) and cosines[group[0], single[0]] > self._closeness
        return [] if near else single

    def _distinct(self, said: Sequence[Sequence[str]], cluster: list[int]) -> list[int]:
        """The documents of a cluster that share words with none of the others in it."""
        return [
            place
            for place in cluster
            if not any(
                self._overlaps(said[place], said[other]) for other in cluster if other != place
            )
        ]

    def _overlaps(self, first: Sequence[str], second: Sequence[str]) -> bool:
        return rouge_l(first, second) > self._overlap


def _tightness(cosines: Float32[np.ndarray, "documents documents"], cluster: list[int]) -> float:
    """Mean cosine of a cluster's pairs; −1 where there is none."""
    pairs = [float(cosines[a, b]) for a, b in combinations(cluster, 2)]
    return sum(pairs) / len(pairs) if pairs else -1.0


def _standardised(
    vectors: Float32[np.ndarray, "documents dim"],
) -> Float32[np.ndarray, "documents dim"]:
    """Each component to mean 0 and deviation 1 over the documents, then each vector to length 1."""
    deviation = vectors.std(axis=0)
    centred = vectors - vectors.mean(axis=0)
    return l2_normalize(np.divide(centred, deviation, out=centred, where=deviation > 0))
