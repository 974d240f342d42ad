"""SEIZE's score over what a description found."""

from __future__ import annotations

import numpy as np

from trovato.core import Ranking
from trovato.core.shapes import Float
from trovato.index import Reader
from trovato.ops import seize_scores
from trovato.retrieve.composed import Composed
from trovato.retrieve.image_field import ComposedEvidence


def seize_ranking(
    reader: Reader, found: Composed, before: Float[np.ndarray, " dim"], k: int
) -> Ranking:
    """The best `k` of what was found, by SEIZE's score; of crops the best counts.

    Parameters
    ----------
    reader
        Of the collection.
    found
        For the description alone.
    before
        Vector of the reference's caption, of length 1.
    k
        At most so many.
    """
    scored = []
    for hit in found.ranking:
        vectors = reader.vectors_of(reader.row_of(hit.item.id), field="image")
        after = vectors @ found.parts.description
        scores = seize_scores(after, vectors @ before)
        crop = int(scores.argmax())
        parts = {"description": float(after[crop]), "change": float(scores[crop] - after[crop])}
        evidence = ComposedEvidence(hit.item.text, parts=parts, crop=crop)
        scored.append((hit.item, float(scores[crop]), evidence))
    return Ranking.of(sorted(scored, key=lambda one: (-one[1], one[0].id))[:k])
