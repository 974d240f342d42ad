"""Items with the same id, and how they are told apart."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from trovato.core import InvalidInputError
from trovato.core.shapes import Float, Int64
from trovato.ops.quantization.balanced import assign_with_capacity
from trovato.ops.quantization.kmeans import squared_distances

_OWN = 1e6  # how much nearer an item's own code counts, so that nobody is moved without need


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
        Mean squared distance of the moved items to the last codeword, before and after.
    """

    codes: Int64[np.ndarray, "items levels"]
    moved: Int64[np.ndarray, " moved"]
    error_before: float
    error_after: float


def bucket_of(codes: Int64[np.ndarray, "items levels"]) -> Int64[np.ndarray, " items"]:
    """A number for each item, the same for items with the same id."""
    return np.unique(codes, axis=0, return_inverse=True)[1].reshape(-1).astype(np.int64)


def move_to_free_codes(
    codes: Int64[np.ndarray, "items levels"],
    residuals: Float[np.ndarray, "items dim"],
    codebook: Float[np.ndarray, "codes dim"],
    capacity: int = 1,
) -> CollisionRepair:
    """Change last digits until no id has more than `capacity` items.

    Within each prefix that has too full a bucket, items get last codes by assignment with capacity:
    the nearer ones stay, the others take the nearest code that has room. Other prefixes stay as
    they are.

    Parameters
    ----------
    codes
        Ids.
    residuals, codebook
        What the last level is asked to encode of each item, and its codewords.
    capacity
        Most items of an id.

    Raises
    ------
    InvalidInputError
        If a prefix has more items than its last codes have room for.
    """
    if capacity < 1:
        raise InvalidInputError(f"capacity must be at least 1, got {capacity}")
    found = codes.copy()
    buckets, prefixes = bucket_of(codes), bucket_of(codes[:, :-1])
    crowded = np.unique(prefixes[np.bincount(buckets)[buckets] > capacity])
    order = np.argsort(prefixes, kind="stable")
    bounds = np.searchsorted(prefixes[order], [crowded, crowded + 1])
    room = np.full(len(codebook), capacity, np.int64)
    for first, last in bounds.T:
        members = order[first:last]
        if len(members) > len(codebook) * capacity:
            raise InvalidInputError(
                f"{len(members)} items share the prefix {tuple(codes[members[0], :-1].tolist())}, "
                f"whose {len(codebook)} last codes have room for {len(codebook) * capacity}: use "
                "an extra digit, more codes or a larger capacity"
            )
        distances = squared_distances(residuals[members], codebook).astype(np.float64)
        distances[np.arange(len(members)), codes[members, -1]] -= _OWN
        found[members, -1] = assign_with_capacity(distances, room)
    moved = np.flatnonzero(found[:, -1] != codes[:, -1])

    def error(last: Int64[np.ndarray, " moved"]) -> float:
        gaps = residuals[moved] - codebook[last]
        return float(np.square(gaps).sum(axis=1).mean()) if len(moved) else 0.0

    return CollisionRepair(found, moved, error(codes[moved, -1]), error(found[moved, -1]))


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
