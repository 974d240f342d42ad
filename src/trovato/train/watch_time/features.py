"""What was known of people and items before they met, as features of watch time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from trovato.core.shapes import Float32, Float64, Int64

_KEPT = 0.3  # of its length after which an item counts as not skipped
_PRIOR = 5.0  # rows with the mean rate that everyone and everything is given in advance

Places = Int64[np.ndarray, " rows"]


@dataclass(slots=True, eq=False)
class _Rate:
    """How often things were not skipped, and how often they came."""

    kept: Float64[np.ndarray, " things"]
    shown: Float64[np.ndarray, " things"]

    @staticmethod
    def of(count: int) -> _Rate:
        return _Rate(np.zeros(count), np.zeros(count))

    def add(self, things: Places, kept: Float64[np.ndarray, " rows"]) -> None:
        self.kept += np.bincount(things, kept, len(self.kept))
        self.shown += np.bincount(things, minlength=len(self.shown))

    def odds(self, things: Places, mean: float) -> Float64[np.ndarray, " rows"]:
        kept = self.kept[things] + _PRIOR * mean
        odds: Float64[np.ndarray, " rows"] = np.log(kept / (self.shown[things] + _PRIOR - kept))
        return odds


class WatchHistory:
    """Counts what was skipped, row by row of a log, and says what that tells of later rows.

    Features are how often the user, the item and its author were not skipped (as log-odds, drawn to
    those of all rows), and, where items have vectors, how near the item is to what the user did not
    skip. An item is skipped when less than .3 of it is watched.

    Memory follows users, items and authors, and a vector for each user.

    Parameters
    ----------
    users
        How many there are.
    lengths, authors
        Of each item: seconds, at least 1; and its author's number, from 0.
    vectors
        Of each item; with no columns where nothing is known of content.
    """

    def __init__(
        self,
        users: int,
        lengths: Int64[np.ndarray, " items"],
        authors: Int64[np.ndarray, " items"],
        vectors: Float32[np.ndarray, "items dim"],
    ) -> None:
        self._lengths, self._authors = lengths, authors
        self._vectors = vectors - vectors.mean(axis=0)
        self._profiles = np.zeros((users, vectors.shape[1]), np.float32)
        self._of_users, self._of_items = _Rate.of(users), _Rate.of(len(lengths))
        self._of_authors = _Rate.of(int(authors.max(initial=0)) + 1)

    def features(self, users: Places, items: Places) -> Float64[np.ndarray, "rows features"]:
        """What is known before users (by place) meet items (by place)."""
        mean = self._mean()
        found = [
            self._of_users.odds(users, mean),
            self._of_items.odds(items, mean),
            self._of_authors.odds(self._authors[items], mean),
        ]
        if self._vectors.shape[1]:
            near = np.einsum("rd,rd->r", self._profiles[users], self._vectors[items])
            found.append(near / np.sqrt(self._of_users.shown[users] + _PRIOR))
        return np.stack(found, axis=1)

    def learn(self, users: Places, items: Places, seconds: Places) -> None:
        """Take in what came of some rows."""
        kept = (seconds > _KEPT * self._lengths[items]).astype(np.float64)
        self._of_users.add(users, kept)
        self._of_items.add(items, kept)
        self._of_authors.add(self._authors[items], kept)
        if self._vectors.shape[1]:
            weights = (kept - self._mean()).astype(np.float32)
            np.add.at(self._profiles, users, self._vectors[items] * weights[:, None])

    def _mean(self) -> float:
        """The share of all rows that were not skipped, never 0 or 1."""
        return float((self._of_users.kept.sum() + 1) / (self._of_users.shown.sum() + 2))
