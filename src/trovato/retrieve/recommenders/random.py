"""Chance, to compare with."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from trovato.core import Sequences, generator
from trovato.core.shapes import Float32, Int64, UInt64
from trovato.ops import splitmix64


@dataclass(frozen=True, slots=True)
class RandomScores:
    """Recommends at random, another way for each history; the same seed gives the same scores."""

    items: int
    seed: int = 0

    def score(self, histories: Sequences) -> _Dice:
        """Scores in [0, 1)."""
        salt = generator(self.seed, "random recommendations").integers(0, 1 << 64, 2, np.uint64)
        mixed = splitmix64(histories.items.astype(np.uint64) ^ salt[0])
        totals = np.concatenate([np.zeros(1, np.uint64), np.cumsum(mixed, dtype=np.uint64)])
        return _Dice(splitmix64(np.diff(totals[histories.offsets]) ^ salt[1]))


@dataclass(frozen=True, slots=True, eq=False)
class _Dice:
    keys: UInt64[np.ndarray, " users"]

    def tile(self, first: int, last: int) -> Float32[np.ndarray, "users tile"]:
        return _dice(self.keys[:, None], np.arange(first, last, dtype=np.uint64)[None, :])

    def pairs(
        self, users: Int64[np.ndarray, " pairs"], items: Int64[np.ndarray, " pairs"]
    ) -> Float32[np.ndarray, " pairs"]:
        return _dice(self.keys[users], items.astype(np.uint64))


def _dice(
    keys: UInt64[np.ndarray, "*users"], items: UInt64[np.ndarray, "*items"]
) -> Float32[np.ndarray, "*both"]:
    # 24 bits are what a single-precision number in [0, 1) holds.
    drawn: Float32[np.ndarray, "*both"] = (
        splitmix64(keys ^ splitmix64(items)) >> np.uint64(40)
    ).astype(np.float32)
    return drawn * np.float32(2.0**-24)
