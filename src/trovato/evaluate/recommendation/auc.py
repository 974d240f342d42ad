"""The area under the ROC curve over any number of impressions, exactly."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from trovato.core import InvalidInputError
from trovato.core.shapes import Bool, Float32, Float64, Int64
from trovato.evaluate.statistics.bootstrap import Estimate


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

    def influence(
        self, scores: Float32[np.ndarray, " rows"], positive: Bool[np.ndarray, " rows"]
    ) -> Float64[np.ndarray, " rows"]:
        """How far each of the impressions that were counted moves the value; the sum is 0.

        Source: the structural components of DeLong et al. 1988, less their mean.
        """
        places = np.searchsorted(self.scores, scores)
        won = np.cumsum(self.negatives) - self.negatives / 2
        lost = self.positives.sum() - np.cumsum(self.positives) + self.positives / 2
        ones, zeros = max(self.positives.sum(), 1), max(self.negatives.sum(), 1)
        moved: Float64[np.ndarray, " rows"] = np.where(
            positive,
            (won[places] / zeros - self.value) / ones,
            (lost[places] / ones - self.value) / zeros,
        )
        return moved


def clustered_interval(
    value: float, influence: Float64[np.ndarray, " clusters"], level: float = 0.95
) -> Estimate:
    """An AUC, or a difference of two, with its interval where rows of one user belong together.

    Source: Obuchowski, "Nonparametric analysis of clustered ROC curve data", Biometrics 1997.

    Parameters
    ----------
    value
        The AUC, or the difference.
    influence
        Sum of `AUC.influence` over the rows of each user, or the difference of two such sums: so
        models that were asked about the same rows are compared in pairs.
    level
        Of the interval, which is that of a normal law.

    Raises
    ------
    InvalidInputError
        If there are fewer than two users, or `level` is not between 0 and 1.
    """
    users = len(influence)
    if users < 2:
        raise InvalidInputError(f"an interval over users needs at least two, got {users}")
    if not 0 < level < 1:
        raise InvalidInputError(f"a level lies between 0 and 1, such as 0.95, got {level}")
    error = float(np.sqrt(users / (users - 1) * np.sum(influence**2)))
    reach = NormalDist().inv_cdf((1 + level) / 2) * error
    return Estimate(value, value - reach, value + reach)


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
