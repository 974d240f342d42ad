"""Which videos are shown to whom: by popularity and taste, and never twice."""

from __future__ import annotations

import numpy as np

from trovato.core.shapes import Bool, Float64, Int32, Int64, UInt8, UInt64
from trovato.interactions.storage.layout import WEEKS
from trovato.interactions.synthetic.population import COHORTS, Items

LIFE = 1.8  # mean life of a video, weeks
_BEFORE = COHORTS - WEEKS  # cohorts born before the first week
PERSONAL = 240 / 256  # rows that are about what the user is interested in
TOGETHER = 1 << 15  # rows whose intermediate results fit a processor's cache
_SLOTS = 4096
_LOOKING = 2  # rounds after which what is new to the user is looked for in all clusters
_PATIENCE = 20  # rounds after which any living video will do


class Exposure:
    """Draws videos for weeks and interests.

    A row is drawn by popularity in its week: among the videos of the cluster that the user is
    interested in, or with probability .06 among all. A video's weight falls by the same share every
    week, so the weights inside a cohort keep their proportions and one table of videos serves all
    weeks.
    """

    def __init__(self, items: Items) -> None:
        clusters = self.clusters = items.clusters
        group = items.cohort.astype(np.int64) * clusters + items.cluster
        weights = np.bincount(group, items.appeal, COHORTS * clusters).reshape(COHORTS, clusters)
        age = np.arange(WEEKS)[:, None] + _BEFORE - np.arange(COHORTS)
        alive = np.where(age >= 0, np.exp(-np.maximum(age, 0) / LIFE), 0.0)  # (weeks, cohorts)
        self._clusters_of = _tables(alive @ weights, _SLOTS)
        # Of a thousand videos or more, a cluster always has some that are alive.
        of_cluster = alive[:, None, :] * weights.T
        self._cohorts_of = _tables(of_cluster.reshape(-1, COHORTS), 1024)
        # Each video stands in the table as often as it is popular, at least once.
        copies = np.maximum(np.round(items.appeal * (8 / items.appeal.mean())), 1).astype(np.int64)
        self._table = np.repeat(np.arange(len(copies), dtype=np.int32), copies)
        self._sizes = np.bincount(group, copies, COHORTS * clusters).astype(np.uint64)
        self._starts = np.cumsum(self._sizes) - self._sizes
        self._living = np.searchsorted(
            items.cohort, np.arange(WEEKS) + _BEFORE, side="right"
        ).astype(np.uint64)

    def draw(
        self,
        interests: UInt8[np.ndarray, " rows"],
        weeks: UInt8[np.ndarray, " rows"],
        random: np.random.Generator,
    ) -> Int32[np.ndarray, " rows"]:
        """A video for each row; the same may come twice."""
        items = np.empty(len(weeks), np.int32)
        for first in range(0, len(weeks), TOGETHER):
            part = slice(first, first + TOGETHER)
            bits = random.integers(0, 1 << 64, len(weeks[part]), np.uint64)
            items[part] = self._draw(interests[part], weeks[part], bits)
        return items

    def _draw(
        self,
        interests: UInt8[np.ndarray, " rows"],
        weeks: UInt8[np.ndarray, " rows"],
        bits: UInt64[np.ndarray, " rows"],
    ) -> Int32[np.ndarray, " rows"]:
        """What 64 random bits choose: the lower half the group, the upper half the video."""
        low = bits.astype(np.uint32).view(np.int32)
        dice = (bits >> 24).astype(np.uint8)
        week = weeks.astype(np.int32)
        cluster = self._popular(week, low & (_SLOTS - 1))
        cluster = np.where(dice < PERSONAL * 256, interests, cluster)
        when = (week * self.clusters + cluster) << 10
        cohort = self._cohorts_of.take(when | ((low >> 12) & 1023))
        group = cohort.astype(np.int32) * self.clusters + cluster
        place = self._starts[group] + (((bits >> 32) * self._sizes[group]) >> 32)
        items: Int32[np.ndarray, " rows"] = self._table[place.view(np.int64)]
        return items

    def _popular(
        self, weeks: Int32[np.ndarray, " rows"], dice: Int32[np.ndarray, " rows"]
    ) -> UInt8[np.ndarray, " rows"]:
        """Clusters by their popularity in the week."""
        clusters: UInt8[np.ndarray, " rows"] = self._clusters_of.take(weeks * _SLOTS + dice)
        return clusters

    def draw_distinct(
        self,
        rows: Int32[np.ndarray, " rows"],
        interests: UInt8[np.ndarray, " rows"],
        weeks: UInt8[np.ndarray, " rows"],
        random: np.random.Generator,
    ) -> Int32[np.ndarray, " rows"]:
        """As `draw`, but no user (`rows`) sees a video twice."""
        items = self.draw(interests, weeks, random)
        keys = _keys(rows, items)
        repeats = _later_repeats(keys)
        first, later = np.sort(keys), np.zeros(0, np.uint64)
        rounds = 0
        while len(repeats):
            if rounds < _PATIENCE:
                wanted = interests[repeats]
                if rounds >= _LOOKING:
                    dice = random.integers(0, _SLOTS, len(repeats), np.int32)
                    wanted = self._popular(weeks[repeats].astype(np.int32), dice)
                fresh = self.draw(wanted, weeks[repeats], random)
            else:
                bits = random.integers(0, 1 << 32, len(repeats), np.uint64)
                fresh = ((bits * self._living[weeks[repeats]]) >> 32).astype(np.int32)
            rounds += 1
            keys = _keys(rows[repeats], fresh)
            new = ~(_among(keys, first) | _among(keys, later))
            new[_later_repeats(keys)] = False
            items[repeats[new]] = fresh[new]
            later = np.sort(np.concatenate([later, keys[new]]))
            repeats = repeats[~new]
        return items


def _tables(weights: Float64[np.ndarray, "rows kinds"], size: int) -> UInt8[np.ndarray, "rows _"]:
    """For each row of weights a table that holds every kind in proportion to its weight."""
    tables = np.zeros((len(weights), size), np.uint8)
    for table, row in zip(tables, weights, strict=True):
        if row.sum() > 0:
            ends = np.round(np.cumsum(row) * (size / row.sum())).astype(np.int64)
            table[:] = np.searchsorted(ends, np.arange(size), side="right")
    return tables


def _keys(
    rows: Int32[np.ndarray, " rows"], items: Int32[np.ndarray, " rows"]
) -> UInt64[np.ndarray, " rows"]:
    return (rows.astype(np.uint64) << np.uint64(32)) | items.astype(np.uint64)


def _later_repeats(keys: UInt64[np.ndarray, " rows"]) -> Int64[np.ndarray, " repeats"]:
    """Places of keys that have come before, rising."""
    order = np.argsort(keys)
    ordered = keys[order]
    same = ordered[1:] == ordered[:-1]
    if not same.any():
        return np.zeros(0, np.int64)
    starts = np.flatnonzero(np.concatenate([[True], ~same]))
    repeated = np.zeros(len(keys), bool)
    several = np.concatenate([[False], same]) | np.concatenate([same, [False]])
    repeated[order[several]] = True
    repeated[np.minimum.reduceat(order, starts)] = False
    return np.flatnonzero(repeated)


def _among(
    keys: UInt64[np.ndarray, " rows"], ordered: UInt64[np.ndarray, " seen"]
) -> Bool[np.ndarray, " rows"]:
    if not len(ordered):
        return np.zeros(len(keys), bool)
    places = np.minimum(np.searchsorted(ordered, keys), len(ordered) - 1)
    found: Bool[np.ndarray, " rows"] = ordered[places] == keys
    return found
