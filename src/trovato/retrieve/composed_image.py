"""Pictures for a picture and a change: one product ranks them, its parts say why."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from trovato.core import Evidence, InvalidInputError, Item, Ranking, check_many
from trovato.core.shapes import Float32, Float64
from trovato.ops import CompositionWeights, QueryParts, top_k

PARTS = ("description", "reference", "modification", "negative")
_BLOCK = 1 << 16  # pictures scored at once, so that a mapped file is read piece by piece


@dataclass(frozen=True, slots=True, repr=False)
class ComposedEvidence(Evidence):
    """What each part of the query added to a picture's score.

    `parts` holds the contributions by name: description, reference, modification, and negative
    where there is one; they sum to the score.

    Parameters
    ----------
    kept_for
        Whether the reference picture or the edit (description and modification) put it farther
        above an average picture of the gallery.
    """

    kept_for: Literal["picture", "edit"] = "edit"


class PictureGallery:
    """Pictures with one vector each, ranked for composed queries.

    Parameters
    ----------
    items
        The pictures; ids differ.
    vectors
        One for each, in an encoder's space; may be a memory-mapped file.

    Raises
    ------
    InvalidInputError
        If there is not one vector for each picture, or an id is there twice.
    """

    def __init__(self, items: Sequence[Item], vectors: Float32[np.ndarray, "pictures dim"]) -> None:
        if len(items) != len(vectors):
            raise InvalidInputError(
                f"each picture has one vector, got {len(items)} pictures and {len(vectors)} vectors"
            )
        self.items = items
        self.vectors = vectors
        self._ids = [item.id for item in items]
        self.places = {name: place for place, name in enumerate(self._ids)}
        if len(self.places) < len(items):
            raise InvalidInputError("an id is there twice among the pictures")
        self._average: Float64[np.ndarray, "one dim"] | None = None

    def __len__(self) -> int:
        return len(self.items)

    def rank(
        self,
        parts: QueryParts,
        weights: CompositionWeights,
        k: int,
        *,
        exclude: Collection[str] = (),
    ) -> Ranking:
        """The best `k` pictures by falling score, ties by rising id.

        Other weights of the same parts take no encoder again: so a slider re-ranks.

        Parameters
        ----------
        parts, weights
            The query and what each part counts; baselines are weights too.
        k
            At most so many, at least 0.
        exclude
            Ids that must not come back, such as that of the reference picture.

        Raises
        ------
        InvalidInputError
            If the query is of another dimension, or `k` is negative.
        """
        check_many("exclude", exclude)
        if not len(self):
            return Ranking(())
        scores = self.scores(parts, weights)
        for name in exclude:
            if name in self.places:
                scores[self.places[name]] = -np.inf
        best = top_k(scores, self._ids, k)
        shares = parts.contributions(weights, self.vectors[best])
        above = shares - parts.contributions(weights, self._mean())
        shown = PARTS if parts.negative is not None else PARTS[:3]
        return Ranking.of(
            (
                self.items[place],
                float(scores[place]),
                ComposedEvidence(
                    self.items[place].text,
                    parts={name: float(row[at]) for at, name in enumerate(shown)},
                    kept_for="picture" if gain[1] > gain[0] + gain[2] + gain[3] else "edit",
                ),
            )
            for place, row, gain in zip(best.tolist(), shares, above, strict=True)
        )

    def scores(
        self, parts: QueryParts, weights: CompositionWeights
    ) -> Float32[np.ndarray, " pictures"]:
        """The score of each picture, in the gallery's order.

        Raises
        ------
        InvalidInputError
            If the query is of another dimension.
        """
        vector = parts.compose(weights).astype(np.float32)
        if len(vector) != self.vectors.shape[1]:
            raise InvalidInputError(
                f"the gallery has {self.vectors.shape[1]} dimensions, the query {len(vector)}: "
                "encode both alike"
            )
        scores = np.empty(len(self), np.float32)
        for first in range(0, len(self), _BLOCK):
            some = slice(first, first + _BLOCK)
            scores[some] = self.vectors[some] @ vector
        return scores

    def _mean(self) -> Float64[np.ndarray, "one dim"]:
        """The average vector, as the one row of a matrix."""
        if self._average is None:
            total = np.zeros(self.vectors.shape[1])
            for first in range(0, len(self), _BLOCK):
                total += self.vectors[first : first + _BLOCK].sum(axis=0, dtype=np.float64)
            self._average = (total / len(self))[None]
        return self._average
