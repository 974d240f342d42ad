"""Items with the same id, and how they are told apart."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import Protocol, runtime_checkable

import numpy as np

from trovato.core import InvalidInputError
from trovato.core.shapes import Float, Int64

_BEAMS = 16  # ids that an item asks for at first


@dataclass(frozen=True, slots=True, eq=False)
class CollisionRepair:
    """Ids after a repair, and its price.

    Parameters
    ----------
    codes
        The new ids.
    moved
        Items whose id has changed, rising.
    error_before, error_after
        Mean squared error of the moved items, before and after.
    """

    codes: Int64[np.ndarray, "items levels"]
    moved: Int64[np.ndarray, " moved"]
    error_before: float
    error_after: float


def bucket_of(codes: Int64[np.ndarray, "items levels"]) -> Int64[np.ndarray, " items"]:
    """A number for each item, the same for items with the same id."""
    return np.unique(codes, axis=0, return_inverse=True)[1].reshape(-1).astype(np.int64)


@runtime_checkable
class FindsIds(Protocol):
    """What a repair asks of a quantiser."""

    @property
    def sizes(self) -> tuple[int, ...]:
        """Codes of each level."""

    def nearest_ids(
        self, vectors: Float[np.ndarray, "items dim"], beams: int
    ) -> tuple[Int64[np.ndarray, "items found levels"], Float[np.ndarray, "items found"]]:
        """The ids with the least squared error that a beam of this width finds, nearest first."""

    def squared_errors(
        self, vectors: Float[np.ndarray, "items dim"], codes: Int64[np.ndarray, "items levels"]
    ) -> Float[np.ndarray, " items"]:
        """Squared error of each vector under an id."""


def move_to_free_ids(
    quantizer: FindsIds,
    vectors: Float[np.ndarray, "items dim"],
    codes: Int64[np.ndarray, "items levels"],
    capacity: int = 1,
) -> CollisionRepair:
    """Change ids until none has more than `capacity` items.

    In too full a bucket the nearer items stay. Each of the others takes the nearest id with room,
    whatever its prefix: items ask for the ids that a beam over the levels finds, and an id takes
    the nearest of those that ask. Who finds no room looks again with a beam four times as wide.

    Parameters
    ----------
    quantizer
        What made the ids.
    vectors
        Of the items.
    codes
        Their ids.
    capacity
        Most items of an id.

    Raises
    ------
    InvalidInputError
        If there are more items than room in all ids, or ids do not fit 63 bits.
    """
    if capacity < 1:
        raise InvalidInputError(f"capacity must be at least 1, got {capacity}")
    room = prod(quantizer.sizes)
    if room >= 1 << 63 or len(codes) > room * capacity:
        raise InvalidInputError(
            f"{len(codes)} items do not fit {room} ids with room for {capacity} each: use an extra "
            "digit, more codes or a larger capacity (ids themselves must be below 2^63)"
        )
    moved = _surplus(quantizer, vectors, codes, capacity)
    found, homeless, beams = codes.copy(), moved, _BEAMS
    whole = _numbers(codes, quantizer.sizes)
    settled = np.ones(len(codes), bool)
    settled[moved] = False
    while len(homeless):
        ids, errors = quantizer.nearest_ids(vectors[homeless], beams)
        asked = _numbers(ids.reshape(-1, ids.shape[2]), quantizer.sizes).reshape(errors.shape)
        taken, held = np.unique(whole[settled], return_counts=True)
        chosen = _settle(asked, errors, taken, capacity - held, capacity)
        at_home = np.flatnonzero(chosen >= 0)
        here = homeless[at_home]
        found[here] = ids[at_home, chosen[at_home]]
        whole[here], settled[here] = asked[at_home, chosen[at_home]], True
        homeless, beams = homeless[chosen < 0], beams * 4
    before, after = (
        float(quantizer.squared_errors(vectors[moved], own[moved]).mean()) if len(moved) else 0.0
        for own in (codes, found)
    )
    return CollisionRepair(found, moved, before, after)


def _surplus(
    quantizer: FindsIds,
    vectors: Float[np.ndarray, "items dim"],
    codes: Int64[np.ndarray, "items levels"],
    capacity: int,
) -> Int64[np.ndarray, " surplus"]:
    """Who has to go: in too full a bucket all but the nearest, ties by place."""
    buckets = bucket_of(codes)
    crowd = np.flatnonzero(np.bincount(buckets)[buckets] > capacity)
    errors = quantizer.squared_errors(vectors[crowd], codes[crowd])
    order = crowd[np.lexsort((crowd, errors, buckets[crowd]))]
    owners = buckets[order]
    rank = np.arange(len(order)) - np.searchsorted(owners, owners)
    surplus: Int64[np.ndarray, " surplus"] = np.sort(order[rank >= capacity])
    return surplus


def _settle(
    asked: Int64[np.ndarray, "items found"],
    errors: Float[np.ndarray, "items found"],
    taken: Int64[np.ndarray, " ids"],
    left: Int64[np.ndarray, " ids"],
    capacity: int,
) -> Int64[np.ndarray, " items"]:
    """Which of the ids that it asks for in turn takes each item; −1 where none does.

    Deferred acceptance, as in `assign_with_capacity`, over the ids that are asked for alone.
    """
    keys, wishes = np.unique(asked, return_inverse=True)
    wishes = wishes.reshape(asked.shape)
    room = np.full(len(keys), capacity)
    _, mine, theirs = np.intersect1d(keys, taken, assume_unique=True, return_indices=True)
    room[mine] = left[theirs]
    turn, active = np.zeros(len(asked), np.int64), np.arange(len(asked))
    while len(active):
        owners = wishes[active, turn[active]]
        order = np.lexsort((active, errors[active, turn[active]], owners))
        rank = np.arange(len(order)) - np.searchsorted(owners[order], owners[order])
        refused = active[order[rank >= room[owners[order]]]]
        if not len(refused):
            break
        turn[refused] += 1
        active = active[turn[active] < asked.shape[1]]
    return np.where(turn < asked.shape[1], turn, -1)


def _numbers(
    codes: Int64[np.ndarray, "items levels"], sizes: tuple[int, ...]
) -> Int64[np.ndarray, " items"]:
    """Each id as one whole number."""
    whole = np.zeros(len(codes), np.int64)
    for level, size in enumerate(sizes):
        whole = whole * size + codes[:, level]
    return whole


def add_digit(
    codes: Int64[np.ndarray, "items levels"], priority: Float[np.ndarray, " items"] | None = None
) -> Int64[np.ndarray, "items levels_plus_1"]:
    """Ids with one more digit, which counts the items of a bucket: no digit before it changes.

    Parameters
    ----------
    codes
        Ids.
    priority
        The highest of a bucket gets 0, ties by place; None for the order of places.
    """
    buckets = bucket_of(codes)
    rank = np.zeros(len(codes)) if priority is None else -priority
    order = np.lexsort((np.arange(len(codes)), rank, buckets))
    sizes = np.bincount(buckets)
    digit = np.empty(len(codes), np.int64)
    digit[order] = np.arange(len(codes)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    return np.concatenate([codes, digit[:, None]], axis=1)
