"""How good ids are: use of codes, collisions, error, and what prefixes say about items."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from trovato.core import InvalidInputError
from trovato.core.shapes import Float, Int64
from trovato.ops.quantization.collisions import bucket_of
from trovato.ops.quantization.residual import check_codes


@dataclass(frozen=True, slots=True)
class LevelQuality:
    """One level of ids.

    Parameters
    ----------
    used, size
        Codes that any item has, and codes that there are.
    perplexity
        2 to the entropy of the codes in bits: as many equally frequent codes would be as uneven.
    gini
        Inequality of the items over all codes of the level, unused ones included: 0 when even.
    prefixes
        Different ids up to and with this level.
    fan_out
        Mean number of different codes after a prefix.
    """

    used: int
    size: int
    perplexity: float
    gini: float
    prefixes: int
    fan_out: float

    @property
    def utilisation(self) -> float:
        """Share of the codes that any item has."""
        return self.used / self.size


@dataclass(frozen=True, slots=True)
class CodeQuality:
    """Ids of a catalogue.

    Parameters
    ----------
    items
        How many.
    levels
        Each level.
    unique
        Different ids.
    biggest_bucket
        Most items with one id.
    colliding
        Items that share their id with another.
    """

    items: int
    levels: tuple[LevelQuality, ...]
    unique: int
    biggest_bucket: int
    colliding: int

    @property
    def unique_ratio(self) -> float:
        """Different ids for each item: 1 without collisions."""
        return self.unique / self.items


def code_quality(codes: Int64[np.ndarray, "items levels"], sizes: tuple[int, ...]) -> CodeQuality:
    """Count how ids use their codes, and where they collide.

    Raises
    ------
    InvalidInputError
        If there are no items, or codes do not fit the sizes.
    """
    check_codes(codes, sizes)
    if not len(codes):
        raise InvalidInputError("there are no ids to look at")
    levels, before = [], 1
    for level, size in enumerate(sizes):
        counts = np.bincount(codes[:, level], minlength=size)
        prefixes = int(bucket_of(codes[:, : level + 1]).max()) + 1
        levels.append(
            LevelQuality(
                int((counts > 0).sum()),
                size,
                float(2 ** _entropy(counts)),
                gini(counts),
                prefixes,
                prefixes / before,
            )
        )
        before = prefixes
    buckets = np.bincount(bucket_of(codes))
    return CodeQuality(
        len(codes),
        tuple(levels),
        len(buckets),
        int(buckets.max()),
        int(buckets[buckets > 1].sum()),
    )


def gini(counts: Int64[np.ndarray, " codes"]) -> float:
    """Mean absolute difference of two counts over twice their mean; 0 when all are equal."""
    ordered = np.sort(counts)
    total, many = int(ordered.sum()), len(ordered)
    if not total:
        return 0.0
    return float((2 * np.arange(1, many + 1) - many - 1) @ ordered / (many * total))


def mutual_information(
    one: Int64[np.ndarray, " items"], other: Int64[np.ndarray, " items"]
) -> tuple[float, float]:
    """Bits that two labels of the same items say of each other, and the share of the mean entropy.

    The share is normalised mutual information (Strehl and Ghosh 2002, with the arithmetic mean), 0
    where a label says nothing at all. Labels with few items each look informative by chance alone:
    compare with shuffled ones.
    """
    pairs = np.stack([one, other], axis=1)
    entropies = [_entropy(np.unique(label, return_counts=True)[1]) for label in (one, other)]
    joint = _entropy(np.unique(pairs, axis=0, return_counts=True)[1])
    bits = max(sum(entropies) - joint, 0.0)
    return bits, 2 * bits / sum(entropies) if sum(entropies) else 0.0


def relative_error(
    vectors: Float[np.ndarray, "items dim"], decoded: Float[np.ndarray, "items dim"]
) -> float:
    """Squared error over squared distance from the mean: 0 exact, 1 as good as the mean alone."""
    wide = vectors.astype(np.float64)
    spread = np.square(wide - wide.mean(axis=0)).sum()
    return float(np.square(wide - decoded).sum() / spread) if spread else 0.0


def id_drift(
    before: Int64[np.ndarray, "items levels"], after: Int64[np.ndarray, "items levels"]
) -> tuple[float, ...]:
    """Share of the items whose prefix has changed, for prefixes of 1, 2, … levels."""
    levels: int = min(before.shape[1], after.shape[1])
    if not len(before):
        return (0.0,) * levels
    differs = np.logical_or.accumulate(before[:, :levels] != after[:, :levels], axis=1)
    shares: list[float] = differs.mean(axis=0).tolist()
    return tuple(shares)


def _entropy(counts: Int64[np.ndarray, " values"]) -> float:
    shares = counts[counts > 0] / counts.sum()
    return float(-(shares * np.log2(shares)).sum())
