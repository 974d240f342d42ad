"""Means over any number of users, gathered block by block, with intervals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from trovato.core import InvalidInputError, Sequences, generator
from trovato.core.shapes import Float64, Int64, Integer
from trovato.evaluate.measures.base import CutMeasure
from trovato.evaluate.recommendation.batched_measures import hits_of, values_of, wanted_of
from trovato.evaluate.recommendation.conventions import MetricConventions
from trovato.evaluate.statistics.bootstrap import Estimate
from trovato.ops import splitmix64


@dataclass(frozen=True, slots=True, eq=False)
class MetricAccumulator:
    """Sums behind the means of some measures, over the users seen so far.

    Tallies of different users merge by addition. Each resample gives a user a weight from
    Poisson's law with mean 1, which follows from the user's id alone: so intervals do not depend on
    how users came in blocks, and one pass is enough.

    Source: Chamandy et al., "Estimating uncertainty for massive data streams", Google, 2012.
    """

    measures: tuple[CutMeasure, ...]
    conventions: MetricConventions
    seed: int
    users: int
    # Row 0 counts every user once; the others are the resamples.
    numerators: Float64[np.ndarray, "resamples_plus_1 measures"]
    denominators: Float64[np.ndarray, "resamples_plus_1 measures"]

    @staticmethod
    def empty(
        measures: Sequence[CutMeasure],
        conventions: MetricConventions = MetricConventions(),
        *,
        resamples: int = 200,
        seed: int = 0,
    ) -> MetricAccumulator:
        """No users yet.

        Raises
        ------
        InvalidInputError
            If there are no measures, two share a name, or `resamples` is below 1.
        """
        names = [str(measure) for measure in measures]
        if not names or len(set(names)) < len(names):
            raise InvalidInputError(f"measures must be one or more and differ, got {names}")
        if resamples < 1:
            raise InvalidInputError(f"resamples must be at least 1, got {resamples}")
        nothing = np.zeros((resamples + 1, len(names)))
        return MetricAccumulator(tuple(measures), conventions, seed, 0, nothing, nothing)

    def add(
        self,
        ids: Integer[np.ndarray, " users"],
        best: Int64[np.ndarray, "users k"],
        targets: Sequences,
    ) -> MetricAccumulator:
        """The tally with a block of users more.

        Parameters
        ----------
        ids
            Who they are; nobody may come twice.
        best
            Places of recommended items, best first; negative where there was none.
        targets
            Places of the items that each user wants.

        Raises
        ------
        InvalidInputError
            If a list names an item twice, or a measure looks beyond the lists.
        """
        hits, wanted, listed = hits_of(best, targets), wanted_of(targets), targets.lengths
        values = [
            values_of(measure, hits, wanted, listed, self.conventions) for measure in self.measures
        ]
        over, under = (np.stack(part, axis=1) for part in zip(*values, strict=True))
        weights = _weights(ids, len(self.numerators), self.seed)
        return replace(
            self,
            users=self.users + int((under > 0).any(axis=1).sum()),
            numerators=self.numerators + weights @ over,
            denominators=self.denominators + weights @ under,
        )

    def __add__(self, other: MetricAccumulator) -> MetricAccumulator:
        """The tally of the users of both, which must have none in common."""
        if (self.measures, self.conventions, self.seed, len(self.numerators)) != (
            other.measures,
            other.conventions,
            other.seed,
            len(other.numerators),
        ):
            raise InvalidInputError(
                "tallies merge where measures, conventions, seed and resamples are the same"
            )
        return replace(
            self,
            users=self.users + other.users,
            numerators=self.numerators + other.numerators,
            denominators=self.denominators + other.denominators,
        )

    def estimates(self, level: float = 0.95) -> dict[str, Estimate]:
        """The mean of each measure and its percentile interval.

        Raises
        ------
        InvalidInputError
            If no user wants anything, or `level` is not between 0 and 1.
        """
        if not self.users:
            raise InvalidInputError("a mean over no users is not defined; nobody wants anything")
        return self._estimates(self.numerators, level)

    def minus(self, other: MetricAccumulator, level: float = 0.95) -> dict[str, Estimate]:
        """How much higher the means are than those of another tally over the same users.

        A resample draws the same users for both, so the intervals are those of a paired comparison.

        Raises
        ------
        InvalidInputError
            If the tallies are not over the same users, or differ in how they were gathered.
        """
        if (self.measures, self.conventions, self.seed, self.users) != (
            other.measures,
            other.conventions,
            other.seed,
            other.users,
        ) or not np.array_equal(self.denominators, other.denominators):
            raise InvalidInputError(
                "tallies are compared where users, measures, conventions, seed and resamples are "
                "the same"
            )
        if not self.users:
            raise InvalidInputError("a mean over no users is not defined; nobody wants anything")
        return self._estimates(self.numerators - other.numerators, level)

    def _estimates(
        self, numerators: Float64[np.ndarray, "resamples_plus_1 measures"], level: float
    ) -> dict[str, Estimate]:
        if not 0 < level < 1:
            raise InvalidInputError(f"a level lies between 0 and 1, such as 0.95, got {level}")
        tail = (1 - level) / 2
        found = {}
        for column, measure in enumerate(self.measures):
            drawn = self.denominators[:, column] > 0  # few users may all have been left out
            means = numerators[drawn, column] / self.denominators[drawn, column]
            low, high = np.quantile(means[1:] if len(means) > 1 else means, [tail, 1 - tail])
            found[str(measure)] = Estimate(float(means[0]), float(low), float(high))
        return found


def _weights(
    ids: Integer[np.ndarray, " users"], count: int, seed: int
) -> Float64[np.ndarray, "count users"]:
    """How often each resample draws each user; row 0 has them all once."""
    salts = generator(seed, "Poisson bootstrap").integers(0, 1 << 64, count, np.uint64)
    bits = splitmix64(splitmix64(ids.astype(np.uint64))[None, :] ^ salts[:, None])  # a fair die
    dice = (bits >> np.uint64(11)) * 2.0**-53
    poisson = np.exp(-1) * np.cumsum(1 / np.cumprod([1, *range(1, 16)]))
    weights: Float64[np.ndarray, "count users"] = np.searchsorted(
        poisson, dice, side="right"
    ).astype(np.float64)
    weights[0] = 1
    return weights
