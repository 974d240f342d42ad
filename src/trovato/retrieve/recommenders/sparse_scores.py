"""Scores of the few items that have any."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from trovato.core.shapes import Float32, Int64


@dataclass(frozen=True, slots=True, eq=False)
class SparseScores:
    """The scores of a block of users that are not 0, by rising `item × users + user`."""

    keys: Int64[np.ndarray, " sums"]
    sums: Float32[np.ndarray, " sums"]
    users: int

    @staticmethod
    def of(
        users: Int64[np.ndarray, " weights"],
        items: Int64[np.ndarray, " weights"],
        weights: Float32[np.ndarray, " weights"],
        count: int,
    ) -> SparseScores:
        """Sums of the weights of each pair of a user (of so many) and an item."""
        keys = items * count + users
        order = np.argsort(keys, kind="stable")
        distinct, starts = np.unique(keys[order], return_index=True)
        ordered = weights[order].astype(np.float64)
        sums = np.add.reduceat(ordered, starts) if len(starts) else ordered
        return SparseScores(distinct, sums.astype(np.float32), count)

    def tile(self, first: int, last: int) -> Float32[np.ndarray, "users tile"]:
        """Scores of all users of the block for the items from `first` to before `last`."""
        scores = np.zeros((self.users, last - first), np.float32)
        low, high = np.searchsorted(self.keys, [first * self.users, last * self.users])
        if high > low:
            items, users = np.divmod(self.keys[low:high], self.users)
            scores[users, items - first] = self.sums[low:high]
        return scores

    def pairs(
        self, users: Int64[np.ndarray, " pairs"], items: Int64[np.ndarray, " pairs"]
    ) -> Float32[np.ndarray, " pairs"]:
        """Scores of single users (places in the block) and items."""
        if not len(self.keys):
            return np.zeros(len(users), np.float32)
        wanted = items * self.users + users
        places = np.minimum(np.searchsorted(self.keys, wanted), len(self.keys) - 1)
        return np.where(self.keys[places] == wanted, self.sums[places], np.float32(0))
