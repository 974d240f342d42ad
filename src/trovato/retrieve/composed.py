"""What came of a picture and a change."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from trovato.core import Ranking
from trovato.ops import CompositionWeights, QueryParts
from trovato.retrieve.image_field import ImageField

# Writes what the target looks like, from the path of a picture and the change; empty for nothing.
Describer = Callable[[Path, str], str]
Source = Literal["given", "described", "rules"]


@dataclass(frozen=True, slots=True, eq=False)
class Composed:
    """What was found for a picture and a change, and how to rank it otherwise.

    Parameters
    ----------
    ranking
        Pictures, best first, with what each part of the query added.
    description
        Of the target, as it was used.
    source
        Whether it was given, described by a model, or made by rules.
    weights
        What each part counted in this query.
    parts
        The vectors of the query.
    field
        What was searched.
    excluded
        Ids that were left out.
    filter
        Conditions that every picture meets.
    """

    ranking: Ranking
    description: str
    source: Source
    weights: CompositionWeights
    parts: QueryParts
    field: ImageField
    excluded: frozenset[str]
    filter: str = ""

    def rerank(self, weights: CompositionWeights, k: int = 10) -> Ranking:
        """The same query by other weights; no model is asked again."""
        return self.field.rank(self.parts, weights, k, exclude=self.excluded, filter=self.filter)
