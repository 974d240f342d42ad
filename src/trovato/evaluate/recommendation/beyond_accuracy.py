"""What recommendations look like, whatever anyone wants: coverage, novelty, popularity."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from trovato.core import InvalidInputError
from trovato.core.shapes import Float64, Int64


@dataclass(frozen=True, slots=True, eq=False)
class BeyondAccuracy:
    """How often each item was recommended; parts of different users merge by addition.

    Parameters
    ----------
    audience
        How many users each item had in training, `(items,)`.
    people
        How many users there were in training.
    shown
        How often each item was recommended.
    lists, novelty_sum, popularity_sum
        Lists that name something, and sums over these of their means.
    """

    audience: Int64[np.ndarray, " items"]
    people: int
    shown: Int64[np.ndarray, " items"]
    lists: int = 0
    novelty_sum: float = 0.0
    popularity_sum: float = 0.0

    @staticmethod
    def empty(audience: Int64[np.ndarray, " items"], people: int) -> BeyondAccuracy:
        """Nothing recommended yet."""
        return BeyondAccuracy(audience, people, np.zeros(len(audience), np.int64))

    def add(self, best: Int64[np.ndarray, "users k"]) -> BeyondAccuracy:
        """With more lists: places of items; negative places are empty."""
        there = best >= 0
        named = there.sum(axis=1)
        best, there, named = best[named > 0], there[named > 0], named[named > 0]
        audience = np.where(there, self.audience[best], 0)
        # An item that nobody knows counts as known to one.
        surprise = np.where(there, np.log2(self.people / np.maximum(audience, 1)), 0.0)
        return replace(
            self,
            shown=self.shown + np.bincount(best[there], minlength=len(self.shown)),
            lists=self.lists + len(best),
            novelty_sum=self.novelty_sum + float((surprise.sum(axis=1) / named).sum()),
            popularity_sum=self.popularity_sum + float((audience.sum(axis=1) / named).sum()),
        )

    def __add__(self, other: BeyondAccuracy) -> BeyondAccuracy:
        if self.people != other.people or not np.array_equal(self.audience, other.audience):
            raise InvalidInputError("exposures merge where they come from the same training log")
        return replace(
            self,
            shown=self.shown + other.shown,
            lists=self.lists + other.lists,
            novelty_sum=self.novelty_sum + other.novelty_sum,
            popularity_sum=self.popularity_sum + other.popularity_sum,
        )

    @property
    def coverage(self) -> float:
        """Share of the catalogue that was recommended to anyone."""
        return float(np.count_nonzero(self.shown)) / max(len(self.shown), 1)

    @property
    def novelty(self) -> float:
        """Mean of −log2 of the share of users who know the item, over items and then lists.

        Source: Zhou et al., "Solving the apparent diversity-accuracy dilemma", 2010.
        """
        return self.novelty_sum / max(self.lists, 1)

    @property
    def popularity(self) -> float:
        """Mean number of users that a recommended item had in training: popularity bias.

        Source: Abdollahpouri et al., "Managing popularity bias in recommender systems", 2019 (ARP).
        """
        return self.popularity_sum / max(self.lists, 1)

    def shares_by_popularity(
        self, ranks: Int64[np.ndarray, " ranks"]
    ) -> Float64[np.ndarray, " ranks"]:
        """The share of recommendations that went to the so many items with the largest audience.

        Parameters
        ----------
        ranks
            Numbers of items, of at least 1. Items of one audience are in the order of places.
        """
        order = np.argsort(-self.audience, kind="stable")
        reached = np.cumsum(self.shown[order])
        shares: Float64[np.ndarray, " ranks"] = reached[ranks - 1] / max(int(reached[-1]), 1)
        return shares
