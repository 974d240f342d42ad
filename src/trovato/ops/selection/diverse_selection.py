"""Greedy choice of examples that score high and lie far from what is chosen already.

Source: Wang et al. 2026 (MiniRec, arXiv 2602.04278): the next one has the largest s·V, V being the
cosine distance to the nearest chosen one, scaled to 0…1 over the pool.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from trovato.core import InvalidInputError, ProgressCallback, no_progress
from trovato.core.shapes import Float, Float32, Float64, Int64
from trovato.ops.arrays.mapped import release_mapped
from trovato.ops.vectors.l2_normalize import l2_normalize

_POOL = 1024  # candidates that are kept up to date together
_BLOCK = 1 << 20  # numbers of the embeddings that are held at once, beside what was chosen
_READ = 64  # rows that are read at once: of a mapped file each brings its neighbours
_FARTHEST = 2.0  # cosine distance
_DIGITS = 6  # of a distance: what single precision can tell apart


@dataclass(frozen=True, slots=True, eq=False)
class DiverseSelection:
    """What was chosen, and how near to it the rest lies.

    Parameters
    ----------
    chosen
        Places in the scores, in the order of choice.
    gains
        s·V of each when it was chosen, before V is scaled; that of the first is its score.
    nearest
        For each example the place in `chosen` of the nearest chosen one, for a chosen one its own.
    distances
        For each example the cosine distance to that, 0…2.
    """

    chosen: Int64[np.ndarray, " k"]
    gains: Float64[np.ndarray, " k"]
    nearest: Int64[np.ndarray, " examples"]
    distances: Float64[np.ndarray, " examples"]


def select_diverse(
    scores: Float64[np.ndarray, " examples"],
    embeddings: Float[np.ndarray, "rows dim"],
    k: int,
    *,
    rows: Int64[np.ndarray, " examples"] | None = None,
    progress: ProgressCallback = no_progress,
) -> DiverseSelection:
    """Choose k examples, each time the one with the largest score × distance to the chosen ones.

    The first is the one that scores highest; ties go to the earlier example, so the choice of fewer
    is the beginning of the choice of more. Chosen ones are at distance 0, so scaling distances to
    0…1 changes no choice. Distances only fall: a candidate whose last known gain is below the best
    is not looked at again (lazy greedy, Minoux 1978). Distances are rounded to 6 digits, as much as
    single precision can tell apart.

    Parameters
    ----------
    scores
        At least 0.
    embeddings
        Of any lengths; they may be mapped from a file. One of zeros is at distance 1 from all.
    k
        How many; all if there are not so many.
    rows
        Which row of the embeddings each score is of; None if they stand in one order.
    progress
        Told how many are chosen, and how many examples are compared with them at the end.

    Raises
    ------
    InvalidInputError
        If `k` or a score is negative, something is not finite, or there are not as many scores as
        rows.
    """
    if rows is None:
        rows = np.arange(len(embeddings))
    if k < 0 or len(scores) != len(rows):
        raise InvalidInputError(
            f"choose 0 or more of as many scores as embeddings, got k = {k}, {len(scores)} scores "
            f"and {len(rows)} rows of embeddings"
        )
    if len(scores) and not (np.isfinite(scores).all() and scores.min() >= 0):
        raise InvalidInputError("scores must be finite and at least 0: scale them to 0…1")
    k = min(k, len(scores))
    greedy = _Greedy(scores, embeddings, rows, k)
    while greedy.count < k:
        greedy.round()
        progress("selecting", greedy.count, k)
    nearest, distances = greedy.nearest(progress)
    return DiverseSelection(greedy.chosen, greedy.gains, nearest, distances)


class _Greedy:
    """Upper bounds of all gains, and the vectors of what is chosen."""

    def __init__(
        self,
        scores: Float64[np.ndarray, " examples"],
        embeddings: Float[np.ndarray, "rows dim"],
        rows: Int64[np.ndarray, " examples"],
        k: int,
    ) -> None:
        self._scores, self._embeddings, self._rows = scores, embeddings, rows
        self._vectors = np.empty((k, embeddings.shape[1]), np.float32)
        self._distances = np.full(len(scores), _FARTHEST)
        self._compared = np.zeros(len(scores), np.int64)  # with so many of the chosen ones
        self._bounds = scores * _FARTHEST  # of those that are chosen −∞
        self.chosen = np.empty(k, np.int64)
        self.gains = np.empty(k, np.float64)
        self.count = 0
        if k:
            self._choose(int(scores.argmax()), float(scores.max()))

    def round(self) -> None:
        """Bring the best candidates up to date, and choose until one outside may be better."""
        pool = _first(self._bounds, _POOL)
        vectors = self._update(pool)
        outside = self._bounds.copy()
        outside[pool] = -np.inf
        rival = int(outside.argmax())
        gains = self._bounds[pool]
        while self.count < len(self.chosen):
            at = int(gains.argmax())
            row = int(pool[at])
            beaten = (gains[at], -row) < (outside[rival], -rival)
            if beaten or np.isneginf(gains[at]):
                break
            self._choose(row, float(gains[at]), vectors[at])
            near = _distances(vectors @ vectors[at])
            self._distances[pool] = np.minimum(self._distances[pool], near)
            self._compared[pool] = self.count
            open_ = ~np.isneginf(self._bounds[pool])
            gains = np.where(open_, self._scores[pool] * self._distances[pool], -np.inf)
            self._bounds[pool] = gains

    def nearest(
        self, progress: ProgressCallback
    ) -> tuple[Int64[np.ndarray, " examples"], Float64[np.ndarray, " examples"]]:
        """Place of the nearest chosen one of every row, and the distance to it."""
        count = len(self._scores)
        places, distances = np.zeros(count, np.int64), np.full(count, _FARTHEST)
        step = max(1, _BLOCK // max(self._vectors.shape[1], self.count, 1))
        for first in range(0, count if self.count else 0, step):
            part = slice(first, first + step)
            products = self._unit(self._rows[part]) @ self._vectors.T
            places[part] = products.argmax(axis=1)
            distances[part] = _distances(products.max(axis=1))
            progress("comparing", min(first + step, count), count)
        places[self.chosen] = np.arange(self.count)
        distances[self.chosen] = 0.0
        return places, distances

    def _choose(
        self, row: int, gain: float, vector: Float32[np.ndarray, " dim"] | None = None
    ) -> None:
        self._vectors[self.count] = (
            self._unit(self._rows[row : row + 1])[0] if vector is None else vector
        )
        self.chosen[self.count], self.gains[self.count] = row, gain
        self._bounds[row] = -np.inf
        self.count += 1

    def _update(self, pool: Int64[np.ndarray, " pool"]) -> Float32[np.ndarray, "pool dim"]:
        """Compare the pool with what was chosen since; the pool's unit vectors."""
        vectors = self._unit(self._rows[pool])
        since = int(self._compared[pool].min())
        step = max(1, _BLOCK // len(pool))
        for first in range(since, self.count, step):
            chosen = self._vectors[first : min(first + step, self.count)]
            near = _distances((vectors @ chosen.T).max(axis=1))
            self._distances[pool] = np.minimum(self._distances[pool], near)
        self._compared[pool] = self.count
        self._bounds[pool] = self._scores[pool] * self._distances[pool]
        return vectors

    def _unit(self, rows: Int64[np.ndarray, " rows"]) -> Float32[np.ndarray, "rows dim"]:
        """Embeddings at length 1."""
        values = np.empty((len(rows), self._embeddings.shape[1]), np.float32)
        for first in range(0, len(rows), _READ):
            part = slice(first, first + _READ)
            values[part] = l2_normalize(self._embeddings[rows[part]].astype(np.float32))
            release_mapped(self._embeddings)
        return values


def _first(bounds: Float64[np.ndarray, " examples"], count: int) -> Int64[np.ndarray, " pool"]:
    """The open rows with the largest bounds, at a tie the lower rows; rising."""
    open_ = int((~np.isneginf(bounds)).sum())
    count = min(count, open_)
    least = np.partition(bounds, len(bounds) - count)[len(bounds) - count]
    above = np.flatnonzero(bounds > least)
    level = np.flatnonzero(bounds == least)[: count - len(above)]
    return np.sort(np.concatenate([above, level]))


def _distances(cosines: Float[np.ndarray, " rows"]) -> Float64[np.ndarray, " rows"]:
    return np.maximum(np.round(1.0 - cosines.astype(np.float64), _DIGITS), 0.0)
