"""The pictures of a collection: one product ranks them, its parts say why."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from trovato.core import Coverage, Evidence, Item, Ranking, check_many
from trovato.core.shapes import Float, Float32
from trovato.index import Reader
from trovato.ops import CompositionWeights, QueryParts

PARTS = ("description", "reference", "modification", "negative")


@dataclass(frozen=True, slots=True, repr=False)
class ComposedEvidence(Evidence):
    """What each part of the query added to a picture's score.

    `parts` holds the contributions by name: description, reference, modification, and negative
    where there is one; they sum to the score.

    Parameters
    ----------
    kept_for
        Whether the reference picture or the edit (description and modification) put it farther
        above an average picture of the collection.
    crop
        Which of the picture's vectors met the query best: 0 for the whole picture, then its crops
        in the order of `trovato.data.pictures.crops_of`.
    """

    kept_for: Literal["picture", "edit"] = "edit"
    crop: int = 0


class ImageField:
    """Items with vectors in one field, ranked for composed queries.

    Parameters
    ----------
    reader
        A view of the collection.
    average
        Of the vectors of its pictures, `(dim,)`: what a picture has in common with others is no
        reason to keep it. None for a vector of zeros.
    name
        Of the field.
    threads
        Processors to use.
    """

    def __init__(
        self,
        reader: Reader,
        average: Float[np.ndarray, " dim"] | None = None,
        name: str = "image",
        threads: int = 1,
    ) -> None:
        self._reader = reader
        self._average = average
        self._name = name
        self._threads = threads

    def rank(
        self,
        parts: QueryParts,
        weights: CompositionWeights,
        k: int,
        *,
        exclude: Collection[str] = (),
        filter: str = "",
        exact: bool = False,
    ) -> Ranking:
        """The best `k` pictures by falling score, ties by rising id.

        Other weights of the same parts take no encoder again: so a slider re-ranks.

        Parameters
        ----------
        parts, weights
            The query and what each part counts; baselines are weights too.
        k
            At most so many, at least 1.
        exclude
            Ids that must not come back, such as that of the reference picture.
        filter
            Conditions on attributes.
        exact
            Score every picture, also in a large collection that has centroids.

        Raises
        ------
        InvalidInputError
            If there is no such field, the query is of another dimension, `k` is below 1, or
            `filter` is not understood.
        """
        check_many("exclude", exclude)
        query = parts.compose(weights).astype(np.float32)[None]
        wanted = k + len(exclude) if k > 0 else k
        found = self._reader.search_vectors(
            query, wanted, filter, self._threads, exact=exact, field=self._name
        )
        ids = self._reader.ids_of(row for row, _ in found.best)
        best = [(row, score) for row, score in found.best if ids[row] not in exclude][:k]
        items = self._reader.items([row for row, _ in best])
        why = self._explained(parts, weights, query[0], best, items)
        return Ranking.of(
            (
                (item, score, evidence)
                for item, (_, score), evidence in zip(items, best, why, strict=True)
            ),
            Coverage(found.scored, found.eligible, found.exact, found.recall),
        )

    def _explained(
        self,
        parts: QueryParts,
        weights: CompositionWeights,
        query: Float32[np.ndarray, " dim"],
        best: Sequence[tuple[int, float]],
        items: Sequence[Item],
    ) -> Iterator[ComposedEvidence]:
        shown = PARTS if parts.negative is not None else PARTS[:3]
        average = np.zeros(len(query)) if self._average is None else self._average
        usual = parts.contributions(weights, average[None])[0]
        for (row, _), item in zip(best, items, strict=True):
            vectors = self._reader.vectors_of(row, field=self._name)
            crop = int(np.argmax(vectors @ query))
            shares = parts.contributions(weights, vectors[crop : crop + 1])[0]
            gain = shares - usual
            yield ComposedEvidence(
                item.text,
                parts={name: float(shares[place]) for place, name in enumerate(shown)},
                kept_for="picture" if gain[1] > gain[0] + gain[2] + gain[3] else "edit",
                crop=crop,
            )
