"""The area under the ROC curve over any number of impressions, exactly."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float32, Int64

from trovato.core import InvalidInputError


@dataclass(frozen=True, slots=True, eq=False)
class AUC:
    """How many impressions of each kind got each score; grows with the distinct scores.

    Its value is the chance that a positive impression scores above a negative one, ties counted
    half: the rank-sum statistic of Mann and Whitney (1947). Parts merge by addition.
    """

    scores: Float32[np.ndarray, " distinct"]
    positives: Int64[np.ndarray, " distinct"]
    negatives: Int64[np.ndarray, " distinct"]

    @staticmethod
    def of(
        scores: Float32[np.ndarray, " impressions"], positive: Bool[np.ndarray, " impressions"]
    ) -> AUC:
        """Count impressions.

        Raises
        ------
        InvalidInputError
            If a score is NaN.
        """
        if bool(np.isnan(scores).any()):
            raise InvalidInputError("scores must be numbers; find where NaN comes from")
        return _counted(scores, positive.astype(np.int64), (~positive).astype(np.int64))

    def __add__(self, other: AUC) -> AUC:
        return _counted(
            np.concatenate([self.scores, other.scores]),
            np.concatenate([self.positives, other.positives]),
            np.concatenate([self.negatives, other.negatives]),
        )

    @property
    def value(self) -> float:
        """In [0, 1]; NaN where all impressions are of one kind."""
        below = np.cumsum(self.negatives) - self.negatives
        wins = float(np.sum(self.positives * (below + self.negatives / 2)))
        pairs = float(self.positives.sum()) * float(self.negatives.sum())
        return wins / pairs if pairs else float("nan")


def _counted(
    scores: Float32[np.ndarray, " rows"],
    positives: Int64[np.ndarray, " rows"],
    negatives: Int64[np.ndarray, " rows"],
) -> AUC:
    order = np.argsort(scores, kind="stable")
    distinct, starts = np.unique(scores[order], return_index=True)
    if not len(distinct):
        return AUC(scores, positives, negatives)
    return AUC(
        distinct,
        np.add.reduceat(positives[order], starts),
        np.add.reduceat(negatives[order], starts),
    )
