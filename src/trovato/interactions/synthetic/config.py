"""How large a drawn log is: the published log, with users and items cut by the same share."""

from __future__ import annotations

import math
from dataclasses import dataclass

from trovato.core import InvalidInputError

# Totals of VK-LSVD (dataset card of deepvk/VK-LSVD).
USERS = 10_000_000
ITEMS = 19_627_601
ROWS = 40_774_024_903
SECONDS_WATCHED = 858_160_100_084
POSITIVES = {
    "like": 1_171_423_458,
    "dislike": 11_860_138,
    "share": 262_734_328,
    "bookmark": 40_124_463,
    "click_on_author": 84_632_666,
    "open_comments": 481_251_593,
}
LEAST_ROWS = 1000


@dataclass(frozen=True, slots=True)
class Scale:
    """Size and seed of a drawn log."""

    rows: int
    users: int
    items: int
    seed: int

    @staticmethod
    def of(rows: int, seed: int = 0) -> Scale:
        """A log of so many rows that is as dense as the published one.

        Users and items are cut by the same share, so `rows` grows with its square.

        Raises
        ------
        InvalidInputError
            If there are fewer than 1,000 rows, more than in the published log, or the seed is
            negative.
        """
        if not LEAST_ROWS <= rows <= ROWS:
            raise InvalidInputError(
                f"a log is drawn with {LEAST_ROWS:,} to {ROWS:,} rows, got {rows:,}"
            )
        if seed < 0:
            raise InvalidInputError(f"a seed is at least 0, got {seed}")
        share = math.sqrt(rows / ROWS)
        return Scale(rows, round(share * USERS), round(share * ITEMS), seed)
