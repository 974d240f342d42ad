"""What the benchmark says of a recommender."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from trovato.evaluate import Estimate


@dataclass(frozen=True, slots=True)
class Slice:
    """Means over some of the users, or some of their targets."""

    users: int
    means: dict[str, Estimate]


@dataclass(frozen=True, slots=True)
class Metrics:
    """What the benchmark says of a recommender.

    Parameters
    ----------
    protocol
        Name and version.
    slices
        `all`; users with a `short history` (fewer than 10 items) or a `long history`; and the same
        lists against `cold items` (never shown in training) or `warm items` alone.
    auc
        Over all test rows of the users tested: that a positive one scores above another.
    coverage, novelty, popularity
        Of the lists; see `trovato.evaluate.recommendation.Exposure`.
    left_out
        Users who want something, but have no training row.
    """

    protocol: str
    slices: dict[str, Slice]
    auc: float
    coverage: float
    novelty: float
    popularity: float
    left_out: int

    def to_json(self) -> dict[str, Any]:
        """As JSON holds it; an AUC that is not defined is null."""
        return {**asdict(self), "auc": None if np.isnan(self.auc) else self.auc}
