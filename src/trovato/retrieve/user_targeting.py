"""From new items to the people who may care for them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np

from trovato.core import Sequences
from trovato.core.shapes import Float32, Int64
from trovato.ops import Tiles


@runtime_checkable
class UserTargeting(Protocol):
    """Scores everyone for each of some items."""

    @property
    def users(self) -> int:
        """How many people there are."""

    def tiles(self, items: Int64[np.ndarray, " some"]) -> Tiles:
        """Scores, above 0, of ranges of people for some of the items, by their numbers."""


@dataclass(frozen=True, slots=True, eq=False)
class GroupAffinityTargeting:
    """Who cared for the same author, or for similar items.

    A person's score is the sum, over the groups near an item, of nearness × what the person did in
    the group, plus something for everyone.

    Parameters
    ----------
    near, nearness
        Groups for each item and how near they are; −1 with 0 where there are fewer.
    crowd, weights
        People of each group, and what they did there.
    rest
        What everyone scores anyway, above 0: it decides where nothing else is known.
    """

    near: Int64[np.ndarray, "items groups"]
    nearness: Float32[np.ndarray, "items groups"]
    crowd: Sequences
    weights: Float32[np.ndarray, " rows"]
    rest: Float32[np.ndarray, " users"]

    @property
    def users(self) -> int:
        """How many people there are."""
        return len(self.rest)

    def tiles(self, items: Int64[np.ndarray, " some"]) -> Tiles:
        """Scores of ranges of people for some of the items."""
        near = self.near[items]
        row, slot = np.nonzero(near >= 0)
        groups = near[row, slot]
        lengths = self.crowd.lengths[groups]
        places = Sequences(np.arange(len(self.crowd.items)), self.crowd.offsets).take(groups).items
        values = np.repeat(self.nearness[items][row, slot], lengths) * self.weights[places]
        people, rows = self.crowd.items[places], np.repeat(row, lengths)
        order = np.argsort(people, kind="stable")
        people, rows, values = people[order], rows[order], values[order]

        def tile(first: int, last: int) -> Float32[np.ndarray, "some people"]:
            low, high = np.searchsorted(people, [first, last])
            cells = rows[low:high] * (last - first) + people[low:high] - first
            sums = np.bincount(cells, values[low:high], len(items) * (last - first))
            scores: Float32[np.ndarray, "some people"] = (
                sums.reshape(len(items), last - first) + self.rest[first:last]
            ).astype(np.float32)
            return scores

        return tile


@dataclass(frozen=True, slots=True, eq=False)
class DotProductTargeting:
    """How well a vector of the item and a vector of the person go together.

    Parameters
    ----------
    items, people
        Vectors; a dot product below 0 counts 0.
    rest
        What everyone scores anyway, above 0.
    """

    items: Float32[np.ndarray, "items dim"]
    people: Float32[np.ndarray, "users dim"]
    rest: Float32[np.ndarray, " users"]

    @property
    def users(self) -> int:
        """How many people there are."""
        return len(self.people)

    def tiles(self, items: Int64[np.ndarray, " some"]) -> Tiles:
        """Scores of ranges of people for some of the items."""
        wanted = self.items[items]

        def tile(first: int, last: int) -> Float32[np.ndarray, "some people"]:
            scores: Float32[np.ndarray, "some people"] = wanted @ self.people[first:last].T
            np.maximum(scores, 0, out=scores)
            scores += self.rest[first:last]
            return scores

        return tile
